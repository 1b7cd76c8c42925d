/** Ranges of days and what they are compared with, as the address and the API name them. */
import { parseDate, type CalendarDate } from '@internationalized/date';

export const RANGES = ['today', 'yesterday', 'wtd', 'last_7', 'mtd', 'last_30', 'ytd'] as const;
export type Preset = (typeof RANGES)[number];

export const RANGE_LABELS: Record<Preset, string> = {
  today: 'Today',
  yesterday: 'Yesterday',
  wtd: 'Week to date',
  last_7: 'Last 7 days',
  mtd: 'Month to date',
  last_30: 'Last 30 days',
  ytd: 'Year to date',
};

export const COMPARES = ['previous_period', 'previous_year', 'same_weekdays'] as const;
export type Compare = (typeof COMPARES)[number];

export const COMPARE_LABELS: Record<Compare, string> = {
  previous_period: 'Previous period',
  previous_year: 'Previous year',
  same_weekdays: 'Same weekdays before',
};

/** As the API takes it. */
export type RangeQuery = { range: Preset } | { range: 'custom'; start_date: string; end_date: string };

/** The API counts both ends, and takes no more days than these. */
export const DAYS_LIMIT = 400;

export function isPreset(text: string | null): text is Preset {
  return RANGES.some((range) => range === text);
}

export function isCompare(text: string | null): text is Compare {
  return COMPARES.some((compare) => compare === text);
}

export function dateOf(text: string | null): CalendarDate | null {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  try {
    return parseDate(text);
  } catch {
    return null;
  }
}

/** The range that an address asks for; the page's own where it asks for none, or for one that cannot be. */
export function rangeOf(params: URLSearchParams, otherwise: Preset): RangeQuery {
  const named = params.get('range');
  if (isPreset(named)) return { range: named };
  const [from, to] = [dateOf(params.get('from')), dateOf(params.get('to'))];
  if (from && to && from.compare(to) <= 0 && to.compare(from) < DAYS_LIMIT) {
    return { range: 'custom', start_date: from.toString(), end_date: to.toString() };
  }
  return { range: otherwise };
}

/** How an address says a range. */
export function asParams(range: RangeQuery): Record<string, string | null> {
  if (range.range === 'custom') return { range: null, from: range.start_date, to: range.end_date };
  return { range: range.range, from: null, to: null };
}
