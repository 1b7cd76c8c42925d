/** The weekly scorecard: a column a week, a row a metric. Averages of rates are rates of the sums. */
import type { Schemas } from '../api/client';
import { divided, percentOf, tenThousandths } from './sums';

type Week = Schemas['TrendFigures'];

interface Sums {
  weeks: number;
  sales: number;
  profit: number;
  cars: number;
  hours: bigint;
}

export interface Row {
  name: string;
  unit: string;
  of: (week: Week) => number | string | null;
  /** Of several weeks: the mean of what adds up, the rate of what divides. */
  mean: (sums: Sums) => number | string | null;
}

const mean = (sum: number, weeks: number) => divided(BigInt(sum), BigInt(weeks));

export const ROWS: Row[] = [
  {
    name: 'net_sales',
    unit: 'cents',
    of: (week) => week.net_sales_cents,
    mean: ({ sales, weeks }) => mean(sales, weeks),
  },
  { name: 'car_count', unit: 'count', of: (week) => week.car_count, mean: ({ cars, weeks }) => mean(cars, weeks) },
  {
    name: 'gp_percent',
    unit: 'percent 0-100',
    of: (week) => week.gp_percent ?? null,
    mean: ({ profit, sales }) => percentOf(profit, sales),
  },
  {
    name: 'gross_profit',
    unit: 'cents',
    of: (week) => week.gross_profit_cents,
    mean: ({ profit, weeks }) => mean(profit, weeks),
  },
  {
    name: 'gp_per_hour',
    unit: 'cents per hour',
    of: (week) => week.gp_per_hour_cents ?? null,
    mean: ({ profit, hours }) => divided(BigInt(profit) * 10_000n, hours),
  },
  {
    name: 'billed_hours',
    unit: 'hours',
    of: (week) => week.billed_hours,
    mean: ({ hours, weeks }) => (weeks > 0 ? Number(hours / BigInt(weeks)) / 10_000 : null),
  },
  {
    name: 'aro',
    unit: 'cents',
    of: (week) => week.aro_cents ?? null,
    mean: ({ sales, cars }) => divided(BigInt(sales), BigInt(cars)),
  },
];

export function sumsOf(weeks: Week[]): Sums {
  return weeks.reduce<Sums>(
    (sums, week) => ({
      weeks: sums.weeks + 1,
      sales: sums.sales + week.net_sales_cents,
      profit: sums.profit + week.gross_profit_cents,
      cars: sums.cars + week.car_count,
      hours: sums.hours + tenThousandths(week.billed_hours),
    }),
    { weeks: 0, sales: 0, profit: 0, cars: 0, hours: 0n },
  );
}
