/** What is looked at: shops, range and comparison, read from the address and from what the reader may see. */
import type { Schemas } from '../api/client';
import { place } from './place.svelte';
import { isCompare, rangeOf, type Compare, type Preset, type RangeQuery } from './range';

export type Shop = Schemas['ShopTold'];

/** What each page shows where the address does not say. */
const USUAL_RANGE: Record<string, Preset> = { '/': 'today' };

class View {
  shops = $state.raw<Shop[]>([]);

  /** The shop of the address, if it is one of the reader's. */
  get chosen(): Shop | null {
    const id = Number(place.params.get('shop'));
    return this.shops.find((shop) => shop.shop_id === id) ?? null;
  }

  /** The shop that a page about one shop shows. */
  get shop(): Shop | null {
    return this.chosen ?? this.shops[0] ?? null;
  }

  /** The shops that a page about several shows. */
  get several(): Shop[] {
    return this.chosen ? [this.chosen] : this.shops;
  }

  get range(): RangeQuery {
    return rangeOf(place.params, USUAL_RANGE[place.path] ?? 'mtd');
  }

  get compare(): Compare | undefined {
    const named = place.params.get('compare');
    if (named === 'none') return undefined;
    return isCompare(named) ? named : 'previous_period';
  }
}

export const view = new View();

/** Whether a shop's role may see names of customers, pay rates and what the vendor sent. */
export function seesPersons(shop: Shop | null): boolean {
  return shop?.role === 'owner' || shop?.role === 'manager';
}
