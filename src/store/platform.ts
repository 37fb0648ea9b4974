import type { ClosurePackage, Platform } from '../model/artifact.ts';

/**
 * True when npm would install the package on this platform: each of `os`, `cpu`, `libc` is empty, `any`, names it, or
 * only excludes others (`!win32`). A libc condition fits only where the libc is known.
 *
 * @see npm-install-checks
 */
export function fitsPlatform(candidate: Pick<ClosurePackage, 'os' | 'cpu' | 'libc'>, platform: Platform): boolean {
  if (!allows(candidate.os, platform.os) || !allows(candidate.cpu, platform.cpu)) return false;
  return candidate.libc.length === 0 || (platform.libc !== null && allows(candidate.libc, platform.libc));
}

function allows(conditions: readonly string[], value: string): boolean {
  if (conditions.length === 0 || (conditions.length === 1 && conditions[0] === 'any')) return true;
  if (conditions.includes(`!${value}`)) return false;
  return conditions.includes(value) || conditions.every((condition) => condition.startsWith('!'));
}

/** The name under which trees of this platform are kept: `linux-x64-glibc`, `darwin-arm64`. */
export function platformKey(platform: Platform): string {
  return [platform.os, platform.cpu, ...(platform.libc === null ? [] : [platform.libc])].join('-');
}
