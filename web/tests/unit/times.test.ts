import { describe, expect, test } from 'vitest';
import * as times from '../../src/format/times';
import { asParams, rangeOf } from '../../src/state/range';

describe('times', () => {
  test('a day has no zone: it is the same wherever the reader is', () => {
    expect(times.dayBriefly('2026-03-08')).toBe('Sun, Mar 8');
    expect(times.day('2026-12-31')).toBe('Dec 31, 2026');
    expect(times.period('2026-11-19', '2026-11-19')).toBe('Thu, Nov 19, 2026');
  });

  test('an instant is told in the shop’s zone, which is named', () => {
    expect(times.instant('2026-11-21T03:40:00Z', 'America/Chicago')).toBe('Nov 20, 2026, 9:40 PM CST');
    expect(times.instant('2026-07-21T03:40:00Z', 'America/Phoenix')).toBe('Jul 20, 2026, 8:40 PM MST');
    expect(times.instant(null, 'America/Chicago')).toBe('–');
  });

  test.each([
    [0, '< 1 h'],
    [5, '5 h'],
    [27, '1 d 3 h'],
    [240, '10 d'],
    [17352, '23 mo'],
    [null, '–'],
  ])('%j hours are %s', (hours, text) => expect(times.span(hours)).toBe(text));
});

describe('ranges', () => {
  const of = (query: string) => rangeOf(new URLSearchParams(query), 'mtd');

  test('an address says a range, and gets back what it said', () => {
    expect(of('range=last_7')).toEqual({ range: 'last_7' });
    const custom = of('from=2026-01-01&to=2026-01-31');
    expect(custom).toEqual({ range: 'custom', start_date: '2026-01-01', end_date: '2026-01-31' });
    expect(asParams(custom)).toEqual({ range: null, from: '2026-01-01', to: '2026-01-31' });
  });

  test.each([
    '',
    'range=ever',
    'from=2026-02-30&to=2026-03-01',
    'from=2026-02-02&to=2026-02-01',
    'from=2024-01-01&to=2026-01-01',
  ])('what cannot be is the page’s own range: %s', (query) => expect(of(query)).toEqual({ range: 'mtd' }));
});
