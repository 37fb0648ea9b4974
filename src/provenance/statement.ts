import { isObject, type JsonValue } from '../model/json.ts';
import { strictJsonOrNull } from '../model/strict-json.ts';
import type { VerifiedBundle } from './bundle.ts';

/** What an attestation says: that something is true of files with these digests. Text is the signer's. */
export interface Statement {
  readonly predicateType: string;
  /** Never empty. */
  readonly subjects: readonly StatementSubject[];
  readonly predicate: JsonValue;
}

export interface StatementSubject {
  readonly name: string;
  /** Algorithm → lower-case hexadecimal. */
  readonly digests: Readonly<Record<string, string>>;
}

const payloadType = 'application/vnd.in-toto+json';
const types = ['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1'];
const maxSubjects = 1_024;

/**
 * The statement in the envelope of a bundle that verified; null = it holds none, or one that two readers could read
 * differently (a member twice, more than one version).
 *
 * @see https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
 */
export function readStatement({ payload }: Pick<VerifiedBundle, 'payload'>): Statement | null {
  if (payload === null || payload.type !== payloadType) return null;
  const value = strictJsonOrNull(payload.bytes);
  if (!isObject(value) || !types.includes(String(value['_type']))) return null;
  const { predicateType, subject } = value;
  if (typeof predicateType !== 'string' || !Array.isArray(subject) || subject.length === 0 || subject.length > maxSubjects) return null;
  const subjects = subject.flatMap((one: JsonValue) => subjectOf(one) ?? []);
  return subjects.length === subject.length ? { predicateType, subjects, predicate: value['predicate'] ?? null } : null;
}

function subjectOf(value: JsonValue): StatementSubject | null {
  if (!isObject(value) || !isObject(value['digest'])) return null;
  const { name = '', digest } = value;
  const digests = Object.entries(digest).flatMap(([algorithm, hex]): [string, string][] =>
    typeof hex === 'string' && /^[0-9a-f]+$/.test(hex) ? [[algorithm, hex]] : [],
  );
  return typeof name === 'string' && digests.length > 0 ? { name, digests: Object.fromEntries(digests) } : null;
}
