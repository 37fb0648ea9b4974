import type { Node } from 'oxc-parser';
import { nameOf } from '../syntax/bindings.ts';
import type { Place } from '../syntax/walk.ts';
import type { Interpreter } from './interpreter.ts';
import { type FoundItem, itemOf, partsOf, schemaMembers } from './items.ts';
import { ancestry } from './members.ts';
import type { Module } from './module.ts';
import type { Value } from './values.ts';

/** Classes of frameworks that find their tools by themselves. */
const frameworkClass = /^mcp-framework\.MCP(?:Tool|Prompt|Resource)$/;

const spelled = ['toolName', 'description', 'title', 'annotations'] as const;

/**
 * Objects and classes that look like a tool wherever they stand: a name, a description, and a schema. How tables and
 * bundles hold what no readable registration hands over.
 */
export function shapesIn(it: Interpreter, module: Module): readonly FoundItem[] {
  const found: FoundItem[] = [];
  for (const place of module.objects) {
    if (place.node.type !== 'ObjectExpression' || !isToolShaped(place.node)) continue;
    const value = it.valueOf(place.node, it.scopeAt(place, module));
    const key = value.kind === 'record' && !value.members.has('name') ? keyOf(place) : null;
    if (value.kind !== 'record' || (key === null && !value.members.has('name'))) continue;
    const name: Value = { kind: 'text', text: key ?? '', at: value.at };
    add(key === null ? value : { ...value, members: new Map([...value.members, ['name', () => name]]) }, place.node, 'guessed');
  }
  for (const place of module.classes) {
    if (place.node.type !== 'ClassDeclaration' && place.node.type !== 'ClassExpression') continue;
    const of: Value & { kind: 'class' } = { kind: 'class', node: place.node, scope: it.scopeAt(place, module) };
    const { outside } = ancestry(it, of);
    const isFramework = outside !== null && frameworkClass.test(outside);
    if (!isFramework && hasOwnName(place, module)) {
      add(withStatics(it, of), place.node, 'guessed');
      continue;
    }
    if (!isFramework && !hasSchema(place.node.body.body)) continue;
    const at = { node: place.node, scope: of.scope };
    add({ kind: 'instance', of, args: [], at }, place.node, isFramework ? 'resolved' : 'guessed');
    add(of, place.node, 'guessed');
  }
  return found;

  function add(value: Value, node: Node, confidence: FoundItem['confidence']): void {
    const at = 'at' in value ? value.at : { node, scope: 'scope' in value ? value.scope : it.scopeAt({ node, parent: null }, module) };
    const parts = partsOf(it, 'tools', value);
    if (parts.description.kind !== 'text') return;
    const { built } = itemOf(it, 'tools', parts, at, at);
    if (built !== null) found.push({ ...built, confidence });
  }
}

function isToolShaped(node: Node & { type: 'ObjectExpression' }): boolean {
  const keys = new Set(
    node.properties.map((property) => (property.type === 'Property' && !property.computed ? (nameOf(property.key as Node) ?? '') : '')),
  );
  if (keys.has('name') && (keys.has('inputSchema') || keys.has('input_schema'))) return true;
  return (keys.has('parameters') || keys.has('inputSchema')) && (keys.has('execute') || keys.has('handler'));
}

/** `static toolName = 'x'`, in the class or behind it: a name for nothing but a tool. */
function hasOwnName({ node }: Place, module: Module): boolean {
  if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return false;
  if (node.body.body.some((element) => 'key' in element && element.static && nameOf(element.key as Node) === 'toolName')) return true;
  return (module.memberAssignments.get('toolName') ?? []).some((place) => {
    const left = place.node.type === 'AssignmentExpression' && place.node.left.type === 'MemberExpression' ? place.node.left.object : null;
    return left?.type === 'Identifier' && node.id !== null && left.name === node.id.name;
  });
}

/** A class of a registry: some of what is said stands on the class, some on what is made of it. */
function withStatics(it: Interpreter, of: Value & { kind: 'class' }): Value {
  const at = { node: of.node, scope: of.scope };
  const made: Value = { kind: 'instance', of, args: [], at };
  const said = (name: string): Value => {
    const own = it.member(made, name);
    return own.kind === 'unknown' || own.kind === 'absent' ? it.member(of, name) : own;
  };
  const members = [...spelled, ...schemaMembers].map((name) => [name, () => said(name)] as const);
  return { kind: 'record', members: new Map(members), open: false, at };
}

function hasSchema(body: readonly Node[]): boolean {
  const keys = new Set(body.map((element) => ('key' in element ? (nameOf(element.key as Node) ?? '') : '')));
  return (
    ['name', 'description'].every((key) => keys.has(key)) &&
    ['inputSchema', 'input_schema', 'schema', 'parameters', 'paramsSchema'].some((key) => keys.has(key))
  );
}

/** `{ search: tool({ description, parameters, execute }) }`: the name stands outside. */
function keyOf(place: Place): string | null {
  const parent = place.parent?.node.type === 'CallExpression' ? place.parent.parent : place.parent;
  return parent?.node.type === 'Property' && !parent.node.computed ? nameOf(parent.node.key as Node) : null;
}
