/** The owner's morning: from all shops to the order that leaks, with a mouse in three presses, and without one. */
import { expect, test } from 'vitest';
import { ask, leave, settled, visit, withBrowser } from './browser';

withBrowser();

test('from a figure to what the vendor sent in three presses', async () => {
  const watched = await visit('owner', '/shop?shop=6212&range=last_7');
  const { page, troubles } = watched;
  await settled(page);
  await page.locator('#days tbody a').first().click();
  await settled(page);
  await page.locator('#orders tbody a').first().click();
  await settled(page);
  await page.getByRole('button', { name: /^Show the list/ }).click();
  await page.locator('pre').waitFor();
  expect(await page.locator('pre').textContent()).toContain('repairOrderNumber');
  expect(troubles).toEqual([]);
  await leave(watched);
});

/** Presses Tab until something is focused, as who has no mouse does. */
async function tabTo(page: Awaited<ReturnType<typeof visit>>['page'], wanted: RegExp): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
    if (wanted.test(name)) return;
  }
  throw new Error(`nothing like ${wanted} can be reached by Tab`);
}

test('without a mouse: sign in, the worst shop of yesterday, its worst day, the order that leaks', async () => {
  const watched = await visit(null, '/sign-in');
  const { page } = watched;
  await tabTo(page, /Look around/);
  await page.keyboard.press('Enter');
  await settled(page);

  await page.keyboard.press('r');
  await tabTo(page, /^Last 30 days$/);
  await page.keyboard.press('Enter');
  await page.waitForURL('**range=last_30**');
  await settled(page);
  const { data } = await ask<{ data: { name: string; figures: { authorized: { gp_percent: number } } }[] }>(
    'owner',
    '/api/v1/kpi/shops?range=last_30',
  );
  const worst = data.reduce((low, one) =>
    one.figures.authorized.gp_percent < low.figures.authorized.gp_percent ? one : low,
  );
  const marked = page.locator('section.card', { hasText: 'lowest GP %' });
  expect(await marked.getAttribute('aria-label')).toBe(worst.name);

  await tabTo(page, new RegExp(`^Open ${worst.name}`));
  await page.keyboard.press('Enter');
  await settled(page);
  expect(await page.locator('h1').textContent()).toBe(worst.name);

  await tabTo(page, /^GP %$/);
  await tabTo(page, /^GP %$/);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.waitForURL('**days=gp_percent**');
  const day = (await page.locator('#days tbody a').first().textContent()) ?? '';
  await tabTo(page, new RegExp(`^${day}$`));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/day/**');
  await settled(page);

  await tabTo(page, /^RO \d+$/);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/order/**');
  await settled(page);
  expect(await page.locator('h1').textContent()).toMatch(/^RO \d+$/);
  await leave(watched);
});

test('the palette finds an order by its number, and the sheet of keys opens', async () => {
  const { data } = await ask<{ data: { ro_number: number }[] }>(
    'owner',
    '/api/v1/shops/6214/ros?range=last_30&limit=1',
  );
  const watched = await visit('owner', '/');
  const { page, troubles } = watched;
  await settled(page);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+k');
  await page.keyboard.type(String(data[0]?.ro_number));
  await page.getByRole('option', { name: /Desert Ridge/ }).waitFor();
  await page.getByRole('option', { name: /Desert Ridge/ }).click();
  await settled(page);
  expect(await page.locator('h1').textContent()).toBe(`RO ${data[0]?.ro_number}`);
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await expect.poll(() => page.locator('h1').textContent()).toBe('Today');
  expect(troubles).toEqual([]);
  await leave(watched);
});
