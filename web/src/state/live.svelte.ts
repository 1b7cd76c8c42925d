/** The live feed of one shop: when its figures change, what is shown of it is asked for again. */
import type { QueryClient } from '@tanstack/svelte-query';

export type Feed = 'off' | 'connecting' | 'live';

class Live {
  state = $state<Feed>('off');
  /** Until when the shop's orders have been read, as the feed said last. */
  asOf = $state<string | null>(null);

  /** Watches a shop until the given function is called. One feed at a time: browsers count connections. */
  watch(shop: number, queries: QueryClient): () => void {
    const source = new EventSource(`/api/v1/shops/${shop}/live`);
    this.state = 'connecting';
    this.asOf = null;
    const told = (event: MessageEvent<string>) => {
      this.state = 'live';
      const said: unknown = JSON.parse(event.data);
      if (said && typeof said === 'object' && 'as_of' in said && typeof said.as_of === 'string') this.asOf = said.as_of;
    };
    const changed = (event: MessageEvent<string>) => {
      told(event);
      void queries.invalidateQueries({ queryKey: [shop] });
    };
    source.addEventListener('hello', told);
    source.addEventListener('sync', told);
    for (const name of ['figures', 'alerts', 'tasks']) source.addEventListener(name, changed);
    source.addEventListener('error', () => (this.state = 'connecting'));
    return () => {
      source.close();
      this.state = 'off';
    };
  }
}

export const live = new Live();
