import type { z } from 'zod';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import { parseStrict } from '../model/strict-json.ts';

/** What a file of ours is called in messages, and how to get a good one back. */
export interface OwnFile {
  /** `lock.json` */
  readonly title: string;
  readonly hint: string;
}

/**
 * The parsed value of one of our own files, exactly as it stands in the text (nothing is rebuilt, so no member can get
 * lost on the way to its digest).
 *
 * @throws GuardError `lock-invalid` naming the JSON path, `lock-too-new` with the command that upgrades.
 */
export function parseOwnFile(text: string, schema: z.ZodType, file: OwnFile): JsonObject {
  const value = parse(text, file);
  if (!isObject(value)) throw invalid(file, '$ is not an object');
  const version = Object.hasOwn(value, 'version') ? value['version'] : undefined;
  if (version === undefined) throw invalid(file, '$.version is missing');
  if (typeof version === 'number' && Number.isSafeInteger(version) && version > 1) {
    throw new GuardError('lock-too-new', `${file.title} was written by a newer pinfold`, {
      why: `it is version ${version}, this pinfold understands version 1`,
      hint: 'npm install -g pinfold@latest',
    });
  }
  const checked = schema.safeParse(value);
  if (!checked.success) throw invalid(file, firstIssue(checked.error));
  return value;
}

function parse(text: string, file: OwnFile): unknown {
  try {
    return parseStrict(text);
  } catch (cause) {
    if (cause instanceof GuardError) throw invalid(file, cause.why ?? cause.message, cause);
    throw cause;
  }
}

/** A `lock-invalid` error. */
export function invalid(file: OwnFile, why: string, cause?: unknown): GuardError {
  return new GuardError('lock-invalid', `${file.title} is damaged or was edited by hand`, { why, hint: file.hint, cause });
}

/** The first thing that is wrong, with its JSON path: `$.pins.files.launch.entry: …`. */
function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return '$';
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = jsonPath(unknown === undefined ? issue.path : [...issue.path, unknown]);
  return `${path}: ${unknown === undefined ? issue.message : 'unknown member'}`;
}

function jsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = String(step);
    return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) ? `${text}.${name}` : `${text}[${JSON.stringify(name)}]`;
  }, '$');
}
