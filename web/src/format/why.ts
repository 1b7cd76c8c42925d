/** Why an order earned less than it could have, in the words of who has to mend it; the largest cause first. */
import { money } from './figures';

export interface Cause {
  text: string;
  tone: 'bad' | 'warn';
}

interface Told {
  authorized: { net_sales_cents: number; gross_profit_cents: number; discounts_cents: number; billed_hours: string };
  potential: { declined_cents: number; pending_cents: number };
  cost_quality?: { missing_cost_count: number; labor_lines_default: number; labor_lines_shop_avg: number };
  class?: string | null;
}

export function causes(order: Told, currency: string): Cause[] {
  const found: Cause[] = [];
  const { authorized, potential, cost_quality: quality } = order;
  if (order.class === 'no_charge') found.push({ text: 'no charge', tone: 'bad' });
  if (authorized.gross_profit_cents < 0) found.push({ text: 'sold below cost', tone: 'bad' });
  if (authorized.discounts_cents > 0) {
    found.push({ text: `discount ${money(authorized.discounts_cents, currency)}`, tone: 'bad' });
  }
  if (quality && quality.missing_cost_count > 0) {
    found.push({ text: `${quality.missing_cost_count} parts without cost`, tone: 'warn' });
  }
  if (quality && quality.labor_lines_default > 0) found.push({ text: 'labor without technician', tone: 'warn' });
  if (Number(authorized.billed_hours) === 0 && authorized.net_sales_cents > 0) {
    found.push({ text: 'no labor billed', tone: 'warn' });
  }
  if (potential.declined_cents > 0)
    found.push({ text: `declined ${money(potential.declined_cents, currency)}`, tone: 'warn' });
  return found;
}
