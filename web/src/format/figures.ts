/** Figures as people read them: the reader's locale, the shop's currency. Cents stay whole numbers to the last digit. */

/** What the catalogue calls its units. */
export type Unit = 'cents' | 'cents per hour' | 'percent 0-100' | 'hours' | 'count';
export type Amount = number | string | null | undefined;

export const NOTHING = '–';
const locale = typeof navigator === 'undefined' ? 'en-US' : navigator.language;

const formats = new Map<string, Intl.NumberFormat>();

function format(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.NumberFormat(locale, options)));
  return found;
}

/** Whole cents as a decimal text: -5 is "-0.05". */
export function decimal(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** An amount of money to the cent. */
export function money(cents: number | null | undefined, currency: string): string {
  if (cents === null || cents === undefined) return NOTHING;
  const style = format(`money ${currency}`, { style: 'currency', currency, minimumFractionDigits: 2 });
  return style.format(decimal(cents) as Intl.StringNumericLiteral);
}

/** An amount in few letters, for axes: $12.4K. */
export function moneyBriefly(cents: number, currency: string): string {
  const style = format(`brief ${currency}`, {
    style: 'currency',
    currency,
    notation: 'compact',
    maximumFractionDigits: 1,
  });
  return style.format(decimal(cents) as Intl.StringNumericLiteral);
}

/** An amount to the unit, for tables with many columns; the cent stands in the title. */
export function moneyRounded(cents: number | null | undefined, currency: string): string {
  if (cents === null || cents === undefined) return NOTHING;
  const style = format(`rounded ${currency}`, { style: 'currency', currency, maximumFractionDigits: 0 });
  return style.format(decimal(cents) as Intl.StringNumericLiteral);
}

export function percent(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined) return NOTHING;
  const style = format(`percent ${digits}`, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${style.format(value)} %`;
}

export function count(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  return format('count', { maximumFractionDigits: 0 }).format(value);
}

/** Hours come as decimal texts with up to four places; two are shown. */
export function hours(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  const style = format('hours', { minimumFractionDigits: 1, maximumFractionDigits: 2 });
  return `${style.format(value as Intl.StringNumericLiteral)} h`;
}

/** A figure in the unit that the catalogue gives it. */
export function figure(value: Amount, unit: string, currency: string): string {
  if (value === null || value === undefined) return NOTHING;
  switch (unit as Unit) {
    case 'cents':
      return money(Number(value), currency);
    case 'cents per hour':
      return `${money(Number(value), currency)}/h`;
    case 'percent 0-100':
      return percent(Number(value));
    case 'hours':
      return hours(value);
    case 'count':
      return count(Number(value));
  }
}

/** A change with its sign, in percent, or in points for a percentage. */
export function change(value: number, unit: string): string {
  const style = format('change', { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: 'exceptZero' });
  return `${style.format(value)} ${unit === 'percent 0-100' ? 'pts' : '%'}`;
}

/** `money` split where cents begin, so that they can be set smaller. */
export function moneyParts(cents: number, currency: string): { whole: string; cents: string } {
  const style = format(`money ${currency}`, { style: 'currency', currency, minimumFractionDigits: 2 });
  const parts = style.formatToParts(decimal(cents) as Intl.StringNumericLiteral);
  const at = parts.findIndex((part) => part.type === 'decimal');
  const text = (some: Intl.NumberFormatPart[]) => some.map((part) => part.value).join('');
  if (at < 0) return { whole: text(parts), cents: '' };
  return { whole: text(parts.slice(0, at)), cents: text(parts.slice(at)) };
}
