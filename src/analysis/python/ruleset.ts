import { createHash } from 'node:crypto';
import { binaryClasses } from '../rules/globals.ts';
import { agentConfigPattern, literalRules, nameOnlyHosts, packageRunnerPattern } from '../rules/literals.ts';
import { agentMembers, commonCommands, offerMembers, type PythonRule, pathMembers, pythonRules } from './rules.ts';

/** Raised by hand when the code that applies the rules changes what it finds. */
const engineVersion = 2;

/** Names the rules that made a report about Python: `py-2-` and a digest of every table. */
export const pythonRulesetId: string = `py-${engineVersion}-${createHash('sha256')
  .update(
    JSON.stringify(
      [
        pythonRules,
        pathMembers,
        agentMembers,
        [...offerMembers],
        [...commonCommands],
        literalRules,
        binaryClasses,
        [...nameOnlyHosts],
        packageRunnerPattern,
        agentConfigPattern,
      ],
      (_, value: unknown) => (value instanceof RegExp ? String(value) : value),
    ),
  )
  .digest('hex')
  .slice(0, 12)}`;

const byPath = new Map(pythonRules.map((rule) => [rule.path, rule]));

/**
 * The rules that fit an origin: that of the longest path; for `module.*`, every one below the module. Calls and items on
 * the way (`Client().get`) do not matter.
 */
export function rulesFor(origin: string): readonly PythonRule[] {
  const plain = origin.replace(/\(\)|\[\]/g, '');
  if (plain === '*') return [{ id: 'py-any-module', path: '*', classes: ['exec.dynamic'] }];
  if (plain.endsWith('.*')) {
    const base = plain.slice(0, -1);
    const below = pythonRules.filter(({ path, classes }) => path.startsWith(base) && classes.length > 0);
    if (below.length > 0) return below;
  }
  for (let path = plain; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('.')))) {
    const rule = byPath.get(path);
    if (rule !== undefined) return rule.classes.length === 0 ? [] : [rule];
  }
  return [];
}

/** The rules of a module that is taken whole: what it does by itself, and everything below it. */
export function rulesBelow(path: string): readonly PythonRule[] {
  const own = byPath.get(path);
  return [
    ...(own === undefined ? [] : [own]),
    ...pythonRules.filter((rule) => rule.path.startsWith(`${path}.`) && rule.classes.length > 0),
  ];
}
