/**
 * When a server that is asked too often says to come back, in words; a date, or anything else that is no number of
 * seconds, is "later". @see RFC 9110 §10.2.3
 */
export function retryAfterText(header: string | undefined): string {
  const seconds = /^\d{1,7}$/.test(header ?? '') ? Number(header) : null;
  if (seconds === null) return 'later';
  return seconds < 120 ? `in ${seconds} s` : `in ${Math.ceil(seconds / 60)} minutes`;
}

/** True for an answer that says nothing but that it is asked too often, or has no time now. */
export function isTooOften({ status, headers }: { readonly status: number; readonly headers: Readonly<Record<string, string>> }): boolean {
  return status === 429 || (status === 503 && headers['retry-after'] !== undefined);
}
