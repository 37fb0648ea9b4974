import { isObject, type JsonObject } from '../../../model/json.ts';
import type { StaticParameter } from '../../../model/manifest.ts';
import { basesOf } from '../bindings.ts';
import { cleaned, stringValue } from '../literals.ts';
import { argumentsOf, childOf, definedName, expressions, isExpression, textOf } from '../nodes.ts';
import { named, positional } from '../scopes.ts';
import type { PyNode } from '../syntax.ts';
import type { FileView, Views } from '../views.ts';

/** A function, a class or a value, and the file whose names it uses. */
export interface Located {
  readonly node: PyNode;
  readonly view: FileView;
}

const maxSteps = 12;

/** What an expression finally stands for, across the package's own files; several where a name has several values. */
export function locate({ node, view }: Located, views: Views, steps = 0): readonly Located[] {
  if (steps > maxSteps) return [];
  if (node.type === 'ParenthesizedExpression') {
    const [inner, ...more] = expressions(node);
    return inner === undefined || more.length > 0 ? [{ node, view }] : locate({ node: inner, view }, views, steps + 1);
  }
  if (node.type !== 'VariableName' && node.type !== 'MemberExpression') return [{ node, view }];
  if (node.type === 'VariableName') return locateName(textOf(node, view.parsed.text), view, views, steps);
  const named = view.evaluator.origins(node).flatMap((origin) => locatePath(origin, views, steps));
  return named.length > 0 ? named : locateMethod({ node, view }, views, steps);
}

/** `self.run` in a class, `Service().run`, `service.run`. */
function locateMethod({ node, view }: Located, views: Views, steps: number): readonly Located[] {
  const [object, key] = expressions(node);
  if (object === undefined || key === undefined || childOf(node, '.') === undefined) return [];
  const name = textOf(key, view.parsed.text);
  if (object.type === 'VariableName' && /^(?:self|cls)$/.test(textOf(object, view.parsed.text))) {
    for (let at = node.parent; at !== null; at = at.parent) if (at.type === 'ClassDefinition') return methodsOf({ node: at, view }, name);
    return [];
  }
  return locate({ node: object, view }, views, steps + 1).flatMap((found) => {
    if (found.node.type === 'ClassDefinition') return methodsOf(found, name);
    const [callee] = found.node.type === 'CallExpression' ? found.node.children : [];
    const classes = callee === undefined ? [] : locate({ node: callee, view: found.view }, views, steps + 1);
    return classes.flatMap((made) => (made.node.type === 'ClassDefinition' ? methodsOf(made, name) : []));
  });
}

function methodsOf({ node, view }: Located, name: string): readonly Located[] {
  return (childOf(node, 'Body')?.children ?? []).flatMap((statement) => {
    const method = statement.type === 'DecoratedStatement' ? childOf(statement, 'FunctionDefinition') : statement;
    return method?.type === 'FunctionDefinition' && definedName(method, view.parsed.text) === name ? [{ node: method, view }] : [];
  });
}

function locateName(name: string, view: FileView, views: Views, steps: number): readonly Located[] {
  return (view.bindings.names.get(name) ?? []).flatMap((binding): readonly Located[] => {
    switch (binding.kind) {
      case 'function':
      case 'class':
        return [{ node: binding.node, view }];
      case 'value':
        return locate({ node: binding.node, view }, views, steps + 1);
      case 'import':
        return locatePath(binding.path, views, steps);
      default:
        return [];
    }
  });
}

function locatePath(path: string, views: Views, steps: number): readonly Located[] {
  const dot = path.lastIndexOf('.');
  const file = dot < 0 ? null : views.pathOf(path.slice(0, dot));
  const view = file === null ? null : views.of(file);
  if (view === null || typeof view === 'string' || steps > maxSteps) return [];
  return locateName(path.slice(dot + 1), view, views, steps + 1);
}

