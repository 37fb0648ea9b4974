import type { Compared } from './compare.mjs';

export function printResult(result: {
  readonly compared: readonly Compared[];
  readonly failed: readonly { readonly server: string; readonly why: string }[];
  readonly asked: number;
  readonly about: Readonly<Record<string, string | number>>;
  readonly verbose: boolean;
}): string;
