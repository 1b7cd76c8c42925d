/** The walk from what was sold to what was left. It ends where the answer says gross profit is, or is no walk. */
import type { Schemas } from '../api/client';

export interface Step {
  name: string;
  kind: 'sum' | 'adds' | 'takes';
  /** Signed, in cents. */
  cents: number;
  /** Where its bar begins and how long it is, in cents, never below zero. */
  from: number;
  size: number;
}

export function steps(of: Schemas['Authorized']): Step[] {
  const walk: Step[] = [];
  let at = 0;
  const move = (name: string, cents: number) => {
    if (cents === 0) return;
    const next = at + cents;
    walk.push({ name, kind: cents > 0 ? 'adds' : 'takes', cents, from: Math.min(at, next), size: Math.abs(cents) });
    at = next;
  };
  const sum = (name: string) => walk.push({ name, kind: 'sum', cents: at, from: Math.min(0, at), size: Math.abs(at) });
  move('Labor', of.labor.sales_cents);
  move('Parts', of.parts.sales_cents);
  move('Sublets', of.sublets.sales_cents);
  move('Fees', of.fees_cents);
  move('Discounts', -of.discounts_cents);
  sum('Committed Sales');
  move('Labor cost', -of.labor.cost_cents);
  move('Parts cost', -of.parts.cost_cents);
  move('Sublet cost', -of.sublets.cost_cents);
  sum('Gross Profit');
  return walk;
}
