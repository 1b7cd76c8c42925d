/** How a month stands against its goal: by the days that are worked, because a month's last weekend brings nothing. */
import { getDayOfWeek, parseDate, startOfMonth, endOfMonth, type CalendarDate } from '@internationalized/date';

/** Days of a month on which the shop works, until a day, counted, and in all. ISO numbers: Monday is 1. */
export function workingDays(today: string, weekDays: number[]): { until: number; all: number } {
  const now = parseDate(today);
  const last = endOfMonth(now);
  let [until, all] = [0, 0];
  for (let day: CalendarDate = startOfMonth(now); day.compare(last) <= 0; day = day.add({ days: 1 })) {
    const iso = getDayOfWeek(day, 'en-US') || 7;
    if (!weekDays.includes(iso)) continue;
    all += 1;
    if (day.compare(now) <= 0) until += 1;
  }
  return { until, all };
}

/** Where a month ends that goes on as it began, in cents; null before its first working day. */
export function projected(cents: number, days: { until: number; all: number }): number | null {
  return days.until > 0 ? Math.round((cents * days.all) / days.until) : null;
}
