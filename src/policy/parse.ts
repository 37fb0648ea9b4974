import type { z } from 'zod';
import { GuardError } from '../model/errors.ts';
import { isObject } from '../model/json.ts';
import { parseStrict } from '../model/strict-json.ts';
import type { LayerName } from './layers.ts';
import { type Policy, policySchema } from './schema.ts';

/**
 * The policy in a text. Nothing that is wrong with it is skipped over: one bad entry makes the whole policy invalid, and
 * an invalid policy stops the command.
 *
 * @throws GuardError `policy-invalid`; `why` names the JSON path.
 */
export function parsePolicy(text: string, layer: LayerName, path: string): Policy {
  const value = parse(text, layer, path);
  if (isObject(value) && !Object.hasOwn(value, 'version')) throw invalidPolicy(layer, path, '$.version is missing; write `"version": 1`');
  const newer = isObject(value) && typeof value['version'] === 'number' && value['version'] > 1;
  if (newer) throw invalidPolicy(layer, path, '$.version: written for a newer pinfold; upgrade with `npm install -g pinfold@latest`');
  const checked = policySchema.safeParse(value);
  if (!checked.success) throw invalidPolicy(layer, path, issueText(checked.error));
  if (layer === 'managed' && checked.data.noMatch === undefined) {
    throw invalidPolicy(layer, path, '$.noMatch is missing; a managed policy says what becomes of a server that it does not name');
  }
  if (layer === 'project' && checked.data.npmKeys !== undefined) {
    throw invalidPolicy(layer, path, '$.npmKeys: a project names no keys, because it may come from whoever signed with them');
  }
  if (layer === 'project' && checked.data.feeds?.some(({ url }) => new URL(url).protocol === 'file:')) {
    throw invalidPolicy(layer, path, '$.feeds: a project names its feeds by https, because no file of this machine is its own');
  }
  return checked.data;
}

function parse(text: string, layer: LayerName, path: string): unknown {
  try {
    return parseStrict(text);
  } catch (cause) {
    if (cause instanceof GuardError) throw invalidPolicy(layer, path, cause.why ?? cause.message, cause);
    throw cause;
  }
}

function issueText(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return '$';
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const steps = unknown === undefined ? issue.path : [...issue.path, unknown];
  const path = steps.reduce<string>((at, step) => (typeof step === 'number' ? `${at}[${step}]` : `${at}.${String(step)}`), '$');
  return `${path}: ${unknown === undefined ? issue.message : 'unknown member'}`;
}

/** A `policy-invalid` error: the machine is locked until the file is right, because nobody knows what it was to forbid. */
export function invalidPolicy(layer: LayerName, path: string, why: string, cause?: unknown): GuardError {
  return new GuardError('policy-invalid', `the ${layer} policy cannot be used: ${path}`, {
    why,
    hint: layer === 'managed' ? 'ask whoever manages this machine to correct the file' : `correct or remove ${path}`,
    cause,
  });
}
