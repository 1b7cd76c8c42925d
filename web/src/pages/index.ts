/** The pages of the navigation, in its order. A page comes with what it needs when it is first gone to. */
import ChartColumn from '@lucide/svelte/icons/chart-column';
import Database from '@lucide/svelte/icons/database';
import Droplets from '@lucide/svelte/icons/droplets';
import Gauge from '@lucide/svelte/icons/gauge';
import Settings from '@lucide/svelte/icons/settings';
import Table from '@lucide/svelte/icons/table-2';
import Users from '@lucide/svelte/icons/users';
import Wrench from '@lucide/svelte/icons/wrench';
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
  { name: 'wip', path: '/wip', label: 'Board', key: 'w', icon: Wrench },
  { name: 'leaks', path: '/leaks', label: 'Leaks', key: 'l', icon: Droplets },
  { name: 'people', path: '/people', label: 'People', key: 'p', icon: Users },
  { name: 'scorecard', path: '/scorecard', label: 'Scorecard', key: 'c', icon: Table },
  { name: 'data', path: '/data', label: 'Data', key: 'd', icon: Database },
  { name: 'admin', path: '/admin', label: 'Admin', key: 'a', icon: Settings },
];

type Page = Component<{ inPath: Record<string, string> }>;
type Loading = Promise<{ default: Page }>;

export const PAGES: Record<PageName, () => Loading> = {
  today: () => import('./Today.svelte') as Loading,
  shop: () => import('./Shop.svelte') as Loading,
  day: () => import('./Day.svelte'),
  order: () => import('./Order.svelte'),
  wip: () => import('./Wip.svelte') as Loading,
  people: () => import('./People.svelte') as Loading,
  leaks: () => import('./Leaks.svelte') as Loading,
  scorecard: () => import('./Scorecard.svelte') as Loading,
  data: () => import('./Data.svelte') as Loading,
  admin: () => import('./Admin.svelte') as Loading,
};
