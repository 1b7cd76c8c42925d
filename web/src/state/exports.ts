/** Addresses of the API's exports: every row, in the range that is looked at. */
import type { RangeQuery } from './range';

export type List = 'daily' | 'sold-daily' | 'ros' | 'ros-all' | 'wip' | 'advisors' | 'techs' | 'issues' | 'alerts';

/** Without its format. */
export function exportOf(shop: number, list: List, range?: RangeQuery): string {
  const query = new URLSearchParams(range ? { ...range } : {}).toString();
  return `/api/v1/shops/${shop}/export/${list}${query ? `?${query}` : ''}`;
}
