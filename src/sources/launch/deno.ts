import type { LaunchPackage } from '../../model/client-entry.ts';
import { isNpmSpec, parseNpmSpec } from '../npm-spec.ts';
import { type Runner, unresolved } from './runner.ts';

/** `deno run [--allow-…] target`; options with a separate value are few, the rest carry `=value`. */
const values = new Set(['-c', '--config', '--import-map', '--lock', '--cert', '--location', '--seed', '--ext']);

export const deno = {
  docs: 'https://docs.deno.com/runtime/reference/cli/run/',
  programs: ['deno'],
  read(args) {
    const words = args[0] === 'run' ? args.slice(1) : args;
    let at = 0;
    while (words[at]?.startsWith('-')) at += values.has(words[at] ?? '') ? 2 : 1;
    const target = words[at];
    if (target === undefined) return unresolved('deno', 'it names nothing to run');
    const unit = unitOf(target);
    return unit === null
      ? unresolved('deno', `${JSON.stringify(target)} is not a name of a package`)
      : { kind: 'unit', runner: 'deno', packages: [unit], unresolved: 'it runs in Deno' };
  },
} as const satisfies Runner;

/** `npm:@s/p@1/sub/path`, `npm:/p@1`, `jsr:@s/p@1`, a URL, or a file. */
function unitOf(target: string): LaunchPackage | null {
  const registry = /^(npm|jsr):\/?((?:@[^/@]+\/)?[^/@]+)(?:@([^/]+))?(?:\/.*)?$/.exec(target);
  if (registry !== null) {
    const [, type, name = '', version] = registry;
    const spec = parseNpmSpec(version === undefined ? name : `${name}@${version}`);
    if (!isNpmSpec(spec)) return null;
    return { type: type === 'jsr' ? 'jsr' : 'npm', name: spec.name, version: spec.spec, versionKind: spec.specKind };
  }
  if (/^https?:/i.test(target))
    return { type: 'url', name: target.replace(/^(https?:\/\/)[^/@]*@/i, '$1'), version: null, versionKind: 'none' };
  return { type: 'local', name: target, version: null, versionKind: 'n/a' };
}
