import type { ServerResponse } from 'node:http';

// biome-ignore lint/suspicious/noExplicitAny: a test may write anything into a record
type Json = any;

/**
 * How a registry can lie about one package. `packument` and `tarball` change what is sent; `answer` takes over the whole
 * response and returns true when it did.
 */
export interface Lie {
  readonly packument?: (packument: Json) => Json;
  readonly tarball?: (bytes: Buffer, version: string) => Buffer;
  readonly answer?: (kind: 'packument' | 'tarball', response: ServerResponse) => boolean;
}

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

export interface Registry {
  /** `http://127.0.0.1:<port>/`. */
  readonly url: string;
  readonly requests: RecordedRequest[];
  /** npm settings that point at it, for the environment of a throw-away home. */
  readonly env: Record<string, string>;
  /** Packs and serves one version; without `package.json` among the files a minimal one is written. */
  publish(name: string, version: string, files: Readonly<Record<string, string | Uint8Array>>): void;
  /** Serves these very bytes; `manifest` holds `dist` (see `identity`). */
  publishBytes(name: string, version: string, manifest: Readonly<Record<string, Json>>, bytes: Buffer): void;
  /** Serves a document beside the packages, at a decoded path: a text as it is, a value as JSON, or whatever a function answers. */
  document(path: string, value: Json | ((response: ServerResponse) => void)): void;
  /** The hash of what is served for a version. */
  integrity(name: string, version: string): string;
  /** Replaces the lie about a package. */
  lie(name: string, lie: Lie): void;
  /** Ends all lies. */
  honest(): void;
  close(): Promise<void>;
}

export function startRegistry(options?: { readonly folder?: string; readonly token?: string }): Promise<Registry>;
