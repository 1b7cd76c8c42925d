import { describe, expect, test } from 'vitest';
import type { Schemas } from '../../src/api/client';
import { addUp, isLeaking, leaksOf, weekOf } from '../../src/format/leaks';
import { changeOf } from '../../src/format/owner';
import { ROWS, sumsOf } from '../../src/format/scorecard';
import { divided, percentOf, tenThousandths, together } from '../../src/format/sums';
import { steps } from '../../src/format/waterfall';

const category = (sales: number, cost: number) => ({
  sales_cents: sales,
  cost_cents: cost,
  gross_profit_cents: sales - cost,
  gp_percent: percentOf(sales - cost, sales),
});

function figures(sales: number, cost: number, cars: number, hours: string): Schemas['Figures'] {
  const profit = sales - cost;
  return {
    authorized: {
      car_count: cars,
      net_sales_cents: sales,
      gross_profit_cents: profit,
      gp_percent: percentOf(profit, sales),
      gp_per_hour_cents: null,
      billed_hours: hours,
      aro_cents: divided(BigInt(sales), BigInt(cars)),
      effective_labor_rate_cents: null,
      avg_ro_profit_cents: null,
      cost_cents: cost,
      gross_sales_cents: sales,
      fees_cents: 0,
      discounts_cents: 0,
      tax_cents: 0,
      job_count: cars,
      labor: category(sales, cost),
      parts: category(0, 0),
      sublets: category(0, 0),
    },
    potential: {
      potential_sales_cents: sales * 2,
      pending_cents: 0,
      declined_cents: sales,
      potential_job_count: cars,
      pending_job_count: 0,
      declined_job_count: 0,
    },
    derived: { authorization_rate: 50, close_rate: 50 },
  };
}

describe('sums of shops', () => {
  test('a quotient is rounded half away from zero', () => {
    expect(divided(5n, 2n)).toBe(3);
    expect(divided(-5n, 2n)).toBe(-3);
    expect(divided(4n, 3n)).toBe(1);
    expect(divided(1n, 0n)).toBeNull();
    expect(percentOf(1, 3)).toBe(33.33);
    expect(percentOf(-1, 8)).toBe(-12.5);
    expect(percentOf(1, 0)).toBeNull();
  });

  test('hours are counted without a float', () => {
    expect(tenThousandths('18.39')).toBe(183_900n);
    expect(tenThousandths('-0.5')).toBe(-5_000n);
    expect(tenThousandths('409')).toBe(4_090_000n);
  });

  test('rates of shops together are made from their sums, never averaged', () => {
    const whole = together([figures(10_000, 9_000, 1, '1'), figures(100_000, 10_000, 9, '2.25')]);
    expect(whole.authorized.net_sales_cents).toBe(110_000);
    expect(whole.authorized.gp_percent).toBe(82.73);
    expect(whole.authorized.billed_hours).toBe('3.25');
    expect(whole.authorized.gp_per_hour_cents).toBe(28_000);
    expect(whole.authorized.aro_cents).toBe(11_000);
    expect(whole.derived).toEqual({ authorization_rate: 50, close_rate: 50 });
  });

  test('nothing sold has no rate', () => {
    const none = together([figures(0, 0, 0, '0')]);
    expect(none.authorized.gp_percent).toBeNull();
    expect(none.authorized.aro_cents).toBeNull();
    expect(none.authorized.gp_per_hour_cents).toBeNull();
  });

  test('changes are in percent, of percentages in points', () => {
    expect(changeOf(66.85, 65.88, 'percent 0-100')).toBe(0.97);
    expect(changeOf(6443691, 9208148, 'cents')).toBe(-30.02);
    expect(changeOf('254.07', '346.17', 'hours')).toBe(-26.61);
    expect(changeOf(1, null, 'count')).toBeNull();
  });
});

test('the walk from sales ends at the gross profit', () => {
  const { authorized } = figures(50_000, 20_000, 2, '3');
  const walk = steps({
    ...authorized,
    fees_cents: 700,
    discounts_cents: 1_200,
    net_sales_cents: 49_500,
    gross_profit_cents: 29_500,
  });
  expect(walk.map((step) => step.name)).toEqual([
    'Labor',
    'Fees',
    'Discounts',
    'Committed Sales',
    'Labor cost',
    'Gross Profit',
  ]);
  expect(walk.find((step) => step.name === 'Committed Sales')?.cents).toBe(49_500);
  expect(walk.at(-1)?.cents).toBe(29_500);
});

test('the scorecard means what adds up and divides what divides', () => {
  const week = (sales: number, profit: number, cars: number) =>
    ({
      net_sales_cents: sales,
      gross_profit_cents: profit,
      car_count: cars,
      billed_hours: '10',
      days_with_data: 5,
    }) as Schemas['TrendFigures'];
  const sums = sumsOf([week(100, 50, 1), week(300, 250, 3)]);
  const mean = (name: string) => ROWS.find((row) => row.name === name)?.mean(sums);
  expect(mean('net_sales')).toBe(200);
  expect(mean('gp_percent')).toBe(75);
  expect(mean('aro')).toBe(100);
  expect(mean('billed_hours')).toBe(10);
});

test('what was given away and what was declined are never one sum', () => {
  const order = {
    authorized: { discounts_cents: 500, gross_profit_cents: -300, net_sales_cents: 900 },
    potential: { declined_cents: 4_000 },
    cost_quality: { missing_cost_count: 2, labor_lines_default: 1, labor_lines_shop_avg: 1, labor_lines_assigned: 3 },
  } as Schemas['OrderTold'];
  const leaks = leaksOf(order);
  expect(leaks).toEqual({
    orders: 1,
    discounts: 500,
    below: 300,
    uncosted: 900,
    uncostedParts: 2,
    unassigned: 2,
    declined: 4_000,
  });
  expect(addUp([leaks, leaks]).discounts).toBe(1_000);
  expect(isLeaking({ ...leaks, discounts: 0, below: 0, uncostedParts: 0, unassigned: 0, declined: 0 })).toBe(false);
  expect(weekOf('2026-11-22')).toEqual({ from: '2026-11-16', to: '2026-11-22' });
});
