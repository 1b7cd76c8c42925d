/** Every page in both themes and three widths: nothing fails, nothing is cut off, and axe finds nothing. */
import { describe, expect, test } from 'vitest';
import { ask, leave, settled, violations, visit, withBrowser } from './browser';

withBrowser();

interface Orders {
  data: { id: number; posted_on: string }[];
}

const SHOP = 6212;
const THEMES = ['light', 'dark'] as const;
/** Of a laptop, a tablet, a phone. */
const WIDTHS = [1440, 768, 360];

async function pages(): Promise<string[]> {
  const { data } = await ask<Orders>('owner', `/api/v1/shops/${SHOP}/ros?range=last_30&limit=1&sort_by=revenue`);
  const order = data[0];
  if (!order) throw new Error('the demo has no order');
  return [
    '/?range=yesterday',
    `/shop?shop=${SHOP}&range=last_30`,
    `/shop?shop=${SHOP}&range=last_30&tables=trend.walk.calendar`,
    `/day/${order.posted_on}?shop=${SHOP}`,
    `/order/${order.id}?shop=${SHOP}`,
    `/wip?shop=${SHOP}`,
    '/leaks?range=last_30',
    `/people?shop=${SHOP}&range=last_30`,
    `/people?shop=${SHOP}&range=last_30&part=advisors`,
    '/scorecard',
    `/data?shop=${SHOP}&issue=missing_cost`,
    ...['rates', 'goals', 'rules', 'shops', 'access'].map((part) => `/admin?shop=${SHOP}&part=${part}`),
  ];
}

describe.each(THEMES)('%s', (theme) => {
  test('every page in three widths', { timeout: 400_000 }, async () => {
    for (const path of await pages()) {
      const watched = await visit('owner', path, { theme });
      const { page, troubles } = watched;
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await settled(page);
        const wider = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect.soft(wider, `${path} at ${width} px can be scrolled sideways`).toBeLessThanOrEqual(0);
        expect.soft(await violations(page), `axe on ${path} at ${width} px`).toEqual([]);
      }
      expect.soft(troubles, `errors on ${path}`).toEqual([]);
      await leave(watched);
    }
  });
});
