import { parseManifest } from '../../sources/npm/manifest.ts';
import { registryNamesIn } from '../../sources/pypi/registry-names.ts';
import type { VouchSubject } from './voucher.ts';

/** Names of the official registry that its own bytes carry; its publisher chose them. null = its bytes were not read. */
export function claimsOf({ resolution, ownFiles, artifact }: VouchSubject): readonly string[] | null {
  if (ownFiles === undefined || ownFiles === null) return null;
  if (resolution.ecosystem === 'pypi') return registryNamesIn(ownFiles);
  const file = resolution.ecosystem === 'npm' ? ownFiles.find(({ path }) => path === 'package.json') : undefined;
  if (file === undefined) return null;
  const { mcpName } = parseManifest(file.bytes, artifact.name).manifest;
  return mcpName === undefined ? [] : [mcpName];
}

/** Every name of the official registry that it goes by: as it was asked for or approved, and as its bytes say. Sorted, each once. */
export function registryNamesOf(subject: VouchSubject): readonly string[] {
  const named = subject.listedAs === undefined || subject.listedAs === null ? [] : [subject.listedAs];
  return [...new Set([...named, ...(subject.approvedAs ?? []), ...(claimsOf(subject) ?? [])])].sort();
}
