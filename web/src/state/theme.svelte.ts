/** Dark or light: the system's, until the reader says otherwise. */
import { createSubscriber, MediaQuery } from 'svelte/reactivity';

export type Wish = 'system' | 'light' | 'dark';
const KEY = 'pitwall-theme';

function kept(): Wish {
  const text = localStorage.getItem(KEY);
  return text === 'light' || text === 'dark' ? text : 'system';
}

class Theme {
  #wish = $state<Wish>(kept());
  readonly #system = new MediaQuery('(prefers-color-scheme: dark)', false);

  constructor() {
    this.#show();
  }

  get wish(): Wish {
    return this.#wish;
  }

  get isDark(): boolean {
    return this.#wish === 'system' ? this.#system.current : this.#wish === 'dark';
  }

  set(wish: Wish): void {
    this.#wish = wish;
    if (wish === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, wish);
    this.#show();
  }

  #show(): void {
    if (this.#wish === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.#wish;
  }
}

export const theme = new Theme();

const everyHalfMinute = createSubscriber((update) => {
  const timer = setInterval(update, 30_000);
  return () => clearInterval(timer);
});

/** The time, good for ages in words; whoever shows it is drawn again every half minute. */
export function now(): Date {
  everyHalfMinute();
  return new Date();
}
