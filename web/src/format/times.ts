/** Days and times. A day is the shop's own and has no zone; an instant is shown in the shop's zone, and says which. */
import { CalendarDate, DateFormatter, getDayOfWeek, parseDate } from '@internationalized/date';

const locale = typeof navigator === 'undefined' ? 'en-US' : navigator.language;
const styles = new Map<string, DateFormatter>();

function style(options: Intl.DateTimeFormatOptions): DateFormatter {
  const key = JSON.stringify(options);
  let found = styles.get(key);
  if (!found) styles.set(key, (found = new DateFormatter(locale, options)));
  return found;
}

function plain(date: CalendarDate, options: Intl.DateTimeFormatOptions): string {
  return style({ ...options, timeZone: 'UTC' }).format(date.toDate('UTC'));
}

/** 19 Nov 2026, in the reader's order of words. */
export function day(text: string): string {
  return plain(parseDate(text), { day: 'numeric', month: 'short', year: 'numeric' });
}

/** Thu, 19 Nov. */
export function dayBriefly(text: string): string {
  return plain(parseDate(text), { weekday: 'short', day: 'numeric', month: 'short' });
}

/** Thursday, 19 November 2026. */
export function dayInFull(text: string): string {
  return plain(parseDate(text), { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
}

/** One day, or from one to another. */
export function period(from: string, to: string): string {
  if (from === to) return plain(parseDate(from), { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  const span = style({ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  return span.formatRange(parseDate(from).toDate('UTC'), parseDate(to).toDate('UTC'));
}

/** Saturday or Sunday. */
export function isWeekend(text: string): boolean {
  const weekday = getDayOfWeek(parseDate(text), 'en-US');
  return weekday === 0 || weekday === 6;
}

/** An instant in the shop's zone, with the zone's short name. */
export function instant(text: string | null | undefined, timeZone: string): string {
  if (!text) return '–';
  const date = new Date(text);
  return style({
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(date);
}

/** The time of day in the shop's zone; with the day where it is another one than `today` there. */
export function clock(text: string, timeZone: string, now: Date): string {
  const date = new Date(text);
  const dayOf = style({ year: 'numeric', month: 'numeric', day: 'numeric', timeZone });
  const isToday = dayOf.format(date) === dayOf.format(now);
  return style({
    ...(isToday ? {} : { day: 'numeric', month: 'short' }),
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(date);
}

/** How long something lasts, in the two words that matter: 3 d 4 h. */
export function span(hours: number | null | undefined): string {
  if (hours === null || hours === undefined) return '–';
  if (hours < 1) return '< 1 h';
  if (hours < 24) return `${hours} h`;
  const days = Math.floor(hours / 24);
  if (days >= 60) return `${Math.floor(days / 30.4)} mo`;
  const rest = hours % 24;
  return days < 7 && rest ? `${days} d ${rest} h` : `${days} d`;
}

/** How long ago, in words. */
export function ago(seconds: number): string {
  if (seconds < 90) return 'just now';
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min ago`;
  return `${span(Math.round(seconds / 3600))} ago`;
}
