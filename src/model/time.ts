/** ISO 8601 in UTC with seconds, from milliseconds since the epoch. The one place that may use `Date`. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
