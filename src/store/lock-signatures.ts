import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { GuardError, withWhy } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { type SignatureForm, signatureEndings } from '../model/signature.ts';
import { assertNoLinks, type Home } from './home.ts';
import type { PlannedWrite } from './planned-write.ts';
import { readOptional } from './read-optional.ts';

/** One file beside a lock that is named like a signature. */
export type SignatureFile = {
  /** Its name in the folder: attacker-controlled text. */
  readonly name: string;
  readonly form: SignatureForm;
} & ({ readonly bytes: Uint8Array } | { readonly bytes: null /** Why it cannot be read. */; readonly why: string });

export interface SignatureFiles {
  /** Sorted by name; empty = there is none. */
  readonly files: readonly SignatureFile[];
  /** How many are named like a signature; more than `files` = too many, and none was read. */
  readonly count: number;
  /** Names of what else lies there, sorted: it counts for nothing. */
  readonly others: readonly string[];
}

/** Absolute path of the folder with the signatures of a lock. */
export function signaturesFolder({ folder }: Home): string {
  return join(folder, 'signatures');
}

/** Everything that lies where signatures of a lock lie. A repository brings it. @throws GuardError `file-unreadable` for a link in the way */
export async function readSignatures(home: Home, host: Host): Promise<SignatureFiles> {
  const folder = signaturesFolder(home);
  await assertNoLinks(home, folder, host);
  const names = await host.files.list(folder);
  const named = names.flatMap((name) => {
    const form = formOf(name);
    return form === null ? [] : [{ name, form }];
  });
  const others = names.filter((name) => formOf(name) === null);
  if (named.length > limits.lockMaxSignatures) return { files: [], count: named.length, others };
  const files: SignatureFile[] = [];
  for (const one of named) files.push({ ...one, ...(await readOne(join(folder, one.name), home, host)) });
  return { files, count: named.length, others };
}

async function readOne(path: string, home: Home, host: Host): Promise<{ readonly bytes: Uint8Array } | { bytes: null; why: string }> {
  try {
    await assertNoLinks(home, path, host);
    return { bytes: await host.files.readBytes(path, limits.evidenceMaxBytes) };
  } catch (cause) {
    if (!(cause instanceof GuardError) || cause.code === 'interrupted') throw cause;
    return { bytes: null, why: withWhy(cause) };
  }
}

function formOf(name: string): SignatureForm | null {
  const forms = Object.keys(signatureEndings) as SignatureForm[];
  return forms.find((form) => name.endsWith(signatureEndings[form])) ?? null;
}

/** The write of one signature. @param id hexadecimal: it becomes a file name @throws GuardError `file-unreadable` for a link in the way */
export async function planSignature(home: Home, id: string, form: SignatureForm, text: string, host: Host): Promise<PlannedWrite> {
  if (!/^[0-9a-f]+$/.test(id)) throw new TypeError(`not an id: ${id}`);
  const path = join(signaturesFolder(home), `${id}${signatureEndings[form]}`);
  await assertNoLinks(home, path, host);
  return { path, before: await readOptional(path, limits.evidenceMaxBytes, host), after: Buffer.from(text), mode: 0o644 };
}
