/** The pages of the navigation, in its order. A page comes with what it needs when it is first gone to. */
import ChartColumn from '@lucide/svelte/icons/chart-column';
import Gauge from '@lucide/svelte/icons/gauge';
import type { Component } from 'svelte';
import type { PageName } from '../state/place.svelte';

export interface Entry {
  name: PageName;
  path: string;
  label: string;
  /** The second key after `g`. */
  key: string;
  icon: Component<{ size?: number | string }>;
}

export const NAVIGATION: Entry[] = [
  { name: 'today', path: '/', label: 'Today', key: 't', icon: Gauge },
  { name: 'shop', path: '/shop', label: 'Shop', key: 's', icon: ChartColumn },
];

type Page = Component<{ inPath: Record<string, string> }>;

export const PAGES: Partial<Record<PageName, () => Promise<{ default: Page }>>> = {
  today: () => import('./Today.svelte') as Promise<{ default: Page }>,
  shop: () => import('./Shop.svelte') as Promise<{ default: Page }>,
  day: () => import('./Day.svelte'),
  order: () => import('./Order.svelte'),
};
