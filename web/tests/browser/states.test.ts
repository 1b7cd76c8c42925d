/** Empty, failed, unreachable and stale look different, and each says what to do. */
import { expect, test } from 'vitest';
import { leave, settled, visit, withBrowser } from './browser';

withBrowser();

const notice = (kind: string) => `[data-notice=${kind}]`;

test('a server that is gone is told from a shop without orders', async () => {
  const watched = await visit('owner', '/shop?shop=6212&range=last_7');
  const { page } = watched;
  await settled(page);
  await page.context().route('**/api/v1/**', (route) => route.abort());
  await page.getByRole('button', { name: /Days:/ }).click();
  await page.getByRole('link', { name: 'Year to date' }).click();
  await page.locator(notice('offline')).first().waitFor();
  expect(await page.locator(notice('empty')).count()).toBe(0);
  await page.context().unroute('**/api/v1/**');
  await page.locator(notice('offline')).first().getByRole('button', { name: 'Try again' }).click();
  await page.locator('[data-metric=net_sales]').waitFor();
  await leave(watched);
});

test('days without an order are empty, not zero and not an error', async () => {
  const watched = await visit('owner', '/shop?shop=6212&from=2020-01-01&to=2020-01-05');
  const { page } = watched;
  await settled(page);
  await page.locator(notice('empty')).first().waitFor();
  expect(await page.locator(notice('failed')).count()).toBe(0);
  expect(await page.locator('[data-metric=gp_percent] .number').first().textContent()).toBe('–');
  await leave(watched);
});

test('an answer that fails names its request', async () => {
  const watched = await visit('owner', '/');
  const { page } = watched;
  await settled(page);
  await page.context().route('**/kpi/summary**', (route) =>
    route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        type: 'about:blank',
        title: 'Something failed here',
        status: 500,
        hint: 'look into the log',
        instance: 'req-1',
      }),
    }),
  );
  await page.goto('/shop?shop=6212');
  await page.locator(notice('failed')).first().waitFor();
  expect(await page.locator(notice('failed')).first().textContent()).toContain('req-1');
  await leave(watched);
});

test('figures of a shop whose sync has stopped say that they are old', async () => {
  const watched = await visit('owner', '/sign-in');
  const { page } = watched;
  await page.context().route('**/live', (route) => route.abort());
  await page.context().route('**/kpi/summary**', async (route) => {
    const answer = await route.fetch();
    const told = (await answer.json()) as { as_of: string };
    told.as_of = new Date(Date.now() - 5 * 3600_000).toISOString();
    await route.fulfill({ response: answer, json: told });
  });
  await page.goto('/shop?shop=6212&range=last_7');
  const stale = page.locator(`header ${notice('stale')}`);
  await stale.waitFor();
  expect(await stale.textContent()).toContain('5 h ago');
  expect(await page.locator('[data-metric=net_sales]').count()).toBe(1);
  await leave(watched);
});

test('a refresh that fails leaves the figures and says so', async () => {
  const watched = await visit('owner', '/shop?shop=6212&range=last_7');
  const { page } = watched;
  await settled(page);
  await page.context().route('**/kpi/summary**', (route) => route.abort());
  // Coming back to a window asks again what is older than half a minute; its clock is put forward.
  await page.evaluate(() => {
    const real = Date.now;
    Date.now = () => real() + 120_000;
    document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(new Event('visibilitychange'));
  });
  await page.locator(`section[aria-label=Figures] ${notice('stale')}`).waitFor();
  expect(await page.locator('[data-metric=net_sales]').count()).toBe(1);
  await leave(watched);
});

test('an unknown address, and an order that is not there', async () => {
  const watched = await visit('owner', '/order/999999999999?shop=6212');
  const { page } = watched;
  await page.locator('[data-notice]').first().waitFor();
  expect(await page.locator(notice('failed')).count()).toBe(1);
  await leave(watched);
});
