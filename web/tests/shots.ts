/** The screenshots of docs/screens: every page in both themes, as an owner of the demo sees it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { ask, leave, settled, visit, withBrowser } from './browser/browser';
import { smaller } from './smaller';

withBrowser();

const FOLDER = fileURLToPath(new URL('../../docs/screens/', import.meta.url));
const SHOP = 6212;

async function take(page: Page, name: string): Promise<void> {
  writeFileSync(`${FOLDER}${name}.png`, smaller(await page.screenshot()));
}

test('every page is taken in both themes', async () => {
  mkdirSync(FOLDER, { recursive: true });
  const { data } = await ask<{ data: { id: number; posted_on: string }[] }>(
    'owner',
    `/api/v1/shops/${SHOP}/ros?range=last_30&limit=1&sort_by=revenue`,
  );
  const order = data[0];
  if (!order) throw new Error('the demo has no order');
  await ask('owner', `/api/v1/shops/${SHOP}/goals`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      scope: 'shop',
      metric: 'net_sales',
      period: 'month',
      period_start: `${order.posted_on.slice(0, 7)}-01`,
      target: '9000000',
    }),
  });
  const pages: [string, string][] = [
    ['today', '/?range=yesterday'],
    ['shop', `/shop?shop=${SHOP}&range=last_30`],
    ['day', `/day/${order.posted_on}?shop=${SHOP}`],
    ['order', `/order/${order.id}?shop=${SHOP}`],
    ['board', `/wip?shop=${SHOP}`],
    ['leaks', '/leaks?range=last_30'],
    ['people', `/people?shop=${SHOP}&range=last_30`],
    ['scorecard', '/scorecard'],
    ['data', `/data?shop=${SHOP}`],
    ['admin', `/admin?shop=${SHOP}`],
  ];
  for (const theme of ['light', 'dark'] as const) {
    for (const [name, path] of pages) {
      const watched = await visit('owner', path, { theme, width: 1280, height: 860 });
      await settled(watched.page);
      await watched.page.waitForTimeout(600);
      await take(watched.page, `${name}-${theme}`);
      expect(watched.troubles, path).toEqual([]);
      await leave(watched);
    }
    const phone = await visit('owner', '/?range=yesterday', { theme, width: 360, height: 780 });
    await settled(phone.page);
    await take(phone.page, `phone-${theme}`);
    await leave(phone);
    const door = await visit(null, '/sign-in', { theme, width: 1280, height: 860 });
    await take(door.page, `sign-in-${theme}`);
    await leave(door);
  }
});
