/** Where somebody wanted to go who has to sign in first. Addresses hold no personal data. */
import { go, place } from './place.svelte';

const KEY = 'pitwall-return';

export function leaveForSignIn(): void {
  sessionStorage.setItem(KEY, place.whole);
  location.replace('/sign-in');
}

/** Goes on where the sign-in began. */
export function comeBack(): void {
  const to = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (to && to.startsWith('/') && !to.startsWith('//') && place.whole === '/') go(to, 'replace');
}
