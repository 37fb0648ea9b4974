import type { ParameterWords } from '../../../model/manifest.ts';
import { basesOf } from '../bindings.ts';
import { argumentsOf, childOf, expressions, textOf } from '../nodes.ts';
import { named, positional } from '../scopes.ts';
import type { PyNode } from '../syntax.ts';
import type { FileView, Views } from '../views.ts';
import { type Located, locate, memberOf } from './definitions.ts';

/** How many parts of one annotation are looked at, and how many words of one parameter are kept. */
const maxSteps = 64;
const maxValues = 500;

/** Nothing to add, or `words` for a parameter. */
type Words = { readonly words?: ParameterWords };

/**
 * What the declaration of a parameter or of a model's field says beside its description, as far as it is literal text:
 * `= "…"`, `Field(default="…", title="…", examples=["…"])`, `Literal["…"]`, an `Enum` of the package. Empty = nothing.
 */
export function declaredWords(type: PyNode | undefined, value: PyNode | undefined, view: FileView, views: Views): Words {
  const parts = [...(type === undefined ? [] : annotationParts(type)), ...(value === undefined ? [] : [value])];
  const fields = parts.filter((part) => isField(part, view)).map((part) => argumentsOf(part, view.parsed.text));
  const plain = value === undefined || isField(value, view) ? [] : [value];
  // A number says nothing to a model.
  const text = (node: PyNode | undefined) => (node === undefined || node.type === 'Number' ? null : view.evaluator.text(node));
  const first = (texts: readonly (string | null)[]) => texts.find((one) => one !== null) ?? null;
  const values = parts.flatMap((part) => [...literals(part, view), ...members(part, view, views)]);
  return asWords({
    title: first(fields.map((args) => text(named(args, ['title'])))),
    default: first([...plain.map(text), ...fields.map((args) => text(named(args, ['default']) ?? positional(args)[0]))]),
    values,
    examples: fields.flatMap((args) => listOf(named(args, ['examples'])).flatMap((item) => text(item) ?? [])),
  });
}

/** The same of a property of a JSON Schema that is a dictionary. */
export function schemaWords(node: PyNode, view: FileView, views: Views): Words {
  const member = (key: string) => memberOf({ node, view }, key, views);
  const text = (found: Located | null) => (found === null ? null : found.view.evaluator.text(found.node));
  const list = (found: Located | null) =>
    found === null ? [] : expressions(found.node).flatMap((item) => found.view.evaluator.text(item) ?? []);
  const only = text(member('const'));
  return asWords({
    title: text(member('title')),
    default: text(member('default')),
    values: [...list(member('enum')), ...(only === null ? [] : [only])],
    examples: list(member('examples')),
  });
}

function asWords(found: {
  readonly title: string | null;
  readonly default: string | null;
  readonly values: readonly string[];
  readonly examples: readonly string[];
}): Words {
  const values = [...new Set(found.values)].slice(0, maxValues);
  const examples = [...new Set(found.examples)].slice(0, maxValues);
  const [only] = values;
  const words: ParameterWords = {
    ...(found.title === null ? {} : { title: found.title }),
    ...(found.default === null ? {} : { default: found.default }),
    ...(only === undefined ? {} : values.length === 1 ? { const: only } : { enum: values }),
    ...(examples.length === 0 ? {} : { examples }),
  };
  return Object.keys(words).length === 0 ? {} : { words };
}

/** Every part of an annotation: `Annotated[Literal["a"] | None, Field(…)]` has five. */
function annotationParts(type: PyNode): readonly PyNode[] {
  const found: PyNode[] = [];
  const stack: PyNode[] = [...type.children];
  for (let at = stack.pop(); at !== undefined && found.length < maxSteps; at = stack.pop()) {
    found.push(at);
    if (at.type !== 'CallExpression') stack.push(...at.children);
  }
  return found;
}

function listOf(node: PyNode | undefined): readonly PyNode[] {
  return node === undefined ? [] : expressions(node);
}

function isField(node: PyNode, view: FileView): boolean {
  return node.type === 'CallExpression' && /(?:^|\.)(?:Field|Query|Parameter)$/.test(textOf(node.children[0] ?? node, view.parsed.text));
}

function literals(part: PyNode, view: FileView): readonly string[] {
  const [what, ...values] = part.type === 'MemberExpression' ? expressions(part) : [];
  if (what === undefined || !/(?:^|\.)Literal$/.test(textOf(what, view.parsed.text))) return [];
  return values
    .flatMap((value) => (value.type === 'TupleExpression' ? expressions(value) : [value]))
    .flatMap((value) => view.evaluator.text(value) ?? []);
}

/** The values of an `Enum` class of the package that an annotation names. */
function members(part: PyNode, view: FileView, views: Views): readonly string[] {
  if (part.type !== 'VariableName') return [];
  return locate({ node: part, view }, views).flatMap(({ node, view: its }) => {
    const isEnum =
      node.type === 'ClassDefinition' && basesOf(node, its.parsed.text).some((base) => /Enum$/.test(textOf(base, its.parsed.text)));
    if (!isEnum) return [];
    return (childOf(node, 'Body')?.children ?? []).flatMap((statement) => {
      const value = statement.children.find((_, index) => statement.children[index - 1]?.type === 'AssignOp');
      return statement.type !== 'AssignStatement' || value === undefined ? [] : (its.evaluator.text(value) ?? []);
    });
  });
}
