/** Codes as people say them. A code that is new here is shown with its underscores taken out. */
const WORDS: Record<string, string> = {
  ACCRECV: 'Posted, to be paid',
  POSTED: 'Posted',
  WORKINPROGRESS: 'In progress',
  SAVEDFORLATER: 'Saved for later',
  AUTHORIZED: 'accepted',
  DECLINED: 'declined',
  PENDING: 'not decided',
  assigned: "technician's own rate",
  shop_avg: "shop's average rate",
  default: "shop's default rate",
  gp_low: 'GP % of a day is low',
  gp_falling: 'GP % is falling',
  gp_week_drop: 'GP % drops from week to week',
  gp_week_rise: 'GP % rises from week to week',
  gp_under_goal: 'GP % under its goal',
  zero_cost_parts: 'parts without cost',
  promised_late: 'past the promise',
  sync_stale: 'the sync has stopped',
  issue_burst: 'many remarks at once',
};

export function inWords(code: string): string {
  const known = WORDS[code];
  if (known) return known;
  const words = code.replaceAll('_', ' ').toLowerCase();
  return words;
}

/** The same with a capital letter. */
export function asTitle(code: string): string {
  const words = inWords(code);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
