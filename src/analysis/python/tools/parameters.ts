import type { StaticParameter } from '../../../model/manifest.ts';
import { basesOf } from '../bindings.ts';
import { argumentsOf, childOf, expressions, textOf } from '../nodes.ts';
import { named, positional } from '../scopes.ts';
import type { PyNode } from '../syntax.ts';
import type { FileView, Views } from '../views.ts';
import { entriesOf, type Located, locate, memberOf } from './definitions.ts';
import { declaredWords, schemaWords } from './words.ts';

/**
 * The parameters of a function as a client sees them: without `self` and what the framework fills in. The fields of one that
 * is a model follow it, as `query.city`: their descriptions are part of the schema.
 */
export function parametersOf({ node, view }: Located, views: Views): readonly StaticParameter[] {
  const list = childOf(node, 'ParamList');
  const children = list?.children ?? [];
  return children.flatMap((child, index): readonly StaticParameter[] => {
    const before = children[index - 1]?.type;
    if (child.type !== 'VariableName' || before === 'AssignOp' || before === '*' || before === '**') return [];
    const name = textOf(child, view.parsed.text);
    const type = children[index + 1]?.type === 'TypeDef' ? children[index + 1] : undefined;
    const at = index + (type === undefined ? 1 : 2);
    const value = children[at]?.type === 'AssignOp' ? children[at + 1] : undefined;
    if ((index <= 1 && /^(?:self|cls)$/.test(name)) || (type !== undefined && isContext(type, view))) return [];
    return [
      {
        name,
        description: (value === undefined ? null : fieldText(value, view)) ?? (type === undefined ? null : annotated(type, view)),
        ...declaredWords(type, value, view, views),
      },
      ...(type === undefined ? [] : modelsIn(type, view, views).flatMap((model) => modelFields(model, views))).map((field) => ({
        ...field,
        name: `${name}.${field.name}`,
      })),
    ];
  });
}

/** The models that an annotation names: `Query`, `Query | None`, `list[Query]`, `Annotated[Query, …]`. */
function modelsIn(type: PyNode, view: FileView, views: Views): readonly Located[] {
  const found = new Map<PyNode, Located>();
  const stack: PyNode[] = [...type.children];
  for (let at = stack.pop(); at !== undefined && found.size < 20; at = stack.pop()) {
    if (at.type === 'VariableName') for (const model of locate({ node: at, view }, views)) if (isModel(model)) found.set(model.node, model);
    if (/Expression$/.test(at.type) && at.type !== 'CallExpression') stack.push(...at.children);
  }
  return [...found.values()];
}

function isModel({ node, view }: Located): boolean {
  return (
    node.type === 'ClassDefinition' &&
    basesOf(node, view.parsed.text).some((base) => /Model$|TypedDict$/.test(textOf(base, view.parsed.text)))
  );
}

function isContext(type: PyNode, view: FileView): boolean {
  return type.children.some(
    (child) => /(?:^|\.)Context\b/.test(textOf(child, view.parsed.text)) && !/Annotated/.test(textOf(type, view.parsed.text)),
  );
}

/** `Annotated[str, Field(description="…")]`, or with the text itself. */
function annotated(type: PyNode, view: FileView): string | null {
  const annotation = type.children.find((child) => child.type === 'MemberExpression');
  const [what, ...rest] = annotation === undefined ? [] : expressions(annotation);
  if (what === undefined || !/(?:^|\.)Annotated$/.test(textOf(what, view.parsed.text))) return null;
  for (const part of rest.slice(1)) {
    const found = fieldText(part, view) ?? view.evaluator.text(part);
    if (found !== null) return found;
  }
  return null;
}

function fieldText(value: PyNode, view: FileView): string | null {
  if (
    value.type !== 'CallExpression' ||
    !/(?:^|\.)(?:Field|Query|Doc|Parameter)$/.test(textOf(value.children[0] ?? value, view.parsed.text))
  )
    return null;
  const args = argumentsOf(value, view.parsed.text);
  const said =
    named(args, ['description']) ?? (/Doc$/.test(textOf(value.children[0] ?? value, view.parsed.text)) ? positional(args)[0] : undefined);
  return said === undefined ? null : view.evaluator.text(said);
}

/** The properties of a JSON schema that is a dictionary, or of a pydantic model's `model_json_schema()`. */
export function schemaParameters(schema: PyNode, view: FileView, views: Views): readonly StaticParameter[] {
  const [callee] = schema.type === 'CallExpression' ? schema.children : [];
  const [model, method] = callee?.type === 'MemberExpression' ? expressions(callee) : [];
  if (model !== undefined && method !== undefined && /^(?:model_json_schema|schema)$/.test(textOf(method, view.parsed.text)))
    return locate({ node: model, view }, views).flatMap((model) => modelFields(model, views));
  return locate({ node: schema, view }, views).flatMap((found) => {
    const properties = memberOf(found, 'properties', views);
    return properties === null
      ? []
      : entriesOf(properties).map(([name, value]) => ({
          name,
          description: descriptionOf(value, properties.view, views),
          ...schemaWords(value, properties.view, views),
        }));
  });
}

function descriptionOf(node: PyNode, view: FileView, views: Views): string | null {
  const member = memberOf({ node, view }, 'description', views);
  return member === null ? null : member.view.evaluator.text(member.node);
}

/** `[PromptArgument(name=…, description=…)]`. */
export function promptArguments(at: Located, views: Views): readonly StaticParameter[] {
  return locate(at, views).flatMap(({ node, view }) =>
    expressions(node).flatMap((argument) => {
      const args = argument.type === 'CallExpression' ? argumentsOf(argument, view.parsed.text) : [];
      const name = named(args, ['name']);
      const description = named(args, ['description']);
      const said = name === undefined ? null : view.evaluator.text(name);
      return said === null ? [] : [{ name: said, description: description === undefined ? null : view.evaluator.text(description) }];
    }),
  );
}

function modelFields({ node, view }: Located, views: Views): readonly StaticParameter[] {
  if (node.type !== 'ClassDefinition' || basesOf(node, view.parsed.text).length === 0) return [];
  return (childOf(node, 'Body')?.children ?? []).flatMap((statement): readonly StaticParameter[] => {
    const [target, type] = statement.children;
    if (statement.type !== 'AssignStatement' || target?.type !== 'VariableName' || type?.type !== 'TypeDef') return [];
    const value = statement.children.find((_, index) => statement.children[index - 1]?.type === 'AssignOp');
    const description = (value === undefined ? null : fieldText(value, view)) ?? annotated(type, view);
    return [{ name: textOf(target, view.parsed.text), description, ...declaredWords(type, value, view, views) }];
  });
}
