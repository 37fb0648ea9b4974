import { compare, explain, satisfies, valid } from '@renovatebot/pep440';

/** True for a version of PEP 440. */
export function isVersion(text: string): boolean {
  return text.length <= 200 && valid(text) !== null;
}

/** True for a list of specifiers: `>=1,<2`, `==1.*`; empty = any version. */
export function isSpecifier(text: string): boolean {
  return (
    text.length <= 2_000 &&
    text.split(',').every((part) => part.trim() === '' || /^(?:===|[<>~!=]=|[<>])\s*[^\s<>=!~]\S*$/.test(part.trim()))
  );
}

export function isPrerelease(version: string): boolean {
  const found = explain(version);
  return found !== null && (found.is_prerelease || found.is_devrelease);
}

/**
 * True when the version fits every specifier. What cannot be read fits nothing. Prereleases fit like others here: who
 * wants them is decided by `pickVersion`.
 */
export function fits(version: string, specifiers: readonly string[]): boolean {
  return specifiers.every((specifier) => {
    if (specifier.trim() === '') return true;
    try {
      return isSpecifier(specifier) && satisfies(version, specifier, { prereleases: true });
    } catch {
      return false;
    }
  });
}

/** Newest first. */
export function newestFirst(versions: readonly string[]): readonly string[] {
  return [...versions].sort((a, b) => compare(b, a));
}

/**
 * The newest version that fits. Prereleases only when a specifier names one or nothing else fits; yanked ones only when one
 * is named exactly. null = none.
 * @see PEP 440 "Handling of pre-releases", PEP 592
 */
export function pickVersion(
  versions: readonly string[],
  specifiers: readonly string[],
  isYanked: (version: string) => boolean = () => false,
): string | null {
  const fitting = newestFirst(versions.filter((version) => isVersion(version) && fits(version, specifiers)));
  const isExact = specifiers.some((specifier) => /(?:^|,)\s*={2,3}\s*[^*,]+$/.test(specifier));
  const offered = fitting.filter((version) => isExact || !isYanked(version));
  const wantsPrerelease = specifiers.some((specifier) =>
    specifier.split(',').some((part) => {
      const version = part.trim().replace(/^[<>=!~]+\s*/, '');
      return !part.trim().startsWith('!') && isVersion(version) && isPrerelease(version);
    }),
  );
  return (wantsPrerelease ? offered[0] : (offered.find((version) => !isPrerelease(version)) ?? offered[0])) ?? null;
}
