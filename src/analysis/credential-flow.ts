import type { Node, Program } from 'oxc-parser';
import { type ExpressionReader, readExpressions, resultKey } from './credentials/expression.ts';
import { type Atoms, emptyAtoms, type FlowGraph, makeFlowGraph, memberKey, termAtoms } from './credentials/graph.ts';
import { isSecretName } from './credentials/names.ts';
import { modulesOf } from './credentials/sinks.ts';
import { type FunctionNode, isFunction, type Symbols, symbolsOf } from './credentials/symbols.ts';
import { memberOf } from './linking/building.ts';
import type { FileLinks, Term } from './linking/term.ts';
import { nameOf } from './syntax/bindings.ts';
import type { Evaluator } from './syntax/evaluate.ts';
import { moduleOrigin, memberOf as originOf } from './syntax/origin.ts';
import { functionId } from './syntax/parameters.ts';
import type { Place, Walk } from './syntax/walk.ts';

/** One thing that a file does with a key. Plain data; names and hosts are attacker-controlled. */
export interface CredentialFlow {
  /** `*` = the whole environment. */
  readonly variable: string;
  readonly line: number;
  /** Where it was followed to; `*` = made at run time; null = it is read here, or handed to `module`. */
  readonly host: string | null;
  /** The package that it is handed to. */
  readonly module: string | null;
}

/** A call that sends something which only other files or callers of this one can name. Plain data. */
export interface OpenFlow {
  readonly line: number;
  /** What is known of it here, sorted. */
  readonly variables: readonly string[];
  readonly hosts: readonly string[];
  readonly modules: readonly string[];
  readonly terms: readonly Term[];
}

/** What a file does with keys: what can be followed inside it, and what others have to complete. */
export interface FileKeys {
  readonly flows: readonly CredentialFlow[];
  readonly open: readonly OpenFlow[];
}

/** A call that seems to send more keys, or to more hosts, than this was not understood: then it is told as not followed. */
export const maxHosts = 4;
export const maxVariables = 3;
const maxFlows = 200;
const maxOpenFlows = 60;
/** Offsets of a program; a bundle beyond this has so many things of one name that what was followed may not be true. */
const maxFollowedLength = 1024 * 1024;
const storingMethods = /^(?:set|append|add|push|unshift|write|assign|setHeader|header|auth|update)$/;
const callsAndMembers: ReadonlySet<Node['type']> = new Set(['CallExpression', 'NewExpression', 'MemberExpression', 'ObjectPattern']);

/**
 * Which keys of the environment a file sends where: values are followed through names, members, results and parameters of
 * the file's own functions. What cannot be followed is at least told as read. Never throws; sorted.
 */
export function credentialFlows(
  program: Program,
  walk: Walk,
  { evaluator, lineOf }: { readonly evaluator: Evaluator; readonly lineOf: (node: Node) => number },
  exports: FileLinks['exports'],
): FileKeys {
  const symbols = symbolsOf(program, walk);
  const reader = readExpressions(symbols, evaluator);
  const graph = makeFlowGraph();
  const sinks: { readonly node: Node; readonly atoms: Atoms; readonly modules: readonly string[] }[] = [];
  const reads = new Map<string, number>();
  walk((node, place) => {
    if (node.type === 'CallExpression' || node.type === 'NewExpression') {
      const modules = modulesOf(node.callee as Node, evaluator);
      if (modules !== null) sinks.push({ node, atoms: callAtoms(node, reader), modules });
    } else if (node.type === 'MemberExpression' || node.type === 'ObjectPattern') note(node, place);
    return undefined;
  }, callsAndMembers);
  connect(walk, symbols, reader, graph, exportedFunctions(exports));
  const heldBy = graph.solve();
  const isFollowable = !reader.isExhausted() && program.end <= maxFollowedLength;
  const flows = new Map<string, CredentialFlow>();
  for (const [variable, line] of reads) keep({ variable, line, host: null, module: null });
  const open = new Map<string, OpenFlow>();
  for (const { node, atoms, modules } of isFollowable ? sinks : []) {
    const { variables, hosts, terms } = heldBy(atoms);
    if (terms.size > 0)
      keepOpen({
        line: lineOf(node),
        variables: [...variables].sort(),
        hosts: [...hosts].sort(),
        modules,
        terms: [...terms].sort().map((term) => JSON.parse(term) as Term),
      });
    if (hosts.size > maxHosts || variables.size > maxVariables) continue;
    for (const variable of variables) {
      for (const host of hosts) keep({ variable, line: lineOf(node), host, module: null });
      if (hosts.size === 0) for (const module of modules) keep({ variable, line: lineOf(node), host: null, module });
    }
  }
  return { flows: [...flows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, flow]) => flow), open: [...open.values()] };

  function keepOpen(flow: OpenFlow): void {
    const key = JSON.stringify({ ...flow, line: 0 });
    if (!open.has(key) && open.size < maxOpenFlows) open.set(key, flow);
  }

  function keep(flow: CredentialFlow): void {
    const key = `${flow.variable}\0${flow.host ?? ''}\0${flow.module ?? ''}`;
    if (!flows.has(key) && flows.size < maxFlows) flows.set(key, flow);
  }

  function note(node: Node, { parent }: Place): void {
    const init = node.type === 'ObjectPattern' && parent?.node.type === 'VariableDeclarator' ? parent.node.init : null;
    const names =
      node.type === 'ObjectPattern'
        ? init !== null && evaluator.origins(init).includes('global:process.env')
          ? node.properties.flatMap((property) => (property.type === 'Property' ? (nameOf(property.key) ?? []) : []))
          : []
        : evaluator.origins(node).flatMap((origin) => /^global:process\.env\.([^.*]+)$/.exec(origin)?.[1] ?? []);
    for (const name of names) if (isSecretName(name) && !reads.has(name)) reads.set(name, lineOf(node));
  }
}

