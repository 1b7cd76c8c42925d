/** What the figures of a part of a page have in common, so that each can say it without being told. */
import { getContext, setContext } from 'svelte';

export interface Setting {
  currency: string;
  /** First and last day, both counted. */
  from?: string;
  to?: string;
  zone?: string;
  asOf?: string | null;
  /** Where the lines of the figures are. */
  lines?: string;
  /** The range compared with, in words. */
  against?: string;
}

const KEY = Symbol('setting');

export function provideSetting(setting: () => Setting): void {
  setContext(KEY, setting);
}

export function useSetting(): () => Setting {
  return getContext<(() => Setting) | undefined>(KEY) ?? (() => ({ currency: 'USD' }));
}
