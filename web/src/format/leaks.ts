/** Where margin goes, order by order. What was given away is AUTHORIZED, what was declined POTENTIAL: never one sum. */
import { endOfWeek, parseDate, startOfWeek } from '@internationalized/date';
import type { Schemas } from '../api/client';

export interface Leaking {
  order: Schemas['OrderTold'];
  shop: { shop_id: number; name: string };
}

export interface Leaks {
  orders: number;
  /** Discounts that were given (cents). */
  discounts: number;
  /** What was lost on orders sold below their cost (cents). */
  below: number;
  /** Sales of orders with a part that has no cost: their profit looks better than it is (cents). */
  uncosted: number;
  uncostedParts: number;
  /** Labour lines with no technician's own rate (count). */
  unassigned: number;
  /** POTENTIAL: work that was refused (cents). */
  declined: number;
}

export type By = 'advisor' | 'shop' | 'week';

/** What one order leaks. */
export function leaksOf({ authorized, potential, cost_quality: quality }: Schemas['OrderTold']): Leaks {
  return {
    orders: 1,
    discounts: Math.max(0, authorized.discounts_cents),
    below: Math.max(0, -authorized.gross_profit_cents),
    uncosted: quality.missing_cost_count > 0 ? authorized.net_sales_cents : 0,
    uncostedParts: quality.missing_cost_count,
    unassigned: quality.labor_lines_default + quality.labor_lines_shop_avg,
    declined: potential.declined_cents,
  };
}

export function isLeaking(leaks: Leaks): boolean {
  return leaks.discounts + leaks.below + leaks.uncostedParts + leaks.unassigned + leaks.declined > 0;
}

/** Monday to Sunday of a day, as ISO dates. */
export function weekOf(day: string): { from: string; to: string } {
  const date = parseDate(day);
  return { from: startOfWeek(date, 'en-GB').toString(), to: endOfWeek(date, 'en-GB').toString() };
}

export function groupKey({ order, shop }: Leaking, by: By): string {
  if (by === 'shop') return String(shop.shop_id);
  if (by === 'week') return order.posted_on ? weekOf(order.posted_on).from : '';
  return `${shop.shop_id}.${order.advisor_id ?? 0}`;
}

export function addUp(many: Leaks[]): Leaks {
  const sum = { orders: 0, discounts: 0, below: 0, uncosted: 0, uncostedParts: 0, unassigned: 0, declined: 0 };
  for (const one of many) for (const key of Object.keys(sum) as (keyof Leaks)[]) sum[key] += one[key];
  return sum;
}
