/** Chromium, and pages that remember what went wrong on them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import type { Role } from './demo';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Look {
  width?: number;
  height?: number;
  theme?: 'light' | 'dark';
}

let browser: Browser | undefined;
const contexts: BrowserContext[] = [];

/** Opens Chromium for the tests of a file. */
export function withBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env.PITWALL_BROWSER ?? '/usr/bin/chromium',
      // Chromium does not sandbox what root runs; the pages are ours.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
  });
  afterAll(async () => {
    await browser?.close();
  });
}

export interface Watched {
  page: Page;
  /** Errors of scripts, of the console and of the content policy. */
  troubles: string[];
}

/** A fresh browser without a past, signed in where a role is named. */
export async function visit(role: Role | null, path: string, look: Look = {}): Promise<Watched> {
  const { base, sessions } = inject('demo');
  if (!browser) throw new Error('withBrowser() comes first');
  const context = await browser.newContext({
    baseURL: base,
    viewport: { width: look.width ?? 1440, height: look.height ?? 900 },
    colorScheme: look.theme ?? 'light',
    locale: 'en-US',
    reducedMotion: 'reduce',
  });
  contexts.push(context);
  if (role) await context.addCookies(sessions[role].map((cookie) => ({ ...cookie, url: base })));
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  await page.goto(path);
  return { page, troubles };
}

export async function leave({ page }: Watched): Promise<void> {
  await page.context().close();
}

/** Waits until nothing is awaited any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await expect.poll(() => page.locator('.skeleton').count(), { timeout: 20_000 }).toBe(0);
  await page.waitForTimeout(150);
}

/** What axe finds, in a line each. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: (what: object, how: object) => Promise<{ violations: Finding[] }> };
    };
    interface Finding {
      id: string;
      nodes: { html: string; failureSummary?: string }[];
    }
    const found = await axe.run(document, { resultTypes: ['violations'] });
    return found.violations.map(
      (one) =>
        `${one.id}: ${one.nodes[0]?.html.slice(0, 160)} ${one.nodes[0]?.failureSummary?.slice(0, 200)} (${one.nodes.length})`,
    );
  });
}

/** Asks the API as somebody, past the screen. */
export async function ask<T>(role: Role, path: string, init: RequestInit = {}): Promise<T> {
  const { base, sessions } = inject('demo');
  const cookies = sessions[role];
  const answer = await fetch(base + path, {
    ...init,
    headers: {
      ...init.headers,
      cookie: cookies.map((one) => `${one.name}=${one.value}`).join('; '),
      'x-csrf-token': cookies.find((one) => one.name === 'pitwall_csrf')?.value ?? '',
    },
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}
