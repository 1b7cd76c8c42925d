/** What the screen shows is what the API says, to the last digit. */
import { expect, test } from 'vitest';
import { ask, leave, settled, visit, withBrowser } from './browser';

withBrowser();

interface Summary {
  shop_name: string;
  data: { cards: { name: string; value: number | string | null }[] };
}

const OWNERS = [
  'net_sales',
  'car_count',
  'gp_percent',
  'gross_profit',
  'gp_per_hour',
  'billed_hours',
  'aro',
  'effective_labor_rate',
];

test('the cards of Today hold the figures of each shop, and their sums', async () => {
  const { data: shops } = await ask<{ data: { shop_id: number; name: string }[] }>('owner', '/api/v1/shops');
  const watched = await visit('owner', '/?range=yesterday');
  const { page } = watched;
  await settled(page);
  let sales = 0;
  for (const shop of shops) {
    const told = await ask<Summary>(
      'owner',
      `/api/v1/shops/${shop.shop_id}/kpi/summary?range=yesterday&compare=previous_period`,
    );
    const card = page.getByRole('region', { name: shop.name, exact: true });
    expect(
      await card.locator('[data-metric]').evaluateAll((all) => all.map((one) => one.getAttribute('data-metric'))),
    ).toEqual(OWNERS);
    for (const name of OWNERS) {
      const value = told.data.cards.find((one) => one.name === name)?.value;
      const shown = await card.locator(`[data-metric=${name}] .number`).getAttribute('data-value');
      expect(shown, `${shop.name} ${name}`).toBe(value === null || value === undefined ? null : String(value));
      if (name === 'net_sales') sales += Number(value);
    }
  }
  const whole = page.getByRole('region', { name: 'All shops together' });
  expect(await whole.locator('[data-metric=net_sales] .number').getAttribute('data-value')).toBe(String(sales));
  await leave(watched);
});

test('the days of a range add up to what the shop’s figures say', async () => {
  const watched = await visit('owner', '/shop?shop=6213&range=last_30');
  const { page } = watched;
  await settled(page);
  const figures = page.getByRole('region', { name: 'Figures', exact: true });
  const total = page.locator('#days tfoot td');
  const cells = await total.allTextContents();
  for (const [name, at] of [
    ['net_sales', 1],
    ['car_count', 2],
    ['gp_percent', 3],
    ['gross_profit', 4],
  ] as const) {
    const shown = (await figures.locator(`[data-metric=${name}] .number`).textContent()) ?? '';
    expect(cells[at]?.trim(), name).toBe(shown.trim());
  }
  await leave(watched);
});

test('every figure says what it is', async () => {
  const watched = await visit('owner', '/shop?shop=6212&range=mtd');
  const { page } = watched;
  await settled(page);
  for (const name of OWNERS) {
    const figure = page.locator(`[data-metric=${name}]`).first();
    await expect.poll(() => figure.getByText('AUTHORIZED').count()).toBe(1);
    await figure.getByRole('button').click();
    const words = page.locator('.definition');
    await words.waitFor();
    const text = await words.textContent();
    for (const part of ['Basis', 'Unit', 'Period', 'America/New_York', 'As of']) expect(text, name).toContain(part);
    await page.keyboard.press('Escape');
    await words.waitFor({ state: 'detached' });
  }
  await leave(watched);
});

test('a chart follows what is chosen, and its table says the same', async () => {
  const watched = await visit('owner', '/shop?shop=6212&range=last_30');
  const { page, troubles } = watched;
  await settled(page);
  const trend = page.getByRole('region', { name: 'Trend' });
  const drawn = () => trend.locator('svg text').allTextContents();
  await expect.poll(async () => (await drawn()).join(' '), { timeout: 15_000 }).toContain('$');
  // The range compared with comes after the chart, and is drawn all the same.
  await expect.poll(async () => (await drawn()).filter((text) => text.includes('–')).length).toBe(1);
  await trend.getByRole('combobox').selectOption('car_count');
  await expect.poll(async () => (await drawn()).join(' ')).not.toContain('$');
  await trend.getByRole('button', { name: 'Table' }).click();
  const rows = await trend.locator('tbody tr').count();
  const days = await ask<{ data: unknown[] }>('owner', '/api/v1/shops/6212/kpi/daily?range=last_30');
  expect(rows).toBe(days.data.length);
  expect(troubles).toEqual([]);
  await leave(watched);
});
