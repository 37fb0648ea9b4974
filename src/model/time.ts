/** ISO 8601 in UTC with seconds, from milliseconds since the epoch. The one place that may use `Date`. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** Whole days between an ISO 8601 time and now; null for no time, one that is no time, and one in the future. */
export function ageDays(time: string | null, nowMs: number): number | null {
  const then = time === null ? Number.NaN : Date.parse(time);
  return Number.isNaN(then) || then > nowMs ? null : Math.floor((nowMs - then) / 86_400_000);
}

/**
 * Milliseconds since the epoch that a person means by `7d`, `12h`, `30m`, `2w` (so long before now) or an ISO 8601 date or
 * time; null = it is none of these.
 */
export function sinceMs(text: string, nowMs: number): number | null {
  const ago = /^(\d{1,6})([mhdw])$/.exec(text);
  if (ago !== null) return nowMs - Number(ago[1]) * (unitsMs[ago[2] ?? ''] ?? 0);
  const day = /^(\d{4}-\d{2}-\d{2})(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text)?.[1];
  // The 31st of February is taken for a day in March otherwise.
  if (day === undefined || Number.isNaN(Date.parse(day)) || !isoTime(Date.parse(day)).startsWith(day)) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

const unitsMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** Milliseconds since the epoch of an ISO 8601 time; null for no time, or one that is no time. */
export function epochMs(time: string | null | undefined): number | null {
  const ms = time === null || time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(ms) ? null : ms;
}
