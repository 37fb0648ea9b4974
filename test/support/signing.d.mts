import type { KeyObject } from 'node:crypto';
import type { SigningKey } from '../../src/provenance/trust-root.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test may change anything in what it signs
type Json = any;

export interface Build {
  readonly issuer: string;
  readonly repository: string;
  readonly repositoryId: string;
  readonly ownerId: string;
  readonly workflow: string;
  readonly ref: string;
  readonly commit: string;
  readonly runner: string;
  readonly trigger: string;
}

export const honestBuild: Build;

export interface Signer {
  readonly privateKey: KeyObject;
  readonly certificate?: Buffer;
  readonly keyId?: string;
}

export interface BundleOptions {
  readonly version?: '0.1' | '0.2' | '0.3';
  /** When the log took it in; absent = now. */
  readonly loggedAt?: Date;
  readonly payloadType?: string;
  readonly envelopeKeyId?: string;
}

export interface AttestedAs {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly registry: string;
  /** What the certificate says. */
  readonly build?: Partial<Build>;
  /** What the predicate says; absent = the same. */
  readonly claimed?: Partial<Build>;
  /** Whose workflow signed; absent = the build's own. */
  readonly san?: string;
  readonly options?: BundleOptions;
}

export interface TestAuthority {
  readonly trustedRoot: Json;
  readonly keys: readonly SigningKey[];
  readonly registryKeys: Json;
  bundle(statement: Json, signer: Signer, options?: BundleOptions): Promise<Json>;
  builder(
    build?: Partial<Build>,
    certificate?: { readonly san?: string; readonly extensions?: readonly { oid: string; value: string; legacy?: boolean }[] },
  ): Promise<Signer>;
  registrySigner(generation?: 'old' | 'now'): Signer;
  signature(text: string, generation?: 'old' | 'now'): { readonly keyid: string; readonly sig: string };
  attestations(about: AttestedAs): Promise<{ attestations: { predicateType: string; bundle: Json }[] }>;
}

export function testAuthority(): Promise<TestAuthority>;
export function subjectOf(name: string, version: string, integrity: string): Json;
export function slsa(build: Build): Json;
