/** Several shops as one: sums are added, rates are made from the sums, as everywhere in pitwall. Whole numbers only. */
import type { Schemas } from '../api/client';

type Figures = Schemas['Figures'];
type Category = Schemas['Category'];

const HOUR = 10_000n;

/** A quotient rounded half away from zero; null where the divisor is not above zero. */
export function divided(part: bigint, whole: bigint): number | null {
  if (whole <= 0n) return null;
  const twice = 2n * (part < 0n ? -part : part) + whole;
  const rounded = twice / (2n * whole);
  return Number(part < 0n ? -rounded : rounded);
}

/** A percentage with two decimals; null where the base is not above zero. */
export function percentOf(part: number, whole: number): number | null {
  const hundredths = divided(BigInt(part) * 10_000n, BigInt(whole));
  return hundredths === null ? null : hundredths / 100;
}

/** A decimal text of hours in ten-thousandths. */
export function tenThousandths(hours: string): bigint {
  const [whole = '0', places = ''] = hours.split('.');
  const sign = whole.startsWith('-') ? -1n : 1n;
  return BigInt(whole) * HOUR + sign * BigInt(places.padEnd(4, '0').slice(0, 4));
}

function hoursText(value: bigint): string {
  const size = value < 0n ? -value : value;
  const places = String(size % HOUR)
    .padStart(4, '0')
    .replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${size / HOUR}${places ? `.${places}` : ''}`;
}

function category(parts: Category[]): Category {
  const sales = added(parts, (one) => one.sales_cents);
  const cost = added(parts, (one) => one.cost_cents);
  return {
    sales_cents: sales,
    cost_cents: cost,
    gross_profit_cents: sales - cost,
    gp_percent: percentOf(sales - cost, sales),
  };
}

function added<T>(many: T[], of: (one: T) => number): number {
  return many.reduce((sum, one) => sum + of(one), 0);
}

/** The figures of all shops together. They must have one currency. */
export function together(many: Figures[]): Figures {
  const authorized = many.map((one) => one.authorized);
  const potential = many.map((one) => one.potential);
  const sum = (of: (one: Figures['authorized']) => number) => added(authorized, of);
  const offered = (of: (one: Figures['potential']) => number) => added(potential, of);
  const hours = authorized.reduce((total, one) => total + tenThousandths(one.billed_hours), 0n);
  const perHour = (cents: number) => (hours > 0n ? divided(BigInt(cents) * HOUR, hours) : null);
  const sales = sum((one) => one.net_sales_cents);
  const profit = sum((one) => one.gross_profit_cents);
  const cars = sum((one) => one.car_count);
  const jobs = sum((one) => one.job_count);
  const labor = category(authorized.map((one) => one.labor));
  const potentialSales = offered((one) => one.potential_sales_cents);
  return {
    authorized: {
      car_count: cars,
      net_sales_cents: sales,
      gross_profit_cents: profit,
      gp_percent: percentOf(profit, sales),
      gp_per_hour_cents: perHour(profit),
      billed_hours: hoursText(hours),
      aro_cents: divided(BigInt(sales), BigInt(cars)),
      effective_labor_rate_cents: perHour(labor.sales_cents),
      avg_ro_profit_cents: divided(BigInt(profit), BigInt(cars)),
      cost_cents: sum((one) => one.cost_cents),
      gross_sales_cents: sum((one) => one.gross_sales_cents),
      fees_cents: sum((one) => one.fees_cents),
      discounts_cents: sum((one) => one.discounts_cents),
      tax_cents: sum((one) => one.tax_cents),
      job_count: jobs,
      labor,
      parts: category(authorized.map((one) => one.parts)),
      sublets: category(authorized.map((one) => one.sublets)),
    },
    potential: {
      potential_sales_cents: potentialSales,
      pending_cents: offered((one) => one.pending_cents),
      declined_cents: offered((one) => one.declined_cents),
      potential_job_count: offered((one) => one.potential_job_count),
      pending_job_count: offered((one) => one.pending_job_count),
      declined_job_count: offered((one) => one.declined_job_count),
    },
    derived: {
      authorization_rate: percentOf(sales, potentialSales),
      close_rate: percentOf(sales, sales + offered((one) => one.declined_cents)),
    },
  };
}
