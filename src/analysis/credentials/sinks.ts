import type { Node } from 'oxc-parser';
import { nameOf } from '../syntax/bindings.ts';
import type { Evaluator } from '../syntax/evaluate.ts';

const sendingMethods = /^(?:get|post|put|patch|delete|head|request|fetch|send|query|connect|open|sendBeacon|call)$/;
/** What they are given stays in this process. */
const inertModules =
  /^module:(?:\.|\/|zod|commander|yargs|dotenv|chalk|debug|pino|winston|lodash|uuid|url|path|fs|util|crypto|os|assert|buffer|events|querystring|stream|readline|process|module|worker_threads|@modelcontextprotocol\/)/;

/** null = nothing leaves this process by this call; else the packages that are called, which may be none. */
export function modulesOf(callee: Node, evaluator: Evaluator): readonly string[] | null {
  const origins = evaluator.origins(callee);
  const isGlobal = origins.some((origin) => origin.startsWith('global:'));
  if (origins.some((origin) => /^global:(?:fetch|WebSocket|EventSource|XMLHttpRequest|navigator\.sendBeacon)$/.test(origin))) return [];
  const modules = origins.filter((origin) => origin.startsWith('module:') && !inertModules.test(origin));
  if (modules.length > 0) return [...new Set(modules.map((origin) => packageOf(origin)))];
  if (isGlobal || origins.length > 0 || callee.type !== 'MemberExpression') return null;
  return sendingMethods.test(nameOf(callee.property as Node) ?? '') ? [] : null;
}

/** `@scope/name` or `name` of `module:@scope/name/sub member`. */
function packageOf(origin: string): string {
  const [specifier = ''] = origin.slice('module:'.length).split(' ');
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
