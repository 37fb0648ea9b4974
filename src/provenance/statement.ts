import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { GuardError } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import { parseStrict } from '../model/strict-json.ts';
import type { VerifiedBundle } from './bundle.ts';

/** What an in-toto statement says of what. All of it is the signer's claim. */
export interface Statement {
  readonly subjects: readonly Subject[];
  readonly predicateType: string;
  /** JSON; parsed by whoever knows its type. */
  readonly predicate: unknown;
}

export interface Subject {
  /** Empty = it names none. */
  readonly name: string;
  /** Algorithm → lower-case hexadecimal. */
  readonly digest: Readonly<Record<string, string>>;
}

const payloadType = 'application/vnd.in-toto+json';
const types: ReadonlySet<string> = new Set(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1']);

const statementSchema = z.object({
  _type: z.string(),
  subject: z.array(z.object({ name: z.string().default(''), digest: z.record(z.string(), z.string().max(256)) })).max(10_000),
  predicateType: z.string().max(500),
  predicate: z.unknown().optional(),
});

/**
 * The statement (in-toto v0.1 or v1) in the envelope of a bundle that verified; a text = why it is none. A member name twice
 * makes it none: two readers would read two statements out of one signature.
 */
export function statementOf({ payload }: VerifiedBundle): Statement | string {
  if (payload === null) return 'it signs no statement';
  if (payload.type !== payloadType) return 'what it signs is no in-toto statement';
  const value = jsonOf(payload.bytes);
  if (typeof value === 'string') return value;
  const parsed = statementSchema.safeParse(value.json);
  if (!parsed.success || !types.has(parsed.data._type)) return 'what it signs is no in-toto statement';
  const { subject: subjects, predicateType, predicate } = parsed.data;
  return { subjects, predicateType, predicate };
}

/** A JSON text that every reader reads the same way; a text = why it is none. */
export function jsonOf(bytes: Uint8Array): { readonly json: JsonValue } | string {
  if (!isUtf8(bytes)) return 'it is not UTF-8';
  try {
    return { json: parseStrict(Buffer.from(bytes).toString('utf8')) };
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    return `its JSON is invalid: ${cause.why ?? cause.message}`;
  }
}
