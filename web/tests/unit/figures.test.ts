import { describe, expect, test } from 'vitest';
import { change, decimal, figure, hours, money, moneyParts, percent } from '../../src/format/figures';
import { cents, target } from '../../src/format/input';

describe('figures', () => {
  test('cents become text without a float between', () => {
    expect(decimal(5)).toBe('0.05');
    expect(decimal(-5)).toBe('-0.05');
    expect(decimal(0)).toBe('0.00');
    expect(decimal(Number.MAX_SAFE_INTEGER)).toBe('90071992547409.91');
  });

  test('money keeps its cents and its sign', () => {
    expect(money(6443691, 'USD')).toBe('$64,436.91');
    expect(money(-3428, 'USD')).toBe('-$34.28');
    expect(money(null, 'USD')).toBe('–');
    expect(moneyParts(6443691, 'USD')).toEqual({ whole: '$64,436', cents: '.91' });
    expect(moneyParts(-7, 'USD')).toEqual({ whole: '-$0', cents: '.07' });
  });

  test('a unit decides how a figure is written', () => {
    expect(figure(16954, 'cents per hour', 'USD')).toBe('$169.54/h');
    expect(figure(66.85, 'percent 0-100', 'USD')).toBe('66.85 %');
    expect(figure('254.07', 'hours', 'USD')).toBe('254.07 h');
    expect(figure(1234, 'count', 'USD')).toBe('1,234');
    expect(figure(null, 'count', 'USD')).toBe('–');
    expect(hours('409')).toBe('409.0 h');
    expect(percent(0)).toBe('0.00 %');
  });

  test('a change of a percentage is in points', () => {
    expect(change(0.97, 'percent 0-100')).toBe('+1.0 pts');
    expect(change(-30.02, 'cents')).toBe('-30.0 %');
    expect(change(0, 'cents')).toBe('0.0 %');
  });
});

describe('what is typed', () => {
  test.each([
    ['31.5', 3150],
    ['31,55', 3155],
    [' 7 ', 700],
    ['0.05', 5],
    ['-1.20', -120],
  ])('%s is %i cents', (text, expected) => expect(cents(text)).toBe(expected));

  test.each(['', '31.555', '1e3', '12 000', 'x', '.'])('%j is no amount', (text) => expect(cents(text)).toBeNull());

  test('a target is told in the unit of its figure', () => {
    expect(target('90000', 'cents')).toBe('9000000');
    expect(target('62,5', 'percent 0-100')).toBe('62.5');
    expect(target('-1', 'count')).toBeNull();
  });
});
