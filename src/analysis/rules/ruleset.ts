import { createHash } from 'node:crypto';
import { secretNameRules } from '../credentials/names.ts';
import { builtinRules } from './builtins.ts';
import { agentRequestMembers, binaryClasses, credentialMembers, globalRules, registrationMembers, startedFrameworks } from './globals.ts';
import { packageHosts } from './hosts.ts';
import { agentConfigPattern, literalRules, nameOnlyHosts, packageRunnerPattern } from './literals.ts';
import { packageRules } from './packages.ts';
import type { ModuleRule } from './rule.ts';

/** Raised by hand when the code that applies the rules changes what it finds. */
const engineVersion = 5;

/**
 * Names the rules that made a report: `js-5-` and a digest of every table, so that a changed table is a changed id
 * without anybody remembering it.
 */
export const rulesetId: string = `js-${engineVersion}-${createHash('sha256')
  .update(
    JSON.stringify(
      [
        builtinRules,
        packageRules,
        globalRules,
        literalRules,
        binaryClasses,
        agentRequestMembers,
        [...registrationMembers],
        [...nameOnlyHosts],
        packageRunnerPattern,
        agentConfigPattern,
        packageHosts,
        credentialMembers,
        [...startedFrameworks],
        secretNameRules,
      ],
      (_, value: unknown) => (value instanceof RegExp ? String(value) : value),
    ),
  )
  .digest('hex')
  .slice(0, 12)}`;

/** The other modules of Node, which do nothing that a rule speaks of. */
const quietBuiltins = new Set(
  'assert assert/strict async_hooks buffer console constants crypto diagnostics_channel domain events os path path/posix path/win32 perf_hooks process punycode querystring readline readline/promises stream stream/consumers stream/promises stream/web string_decoder sys test timers timers/promises trace_events tty url util util/types v8 worker_threads zlib'.split(
    ' ',
  ),
);

const ruledBuiltins: ReadonlySet<string> = new Set(builtinRules.flatMap((rule) => rule.modules));

/** True for a module that comes with Node, by its name without `node:`. */
export function isBuiltin(specifier: string): boolean {
  return quietBuiltins.has(specifier) || ruledBuiltins.has(specifier);
}

const exact = new Map<string, ModuleRule>();
const prefixes: (readonly [string, ModuleRule])[] = [];
for (const rule of [...builtinRules, ...packageRules]) {
  for (const module of rule.modules) {
    if (!module.endsWith('*')) exact.set(module, rule);
    else {
      prefixes.push([module.slice(0, -1), rule]);
      if (module.endsWith('/*') && !/^@[^/]+\/\*$/.test(module)) exact.set(module.slice(0, -2), rule);
    }
  }
}

/** The rule for an import specifier without `node:`; the package's rule also covers its sub-paths. */
export function moduleRule(specifier: string): ModuleRule | undefined {
  const direct = exact.get(specifier) ?? prefixes.find(([prefix]) => specifier.startsWith(prefix))?.[1];
  if (direct !== undefined) return direct;
  const parts = specifier.split('/');
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  // `@modelcontextprotocol/…` packages mean different things by sub-path, so only a whole name covers what is below it.
  return name === specifier ? undefined : exact.get(name);
}
