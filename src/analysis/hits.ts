import type { CapabilityClass } from '../model/capability.ts';
import { environmentName } from './environment-name.ts';
import { globalRules } from './rules/globals.ts';
import { sdkHosts } from './rules/hosts.ts';
import type { FixedScopes, GlobalRule, ScopeKind } from './rules/rule.ts';
import { moduleRule } from './rules/ruleset.ts';
import type { Origin } from './syntax/origin.ts';

/** What a rule says of an origin. */
export interface Hit {
  readonly rule: string;
  readonly classes: readonly CapabilityClass[];
  readonly scope: ScopeKind | undefined;
  readonly module: string | null;
  /** Scopes that the origin itself names: a variable of the environment, the host that a package is made for. */
  readonly named: readonly string[];
  /** Scopes that the rule gives, by class: they stand in place of what the call names. */
  readonly fixed?: FixedScopes;
}

/** By the name of the global that they begin with: the question is asked for every name of a closure. */
const rulesByHead: ReadonlyMap<string, readonly GlobalRule[]> = new Map(
  globalRules.map(({ path }) => [headOf(path), globalRules.filter((rule) => headOf(rule.path) === headOf(path))]),
);

/** What calling an origin (or otherwise using it) means; empty = nothing, or nothing that any rule knows. */
export function hitsOf(origin: Origin, isCall: boolean): readonly Hit[] {
  if (origin.startsWith('module:')) return moduleHits(origin);
  const path = origin.slice('global:'.length);
  if (path === '*' || path === 'process.*')
    return [{ rule: 'computed-global', classes: ['exec.dynamic'], scope: undefined, module: null, named: [] }];
  if ((path === '' || path === 'process') && !isCall)
    return [{ rule: 'global-passed', classes: ['env.read', 'exec.dynamic'], scope: undefined, module: null, named: ['*'] }];
  for (const rule of rulesByHead.get(headOf(path)) ?? []) {
    if (path !== rule.path && !path.startsWith(`${rule.path}.`)) continue;
    const rest = path.slice(rule.path.length + 1);
    if (rule.path === 'process.env')
      return [{ rule: rule.id, classes: rule.classes, scope: undefined, module: null, named: [environmentName(rest)] }];
    // `Function.prototype` and `fetch.name` do nothing; `Function.call(…)` and `eval.bind(…)` do.
    const isFunction = /^(?:fetch|eval|Function|WebSocket|EventSource|XMLHttpRequest)$/.test(rule.path);
    if (rest !== '' && isFunction && !/^(?:call|apply|bind|\*)$/.test(rest)) continue;
    if (rule.callOnly === true && !isCall) continue;
    return [{ rule: rule.id, classes: rule.classes, scope: rule.scope, module: null, named: [], ...fixedOf(rule) }];
  }
  return [];
}

function headOf(path: string): string {
  const end = path.indexOf('.');
  return end < 0 ? path : path.slice(0, end);
}

function moduleHits(origin: Origin): readonly Hit[] {
  const [specifier = '', ...rest] = origin.slice('module:'.length).split(' ');
  const dynamic: Hit = { rule: 'load-unknown', classes: ['exec.dynamic'], scope: undefined, module: null, named: [] };
  if (specifier === '*') return [dynamic];
  const rule = moduleRule(specifier);
  if (rule === undefined) return [];
  let members = rest
    .join(' ')
    .split('.')
    .filter((member) => member !== '' && member !== 'default');
  while (members[0] !== undefined && rule.members?.[members[0]] === 'descend') members = members.slice(1);
  const listed = rule.members?.[members.slice(0, 2).join('.')] ?? (members[0] === undefined ? undefined : rule.members?.[members[0]]);
  const classes = listed === undefined || listed === 'descend' ? rule.classes : listed;
  return [{ rule: rule.id, classes, scope: rule.scope, module: specifier, named: sdkHosts(specifier), ...fixedOf(rule) }];
}

function fixedOf({ fixed }: { readonly fixed?: FixedScopes }): { readonly fixed?: FixedScopes } {
  return fixed === undefined ? {} : { fixed };
}
