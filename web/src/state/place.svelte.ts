/** Where the reader is: the address holds everything that can be chosen, so that it can be sent to somebody else. */
import { parse } from 'regexparam';

class Place {
  #url = $state.raw(new URL(location.href));

  get path(): string {
    return this.#url.pathname;
  }

  get params(): URLSearchParams {
    return this.#url.searchParams;
  }

  get whole(): string {
    return this.#url.pathname + this.#url.search;
  }

  read(): void {
    this.#url = new URL(location.href);
  }
}

export const place = new Place();

/** What goes along from page to page. */
const KEPT = ['shop', 'range', 'from', 'to', 'compare'];

type Changes = Record<string, string | number | null | undefined>;

/** The address of a page with what was chosen here, and some of it changed; null takes a choice away. */
export function link(path: string, changes: Changes = {}): string {
  const params = new URLSearchParams();
  for (const key of KEPT) {
    const value = place.params.get(key);
    if (value !== null) params.set(key, value);
  }
  return addressed(path, params, changes);
}

/** The address of this page with some of it changed. */
export function here(changes: Changes): string {
  return addressed(place.path, new URLSearchParams(place.params), changes);
}

function addressed(path: string, params: URLSearchParams, changes: Changes): string {
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === '') params.delete(key);
    else params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

/** Goes to a page of ours. A replaced place cannot be come back to: for what is typed or dragged. */
export function go(to: string, how: 'push' | 'replace' = 'push'): void {
  const pathBefore = place.path;
  if (how === 'push') history.pushState(null, '', to);
  else history.replaceState(null, '', to);
  place.read();
  if (place.path !== pathBefore) scrollTo(0, 0);
}

/** Makes links of ours change the place instead of loading the page anew. */
export function listen(): () => void {
  const clicked = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const anchor = event.target instanceof Element ? event.target.closest('a') : null;
    if (!anchor?.href || anchor.target || anchor.hasAttribute('download')) return;
    const to = new URL(anchor.href);
    if (to.origin !== location.origin || !isOurs(to.pathname)) return;
    if (to.pathname === location.pathname && to.search === location.search && to.hash) return;
    event.preventDefault();
    go(to.pathname + to.search);
  };
  const moved = () => place.read();
  document.addEventListener('click', clicked);
  addEventListener('popstate', moved);
  return () => {
    document.removeEventListener('click', clicked);
    removeEventListener('popstate', moved);
  };
}

/** The pages; `crates/api/src/web.rs` answers the same addresses. */
const PAGES = {
  today: '/',
  shop: '/shop',
  day: '/day/:date',
  order: '/order/:order',
  wip: '/wip',
  people: '/people',
  leaks: '/leaks',
  scorecard: '/scorecard',
  data: '/data',
  admin: '/admin',
} as const;

export type PageName = keyof typeof PAGES;

const PATTERNS = Object.entries(PAGES).map(([name, pattern]) => ({
  name: name as PageName,
  ...parse(pattern),
}));

/** Which page a path is, with what stands in it. */
export function pageOf(path: string): { name: PageName; inPath: Record<string, string> } | null {
  for (const { name, keys, pattern } of PATTERNS) {
    const found = pattern.exec(path);
    if (found) return { name, inPath: Object.fromEntries(keys.map((key, at) => [key, found[at + 1] ?? ''])) };
  }
  return null;
}

function isOurs(path: string): boolean {
  return pageOf(path) !== null;
}
