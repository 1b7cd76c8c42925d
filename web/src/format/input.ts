/** What people type, as the API takes it. */

/** An amount with at most two decimals as whole cents; null where it is none. A comma is taken for a point. */
export function cents(text: string): number | null {
  const found = /^\s*(-?)(\d{1,10})(?:[.,](\d{1,2}))?\s*$/.exec(text);
  if (!found) return null;
  const [, sign = '', whole = '0', places = ''] = found;
  const size = Number(whole) * 100 + Number(places.padEnd(2, '0') || 0);
  return sign ? -size : size;
}

/** A target as the API's decimal text: money in cents, all else as it is; null where it is none. */
export function target(text: string, unit: string): string | null {
  if (unit.startsWith('cents')) {
    const amount = cents(text);
    return amount === null ? null : String(amount);
  }
  const plain = text.trim().replace(',', '.');
  return /^\d{1,12}(\.\d{1,4})?$/.test(plain) ? plain : null;
}
