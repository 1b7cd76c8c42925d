/** The owner's figures in the owner's order, and how each is read out of an answer's figures. */
import type { Schemas } from '../api/client';
import { percentOf, tenThousandths } from './sums';

type Figures = Schemas['Figures'];
type Metric = Schemas['MetricTold'];

/** A figure with its words. */
export interface Card {
  name: string;
  label: string;
  tag: string;
  unit: string;
  value: number | string | null;
  compared: number | string | null;
  change: number | null;
  /** The shop's goal for the range, where it has one. */
  goal?: Schemas['CardGoal'] | null;
}

export const OWNERS_ORDER = [
  'net_sales',
  'car_count',
  'gp_percent',
  'gross_profit',
  'gp_per_hour',
  'billed_hours',
  'aro',
  'effective_labor_rate',
] as const;

export type MetricName = (typeof OWNERS_ORDER)[number] | 'potential_sales' | 'authorization_rate';

const READ: Record<MetricName, (figures: Figures) => number | string | null> = {
  net_sales: ({ authorized }) => authorized.net_sales_cents,
  car_count: ({ authorized }) => authorized.car_count,
  gp_percent: ({ authorized }) => authorized.gp_percent ?? null,
  gross_profit: ({ authorized }) => authorized.gross_profit_cents,
  gp_per_hour: ({ authorized }) => authorized.gp_per_hour_cents ?? null,
  billed_hours: ({ authorized }) => authorized.billed_hours,
  aro: ({ authorized }) => authorized.aro_cents ?? null,
  effective_labor_rate: ({ authorized }) => authorized.effective_labor_rate_cents ?? null,
  potential_sales: ({ potential }) => potential.potential_sales_cents,
  authorization_rate: ({ derived }) => derived.authorization_rate ?? null,
};

export function isMetric(name: string | null): name is MetricName {
  return name !== null && name in READ;
}

/** A figure's value; hours as their decimal text. */
export function valueOf(figures: Figures, name: MetricName): number | string | null {
  return READ[name](figures);
}

/** A change in percent with two decimals, in points for percentages; null where there is nothing to compare with. */
export function changeOf(now: number | string | null, before: number | string | null, unit: string): number | null {
  if (now === null || before === null) return null;
  if (unit === 'hours') {
    const [later, earlier] = [tenThousandths(String(now)), tenThousandths(String(before))];
    return percentOf(Number(later - earlier), Number(earlier));
  }
  if (unit === 'percent 0-100') return Math.round((Number(now) - Number(before)) * 100) / 100;
  return percentOf(Number(now) - Number(before), Number(before));
}

/** Cards of figures that no answer has made cards of: those of several shops together. */
export function cardsOf(figures: Figures, before: Figures | null, catalogue: Map<string, Metric>): Card[] {
  return OWNERS_ORDER.flatMap((name) => {
    const metric = catalogue.get(name);
    if (!metric) return [];
    const value = valueOf(figures, name);
    const compared = before ? valueOf(before, name) : null;
    return [{ ...metric, value, compared, change: before ? changeOf(value, compared, metric.unit) : null }];
  });
}

/** The cards of an answer in the owner's order. */
export function inOrder(cards: Schemas['Card'][]): Card[] {
  return OWNERS_ORDER.flatMap((name) => {
    const found = cards.find((card) => card.name === name);
    return found
      ? [{ ...found, value: asValue(found.value), compared: asValue(found.compared), change: found.change ?? null }]
      : [];
  });
}

function asValue(value: unknown): number | string | null {
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}
