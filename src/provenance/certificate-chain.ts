import type { X509Certificate } from 'node:crypto';
import type { Outcome } from '../model/outcome.ts';
import { epochMs } from '../model/time.ts';
import { derTags, inside, NotDer, oidOf, readDer } from './der.ts';

/** Whether somebody who is trusted here says who a signer is. */
export interface ChainVerdict {
  /** `verified` a trusted root does; `absent` nobody does; `unavailable` no root was given; `invalid` one would, and it must not count. */
  readonly outcome: Outcome;
  readonly why: string;
}

const maxDepth = 8;
const codeSigning = '1.3.6.1.5.5.7.3.3';
const nameConstraints = '2.5.29.30';
const basicConstraints = '2.5.29.19';

/**
 * Whether a certificate chains to one of the roots at a time, and may sign code. A certificate that signed itself names
 * whomever it likes. Constraints on names are not computed: an authority that has some leads nowhere.
 *
 * @param others certificates that may lie in between; attacker-controlled
 * @param roots empty = none could be read
 */
export function chainTo(
  roots: readonly X509Certificate[],
  leaf: X509Certificate,
  others: readonly X509Certificate[],
  nowMs: number,
): ChainVerdict {
  const known = roots.some((root) => root.raw.equals(leaf.raw));
  const isSelfSigned = leaf.checkIssued(leaf) && leaf.verify(leaf.publicKey);
  if (isSelfSigned && !known) return { outcome: 'absent', why: 'self-signed: anybody can write such a name, and nobody vouches for it' };
  if (roots.length === 0) return { outcome: 'unavailable', why: 'the roots that this machine trusts could not be read' };
  const path = known ? [leaf] : pathTo(roots, leaf, others, 0);
  if (path === null) return { outcome: 'absent', why: 'nobody who is trusted here issued its certificate' };
  if (!path.every((one) => isValid(one, nowMs))) return { outcome: 'invalid', why: 'its certificate, or one above it, is out of date' };
  if (!(leaf.keyUsage ?? []).includes(codeSigning)) return { outcome: 'invalid', why: 'its certificate is not for signing code' };
  return { outcome: 'verified', why: `issued under ${nameOf(path.at(-1) ?? leaf)}` };
}

/** The common name, else everything that it says of itself, on one line. */
export function nameOf({ subject }: X509Certificate): string {
  return /(?:^|\n)CN=(.*)/.exec(subject)?.[1] ?? subject.split('\n').join(', ');
}

function pathTo(
  roots: readonly X509Certificate[],
  at: X509Certificate,
  others: readonly X509Certificate[],
  depth: number,
): readonly X509Certificate[] | null {
  if (depth >= maxDepth) return null;
  const root = roots.find((candidate) => issues(candidate, at, depth));
  if (root !== undefined) return [at, root];
  for (const candidate of others) {
    if (!issues(candidate, at, depth)) continue;
    const above = pathTo(
      roots,
      candidate,
      others.filter((other) => other !== candidate),
      depth + 1,
    );
    if (above !== null) return [at, ...above];
  }
  return null;
}

/** @param below authorities between the two and the leaf */
function issues(authority: X509Certificate, certificate: X509Certificate, below: number): boolean {
  if (!authority.ca || !certificate.checkIssued(authority) || !certificate.verify(authority.publicKey)) return false;
  const extensions = extensionsOf(authority);
  if (extensions === null || extensions.has(nameConstraints)) return false;
  const pathLength = pathLengthOf(extensions.get(basicConstraints));
  return pathLength === null || below <= pathLength;
}

function isValid({ validFrom, validTo }: X509Certificate, nowMs: number): boolean {
  const [from, to] = [epochMs(validFrom), epochMs(validTo)];
  return from !== null && to !== null && from <= nowMs && nowMs <= to;
}

/** Identifier → value; null = they cannot be read. */
function extensionsOf({ raw }: X509Certificate): ReadonlyMap<string, Uint8Array> | null {
  try {
    const [tbs] = inside(readDer(raw, derTags.sequence));
    const list = tbs === undefined ? undefined : inside(tbs).find(({ tag }) => tag === derTags.constructed3);
    const all = list === undefined ? [] : inside(readDer(list.value, derTags.sequence));
    return new Map(
      all.map((extension) => {
        const parts = inside(extension);
        return [oidOf(parts[0]), parts.at(-1)?.value ?? new Uint8Array()];
      }),
    );
  } catch (cause) {
    if (cause instanceof NotDer) return null;
    throw cause;
  }
}

/** null = as many as one likes. */
function pathLengthOf(constraints: Uint8Array | undefined): number | null {
  const length =
    constraints === undefined ? undefined : inside(readDer(constraints, derTags.sequence)).find(({ tag }) => tag === derTags.integer);
  return length === undefined ? null : length.value.reduce((sum, byte) => sum * 256 + byte, 0);
}