/** The docstring of a function, with the indent taken off as `inspect.cleandoc` does; null = none. */
export function docstring({ node, view }: Located): string | null {
  const [first] = childOf(node, 'Body')?.children.filter(isExpression) ?? [];
  const [value] = first?.type === 'ExpressionStatement' ? first.children : [];
  if (value === undefined || !/^(?:String|ContinuedString)$/.test(value.type)) return null;
  const tokens = value.type === 'String' ? [value] : value.children;
  const text = tokens.map((token) => stringValue(textOf(token, view.parsed.text)) ?? '').join('');
  return cleaned(text);
}

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
      { name, description: (value === undefined ? null : fieldText(value, view)) ?? (type === undefined ? null : annotated(type, view)) },
      ...(type === undefined ? [] : modelsIn(type, view, views).flatMap(modelFields)).map((field) => ({
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
    return locate({ node: model, view }, views).flatMap(modelFields);
  return locate({ node: schema, view }, views).flatMap((found) => {
    const properties = memberOf(found, 'properties', views);
    return properties === null
      ? []
      : entriesOf(properties).map(([name, value]) => ({ name, description: descriptionOf(value, properties.view, views) }));
  });
}

function descriptionOf(node: PyNode, view: FileView, views: Views): string | null {
  const member = memberOf({ node, view }, 'description', views);
  return member === null ? null : member.view.evaluator.text(member.node);
}

/** A member of a dictionary display; null = not there, or not spelled out. */
export function memberOf(object: Located, key: string, views: Views): Located | null {
  const [found] = entriesOf(object).flatMap(([name, value]) => (name === key ? locate({ node: value, view: object.view }, views) : []));
  return found ?? null;
}

/** The pairs of a dictionary display, or of `dict(a=1)`. */
export function entriesOf({ node, view }: Located): readonly (readonly [string, PyNode])[] {
  if (node.type === 'CallExpression' && textOf(node.children[0] ?? node, view.parsed.text) === 'dict')
    return argumentsOf(node, view.parsed.text).flatMap(({ name, value }) =>
      name === null || name.startsWith('*') ? [] : [[name, value] as const],
    );
  if (node.type !== 'DictionaryExpression') return [];
  return node.children.flatMap((child, index) => {
    const [key, value] = [node.children[index - 1], node.children[index + 1]];
    const name = child.type === ':' && key !== undefined ? view.evaluator.text(key) : null;
    return name === null || value === undefined ? [] : [[name, value] as const];
  });
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

function modelFields({ node, view }: Located): readonly StaticParameter[] {
  if (node.type !== 'ClassDefinition' || basesOf(node, view.parsed.text).length === 0) return [];
  return (childOf(node, 'Body')?.children ?? []).flatMap((statement): readonly StaticParameter[] => {
    const [target, type] = statement.children;
    if (statement.type !== 'AssignStatement' || target?.type !== 'VariableName' || type?.type !== 'TypeDef') return [];
    const value = statement.children.find((_, index) => statement.children[index - 1]?.type === 'AssignOp');
    const description = (value === undefined ? null : fieldText(value, view)) ?? annotated(type, view);
    return [{ name: textOf(target, view.parsed.text), description }];
  });
}

/** Hints of a tool: `ToolAnnotations(readOnlyHint=True)` or a dictionary. null = none, or not readable. */
export function annotationsOf(node: PyNode, view: FileView, views: Views): JsonObject | null {
  const [found] = locate({ node, view }, views);
  if (found === undefined) return null;
  const pairs =
    found.node.type === 'CallExpression'
      ? argumentsOf(found.node, found.view.parsed.text).flatMap(({ name, value }) => (name === null ? [] : [[name, value] as const]))
      : entriesOf(found);
  const said = pairs.flatMap(([name, value]) => {
    const text = textOf(value, found.view.parsed.text);
    const literal = text === 'True' ? true : text === 'False' ? false : found.view.evaluator.text(value);
    return literal === null ? [] : [[name, literal] as const];
  });
  const result = Object.fromEntries(said);
  return isObject(result) && said.length > 0 ? (result as JsonObject) : null;
}