/** What a call is given: its arguments, and what the object that it is called on was made with. */
function callAtoms(call: Node & { type: 'CallExpression' | 'NewExpression' }, reader: ExpressionReader): Atoms {
  const found = emptyAtoms();
  const { callee } = call;
  for (const part of [...(callee.type === 'MemberExpression' ? [callee.object] : []), ...call.arguments]) {
    const { keys, variables, hosts, terms } = reader.atoms(part as Node);
    for (const term of terms) found.terms.add(term);
    for (const key of keys) found.keys.add(key);
    for (const variable of variables) found.variables.add(variable);
    for (const host of hosts) found.hosts.add(host);
  }
  return found;
}

const connecting: ReadonlySet<Node['type']> = new Set([
  ...(['VariableDeclarator', 'AssignmentExpression', 'AssignmentPattern', 'Property', 'PropertyDefinition'] as const),
  ...(['ImportDeclaration', 'FunctionDeclaration', 'FunctionExpression'] as const),
  ...(['TSParameterProperty', 'ReturnStatement', 'ArrowFunctionExpression', 'CallExpression', 'NewExpression'] as const),
]);

/** Every place where something gets its value. */
function connect(walk: Walk, symbols: Symbols, reader: ExpressionReader, graph: FlowGraph, exported: ReadonlySet<string>): void {
  walk((node, place) => {
    if (isFunction(node) && exported.has(functionId(node)))
      for (const [at, param] of node.params.entries()) given(param as Node, { param: functionId(node), at, path: '' });
    switch (node.type) {
      case 'ImportDeclaration':
        if (node.source.value.startsWith('.')) imported(node);
        break;
      case 'VariableDeclarator':
        if (node.init !== null) assign(node.id, node.init);
        break;
      case 'AssignmentExpression':
        assign(node.left, node.right);
        break;
      case 'AssignmentPattern':
        assign(node.left, node.right);
        break;
      case 'Property':
        if (place.parent?.node.type === 'ObjectExpression') member(nameOf(node.key), node.value as Node);
        break;
      case 'PropertyDefinition':
        if (node.value !== null) member(nameOf(node.key as Node), node.value);
        break;
      case 'TSParameterProperty': {
        const parameter = node.parameter.type === 'AssignmentPattern' ? node.parameter.left : node.parameter;
        if (parameter.type === 'Identifier') member(parameter.name, parameter);
        break;
      }
      case 'ReturnStatement': {
        const fn = enclosing(place);
        if (fn !== null && node.argument !== null) graph.add(resultKey(fn), reader.atoms(node.argument));
        break;
      }
      case 'ArrowFunctionExpression':
        if (node.body.type !== 'BlockStatement') graph.add(resultKey(node), reader.atoms(node.body as Node));
        break;
      case 'CallExpression':
      case 'NewExpression':
        passed(node);
        break;
      default:
    }
    return undefined;
  }, connecting);

  function imported({ source, specifiers }: Node & { type: 'ImportDeclaration' }): void {
    for (const specifier of specifiers) {
      const name = specifier.type === 'ImportSpecifier' ? nameOf(specifier.imported) : 'default';
      for (const ref of originOf(moduleOrigin(source.value), name)) into(specifier.local, termAtoms({ ref }));
    }
  }

  /** What callers of an exported function hand in. */
  function given(target: Node, term: Term): void {
    if (target.type === 'Identifier') into(target, termAtoms(term));
    else if (target.type === 'AssignmentPattern') given(target.left, term);
    else if (target.type === 'TSParameterProperty') given(target.parameter as Node, term);
    else if (target.type === 'ObjectPattern')
      for (const property of target.properties) {
        const name = property.type === 'RestElement' || property.computed ? null : nameOf(property.key);
        if (property.type === 'RestElement') given(property.argument, term);
        else if (name !== null) given(property.value as Node, memberOf(term, name));
      }
  }

  function assign(target: Node, value: Node): void {
    if (target.type === 'Identifier') into(target, reader.atoms(value));
    else if (target.type === 'MemberExpression') {
      member(nameOf(target.property as Node), value);
      if (target.object.type === 'Identifier') into(target.object, reader.atoms(value));
    } else if (target.type === 'AssignmentPattern') assign(target.left, value);
    else if (target.type === 'ArrayPattern') {
      for (const element of target.elements) if (element !== null) assign(element as Node, value);
    } else if (target.type === 'ObjectPattern') fromObject(target, value);
  }

  /** `{ apiKey }` of something is what any `apiKey` of the file is; of the environment, it is that variable. */
  function fromObject(pattern: Node & { type: 'ObjectPattern' }, value: Node): void {
    const whole = reader.atoms(value);
    const isEnvironment = whole.variables.has('*');
    for (const property of pattern.properties) {
      if (property.type === 'RestElement') {
        assign(property.argument, value);
        continue;
      }
      const name = nameOf(property.key);
      const target = (property.value.type === 'AssignmentPattern' ? property.value.left : property.value) as Node;
      if (target.type === 'ObjectPattern') fromObject(target, value);
      if (target.type !== 'Identifier' || name === null) continue;
      const found = emptyAtoms();
      if (!isEnvironment) found.keys.add(`.${name}`);
      else if (isSecretName(name)) found.variables.add(name);
      for (const key of whole.keys) found.keys.add(memberKey(key, name));
      for (const term of whole.terms) found.terms.add(JSON.stringify(memberOf(JSON.parse(term) as Term, name)));
      into(target, found);
    }
  }

  function into(target: Node, atoms: Atoms): void {
    const symbol = symbols.of.get(target);
    if (symbol !== undefined) graph.add(symbol, atoms);
  }

  function member(name: string | null, value: Node): void {
    if (name === null) return;
    const atoms = reader.atoms(value);
    // `{ env: process.env }` is what every child gets; a member's name is too weak a thread to hang the environment on.
    atoms.variables.delete('*');
    graph.add(`.${name}`, atoms);
  }

  function passed(call: Node & { type: 'CallExpression' | 'NewExpression' }): void {
    const args = call.arguments as readonly Node[];
    for (const target of reader.targets(call)) {
      const fn = target.type === 'ClassDeclaration' || target.type === 'ClassExpression' ? constructorOf(target) : target;
      if (fn === null || !isFunction(fn)) continue;
      for (const [index, param] of fn.params.entries()) {
        const value = args[index];
        if (value === undefined) continue;
        const bare = param.type === 'TSParameterProperty' ? param.parameter : param;
        assign(bare as Node, value);
      }
    }
    // `headers.set('authorization', key)`, `Object.assign(headers, { … })`: the object holds it from then on.
    const { callee } = call;
    if (callee.type !== 'MemberExpression' || !storingMethods.test(nameOf(callee.property as Node) ?? '')) return;
    const holder = callee.object.type === 'Identifier' && callee.object.name === 'Object' ? args[0] : (callee.object as Node);
    for (const value of args) store(holder, value);
  }

  function store(holder: Node | undefined, value: Node): void {
    if (holder?.type === 'Identifier') into(holder, reader.atoms(value));
    else if (holder?.type === 'MemberExpression') {
      member(nameOf(holder.property as Node), value);
      if (holder.object.type === 'Identifier') into(holder.object, reader.atoms(value));
    }
  }
}

function constructorOf(node: Node & { type: 'ClassDeclaration' | 'ClassExpression' }): FunctionNode | null {
  for (const part of node.body.body) {
    if (part.type === 'MethodDefinition' && part.kind === 'constructor') return part.value as FunctionNode;
  }
  return null;
}

function enclosing(start: Place): Node | null {
  for (let at = start.parent; at !== null; at = at.parent) if (isFunction(at.node)) return at.node;
  return null;
}

function exportedFunctions(exports: FileLinks['exports']): ReadonlySet<string> {
  const terms = Object.values(exports).flatMap((term) => (term !== null && typeof term === 'object' && 'any' in term ? term.any : [term]));
  return new Set(terms.flatMap((term) => (term !== null && typeof term === 'object' && 'fn' in term ? [term.fn] : [])));
}
