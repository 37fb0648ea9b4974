import { isObject, type JsonObject } from '../../../model/json.ts';
import { cleaned, stringValue } from '../literals.ts';
import { argumentsOf, childOf, definedName, expressions, isExpression, textOf } from '../nodes.ts';
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
