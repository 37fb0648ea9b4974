/** ISO 8601 in UTC with seconds, from milliseconds since the epoch. The one place that may use `Date`. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** Whole days between an ISO 8601 time and now; null for no time, one that is no time, and one in the future. */
export function ageDays(time: string | null, nowMs: number): number | null {
  const then = time === null ? Number.NaN : Date.parse(time);
  return Number.isNaN(then) || then > nowMs ? null : Math.floor((nowMs - then) / 86_400_000);
}
