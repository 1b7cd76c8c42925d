/** Signing in, and what each role is shown. */
import { describe, expect, inject, test } from 'vitest';
import { ask, leave, settled, visit, withBrowser } from './browser';
import { ROLES } from './demo';

withBrowser();

const SHOP = 6212;

interface Orders {
  data: { id: number; ro_number: number; posted_on: string; customer_name: string | null }[];
}

test('whoever is not signed in is asked to, and comes back to where he was going', async () => {
  const { freshLink } = inject('demo');
  const watched = await visit(null, '/shop?shop=6213&range=last_7');
  const { page } = watched;
  await page.waitForURL('**/sign-in');
  await page.goto(freshLink);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/shop?shop=6213&range=last_7');
  await settled(page);
  expect(await page.locator('h1').textContent()).toBe('Southgate');
  await page.goto(freshLink);
  await page.getByRole('button', { name: 'Sign in' }).click();
  expect(await page.locator('body').textContent()).toContain('used already');
  await leave(watched);
});

test('the guest of a demo looks around as a viewer, and signs out', async () => {
  const watched = await visit(null, '/sign-in');
  const { page } = watched;
  await page.getByRole('button', { name: 'Look around' }).click();
  await settled(page);
  await page.getByRole('button', { name: 'You and the look' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in');
  await page.goto('/');
  await page.waitForURL('**/sign-in');
  await leave(watched);
});

describe.each(ROLES)('%s', (role) => {
  const seesPersons = role === 'owner' || role === 'manager';

  test(`sees ${seesPersons ? '' : 'no '}names of customers and ${seesPersons ? '' : 'no '}payloads`, async () => {
    const { data } = await ask<Orders>('owner', `/api/v1/shops/${SHOP}/ros?range=last_30&limit=20`);
    const order = data.find((one) => one.customer_name);
    if (!order?.customer_name) throw new Error('no order has a customer');
    const watched = await visit(role, `/order/${order.id}?shop=${SHOP}`);
    const { page, troubles } = watched;
    await settled(page);
    expect((await page.locator('body').textContent())?.includes(order.customer_name)).toBe(seesPersons);
    expect(await page.getByRole('button', { name: /^Show/ }).count()).toBe(seesPersons ? 1 : 0);
    await page.goto(`/day/${order.posted_on}?shop=${SHOP}`);
    await settled(page);
    expect((await page.locator('body').textContent())?.includes(order.customer_name)).toBe(seesPersons);
    const kept = await page.evaluate(
      () => document.title + location.href + JSON.stringify({ ...localStorage, ...sessionStorage }),
    );
    expect(kept).not.toContain(order.customer_name);
    expect(troubles).toEqual([]);
    await leave(watched);
  });
});
