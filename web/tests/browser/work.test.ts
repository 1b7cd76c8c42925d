/** What is set on the screen is set in the shop, and only by whom it may be. */
import { expect, test } from 'vitest';
import { ask, leave, settled, visit, withBrowser } from './browser';

withBrowser();

const SHOP = 6213;

test('a goal that is set under Admin stands on the card of Today with its pace', async () => {
  const watched = await visit('manager', `/admin?shop=${SHOP}&part=goals`);
  const { page, troubles } = watched;
  await settled(page);
  await page.getByLabel(/^Target/).fill('90000');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  await page.getByText('The goal is set.').waitFor();
  const { data } = await ask<{ data: { goals: { target: string; pace: { percent_of_target: number } }[] } }>(
    'owner',
    `/api/v1/shops/${SHOP}/goals?range=mtd`,
  );
  expect(data.goals[0]?.target).toBe('9000000');
  await page.goto('/?range=yesterday');
  await settled(page);
  const card = page.getByRole('region', { name: 'Southgate', exact: true });
  await expect.poll(() => card.getByText('$90,000.00').count()).toBe(1);
  expect(await card.textContent()).toContain('DERIVED');
  expect(troubles).toEqual([]);
  await leave(watched);
});

test('a cost rate can be entered, and what is no amount cannot', async () => {
  const watched = await visit('manager', `/admin?shop=${SHOP}&part=rates`);
  const { page, troubles } = watched;
  await settled(page);
  const { data } = await ask<{ data: { employee_id: number }[] }>('owner', `/api/v1/shops/${SHOP}/cost-rates`);
  await page.getByLabel("Employee's number").fill(String(data[0]?.employee_id));
  await page.getByLabel('From', { exact: true }).fill('2026-11-02');
  await page.getByLabel('Cost of an hour').fill('31,x');
  expect(await page.getByRole('button', { name: 'Enter', exact: true }).isDisabled()).toBe(true);
  await page.getByLabel('Cost of an hour').fill('31.55');
  await page.getByRole('button', { name: 'Enter', exact: true }).click();
  await page.getByText('1 entered').waitFor();
  const after = await ask<{ data: { employee_id: number; effective_from: string; hourly_cost_cents: number }[] }>(
    'owner',
    `/api/v1/shops/${SHOP}/cost-rates`,
  );
  expect(after.data).toContainEqual(expect.objectContaining({ effective_from: '2026-11-02', hourly_cost_cents: 3155 }));
  expect(troubles).toEqual([]);
  await leave(watched);
});

test('a sync that is asked for is seen to its end', async () => {
  const watched = await visit('owner', `/data?shop=${SHOP}`);
  const { page } = watched;
  await settled(page);
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByText('A sync is asked for.').waitFor();
  const work = page.getByRole('region', { name: 'Work', exact: true });
  await work.locator('li', { hasText: 'Sync run' }).getByText('Done').first().waitFor({ timeout: 45_000 });
  await leave(watched);
});

test('an advisor is told that pay is not for his role, and is offered nothing to press', async () => {
  const watched = await visit('advisor', `/admin?shop=${SHOP}&part=rates`);
  const { page } = watched;
  await settled(page);
  await page.locator('[data-notice=forbidden]').waitFor();
  await page.goto(`/data?shop=${SHOP}`);
  await settled(page);
  expect(await page.getByRole('button', { name: 'Sync now' }).count()).toBe(0);
  await page.goto(`/people?shop=${SHOP}&range=last_30`);
  await settled(page);
  const rows = await page.locator('tbody td[data-label="Cost/Hour"]').allTextContents();
  expect(rows.length).toBeGreaterThan(1);
  expect(rows.every((text) => text.trim() === '–')).toBe(true);
  await leave(watched);
});

test('a row of Leaks opens its orders, and their sum is the row’s', async () => {
  const watched = await visit('owner', '/leaks?range=last_30&shop=6212');
  const { page, troubles } = watched;
  await settled(page);
  const row = page.locator('tbody tr').first();
  const discounts = await row.locator('td[data-label=Discounts]').textContent();
  await row.getByRole('link').click();
  await page.waitForURL('**group=**');
  const listed = page.getByRole('region', { name: /^Orders of/ }).locator('td[data-label=Discounts]');
  const cents = (text: string | null) => Math.round(Number((text ?? '').replace(/[^0-9.-]/g, '')) * 100);
  const sum = (await listed.allTextContents()).reduce((total, text) => total + cents(text), 0);
  expect(sum).toBe(cents(discounts));
  expect(troubles).toEqual([]);
  await leave(watched);
});
