import { join } from 'node:path';
import { z } from 'zod';
import type { Host } from '../host/host.ts';
import { type AdvisoryHit, advisoryId } from '../model/advisory.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { epochMs, isoTime } from '../model/time.ts';
import { parseRecord } from './json-file.ts';
import type { PlannedWrite } from './planned-write.ts';
import { readOptional } from './read-optional.ts';

/** One advisory about one exact thing that a person let pass until a day. */
export interface Override {
  readonly id: string;
  /** `name@version`, an origin, or a registry name: exactly what the hit was about. */
  readonly subject: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly until: string;
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

const schema = z.object({
  version: z.literal(1),
  overrides: z.array(
    z.object({
      id: z.string().regex(advisoryId),
      subject: z.string().min(1).max(500),
      reason: z.string().min(1),
      until: z.string(),
      by: z.string(),
      at: z.string(),
    }),
  ),
});

/** Absolute path of the user's overrides. There are none of a project, which would come with the clone. */
export function overridesPath(host: Host): string {
  return join(host.places.config, 'overrides.json');
}

/**
 * What was let pass, expired ones included, in the order in which it was; `damaged`: the file cannot be understood, so that
 * nothing is let pass.
 */
export async function readOverrides(host: Host): Promise<{ readonly overrides: readonly Override[]; readonly damaged: boolean }> {
  try {
    const bytes = await readOptional(overridesPath(host), limits.overridesMaxBytes, host);
    if (bytes === null) return { overrides: [], damaged: false };
    const parsed = schema.safeParse(parseRecord(bytes));
    return parsed.success ? { overrides: parsed.data.overrides, damaged: false } : { overrides: [], damaged: true };
  } catch (cause) {
    if (cause instanceof GuardError && cause.code !== 'interrupted') return { overrides: [], damaged: true };
    throw cause;
  }
}

/** The write that adds one; expired ones, and one about the same thing, go. @throws GuardError `config-invalid` for a damaged file */
export async function planOverride(override: Override, host: Host): Promise<PlannedWrite> {
  const path = overridesPath(host);
  const before = await readOptional(path, limits.overridesMaxBytes, host);
  const { overrides, damaged } = await readOverrides(host);
  if (damaged) throw new GuardError('config-invalid', 'the file of overrides is damaged', { why: path, hint: `correct or remove ${path}` });
  const left = overrides.filter(
    ({ id, subject, until }) => (id !== override.id || subject !== override.subject) && (epochMs(until) ?? 0) > host.now(),
  );
  return { path, before, after: Buffer.from(`${JSON.stringify({ version: 1, overrides: [...left, override] }, null, 2)}\n`), mode: 0o600 };
}

/** The hits, each with the day until which somebody let it pass. What is expired lets nothing pass. */
export function withOverrides(hits: readonly AdvisoryHit[], overrides: readonly Override[], nowMs: number): readonly AdvisoryHit[] {
  return hits.map((hit) => {
    const found = overrides.find(({ id, subject }) => id === hit.id && subject === hit.subject);
    const untilMs = found === undefined || !hit.overridable ? null : epochMs(found.until);
    return untilMs === null || untilMs <= nowMs ? hit : { ...hit, overriddenUntil: isoTime(untilMs) };
  });
}
