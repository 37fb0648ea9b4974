import type { Node } from 'oxc-parser';
import { nameOf } from '../syntax/bindings.ts';
import { moduleOrigin } from '../syntax/origin.ts';
import { isFunction } from '../syntax/parameters.ts';
import type { Terms } from '../syntax/terms.ts';
import type { FileLinks, Term } from './term.ts';

const maxExports = 400;
const maxDepth = 3;

export interface ExportCollector {
  /** To be called for every node, parents first. */
  readonly visit: (node: Node) => void;
  /** True for a value that is only exported where it stands: whoever imports it is followed instead. */
  readonly isExported: (node: Node) => boolean;
  /** Ids of the functions that are exported. */
  readonly values: () => Iterable<string>;
  readonly found: () => Pick<FileLinks, 'exports' | 'stars' | 'overflow'>;
}

/** What a file exports, in both module systems and as compilers and bundlers write them. */
export function collectExports(terms: Terms): ExportCollector {
  const exports = new Map<string, Term[]>();
  const stars = new Set<string>();
  const positions = new Set<Node>();
  const functions = new Set<string>();
  let overflow = false;
  return {
    isExported: (node) => positions.has(node),
    values: () => functions,
    found: () => ({
      exports: Object.fromEntries(
        [...exports]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, held]) => [name, held.length === 1 ? (held[0] ?? null) : { any: held }]),
      ),
      stars: [...stars].sort(),
      overflow,
    }),
    visit(node) {
      switch (node.type) {
        case 'ExportNamedDeclaration':
          named(node);
          return;
        case 'ExportDefaultDeclaration':
          value('', node.declaration as Node);
          return;
        case 'ExportAllDeclaration':
          if (node.exported === null) stars.add(node.source.value);
          else add(nameOf(node.exported as Node) ?? '*', { ref: moduleOrigin(node.source.value) });
          return;
        case 'TSExportAssignment':
          value('', node.expression as Node);
          return;
        case 'AssignmentExpression': {
          const name = exportedName(node.left as Node);
          if (name !== null) value(name, node.right);
          return;
        }
        case 'CallExpression':
          helper(node);
          return;
        default:
          return;
      }
    },
  };

  function named(node: Node & { type: 'ExportNamedDeclaration' }): void {
    for (const specifier of node.specifiers) {
      const [local, exported] = [nameOf(specifier.local as Node) ?? '*', nameOf(specifier.exported as Node) ?? '*'];
      if (node.source !== null) add(plain(exported), { ref: join(moduleOrigin(node.source.value), plain(local)) });
      else value(plain(exported), specifier.local as Node);
    }
    const declared = node.declaration;
    if (declared?.type === 'VariableDeclaration') {
      for (const { id, init } of declared.declarations) if (id.type === 'Identifier' && init !== null) value(id.name, init);
    } else if ((declared?.type === 'FunctionDeclaration' || declared?.type === 'ClassDeclaration') && declared.id !== null)
      value(declared.id.name, declared);
  }

  /** `Object.defineProperty(exports, 'x', { get })`, `__exportStar(require('./x'), exports)`, `__export(all, { x: () => x })`. */
  function helper(node: Node & { type: 'CallExpression' }): void {
    const callee = node.callee.type === 'MemberExpression' ? nameOf(node.callee.property as Node) : nameOf(node.callee as Node);
    const [first, second, third] = node.arguments as readonly Node[];
    if (callee === 'defineProperty' && first !== undefined && exportedName(first) === '' && third?.type === 'ObjectExpression') {
      const name = second?.type === 'Literal' ? nameOf(second) : null;
      for (const property of third.properties) {
        if (property.type !== 'Property' || name === null || name === '__esModule') continue;
        if (nameOf(property.key) === 'get' && isFunction(property.value as Node)) getter(name, property.value as Node);
        else if (nameOf(property.key) === 'value') value(plain(name), property.value as Node);
      }
    } else if (callee === '__exportStar' && first !== undefined) {
      positions.add(first);
      star(terms.term(first));
    } else if (/^_*export$/.test(callee ?? '') && second?.type === 'ObjectExpression') {
      for (const property of second.properties)
        if (property.type === 'Property' && isFunction(property.value as Node)) getter(nameOf(property.key) ?? '*', property.value as Node);
    }
  }

  function getter(name: string, fn: Node): void {
    const { body } = fn as Node & { type: 'ArrowFunctionExpression' };
    const last = body?.type === 'BlockStatement' ? body.body.at(-1) : body;
    const given = last?.type === 'ReturnStatement' ? last.argument : last;
    if (given !== null && given !== undefined) positions.add(given as Node);
    add(plain(name), terms.returned(fn));
  }

  function value(name: string, node: Node): void {
    positions.add(node);
    if (node.type === 'ObjectExpression') {
      for (const property of node.properties) {
        if (property.type === 'SpreadElement') star(terms.term(property.argument as Node));
        else positions.add(property.value as Node);
      }
    }
    add(name, terms.term(node));
    for (const fn of terms.functions(node)) add(`${name}()`, terms.returned(fn));
  }

  function star(term: Term): void {
    if (term !== null && typeof term === 'object' && 'ref' in term && term.ref.startsWith('module:') && !term.ref.includes(' '))
      stars.add(term.ref.slice('module:'.length));
  }

  function add(name: string, term: Term, depth = 0): void {
    if (term === null || name.length > 200) return;
    if (typeof term === 'object' && 'fn' in term) functions.add(term.fn);
    const held = exports.get(name);
    if (exports.size >= maxExports || (held?.length ?? 0) > 8) {
      overflow = true;
      return;
    }
    if (typeof term === 'object' && 'members' in term) {
      if (depth < maxDepth)
        for (const [member, inner] of Object.entries(term.members))
          add(name === '' ? plain(member) : `${name}.${member}`, inner, depth + 1);
      return;
    }
    if (held === undefined) exports.set(name, [term]);
    else if (!held.some((other) => JSON.stringify(other) === JSON.stringify(term))) held.push(term);
  }
}

/** '' for `module.exports` and `exports`, the name for a member of either; null for anything else. */
function exportedName(node: Node): string | null {
  if (node.type === 'Identifier') return node.name === 'exports' ? '' : null;
  if (node.type !== 'MemberExpression' || (node.computed && node.property.type !== 'Literal')) return null;
  const name = nameOf(node.property as Node);
  if (node.object.type === 'Identifier' && node.object.name === 'module') return name === 'exports' ? '' : null;
  const inner = exportedName(node.object as Node);
  return inner === '' && name !== null ? plain(name) : null;
}

/** `default` never changes what a module is: see `memberOf` in origin.ts. */
function plain(name: string): string {
  return name === 'default' ? '' : name;
}

function join(origin: string, member: string): string {
  return member === '' ? origin : `${origin} ${member}`;
}
