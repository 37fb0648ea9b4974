import { basesOf } from './bindings.ts';
import type { PythonContext } from './context.ts';
import { argumentsOf, childOf, expressions, isTarget, textOf } from './nodes.ts';
import type { PyNode } from './syntax.ts';

/** Reads variables: `os.environ[…]`, `os.environ.get(…)`, `os.getenv(…)`, `'X' in os.environ`, all of them at once. */
export function applyEnvironment(node: PyNode, context: PythonContext): void {
  const { evaluator, parsed } = context.view;
  switch (node.type) {
    case 'MemberExpression': {
      const [object, key] = expressions(node);
      if (object === undefined || !evaluator.origins(object).some(isEnvironment)) return;
      if (childOf(node, '.') === undefined) {
        if (!isTarget(node) && node.parent?.type !== 'DeleteStatement') read(key === undefined ? null : evaluator.text(key), node, context);
        return;
      }
      const name = key === undefined ? '' : textOf(key, parsed.text);
      if (/^(?:update|clear|putenv)$/.test(name)) return;
      const call = node.parent?.type === 'CallExpression' ? node.parent : null;
      const first = call === null ? undefined : argumentsOf(call, parsed.text)[0]?.value;
      const isByName = /^(?:get|pop|setdefault|__getitem__|__contains__)$/.test(name);
      read(isByName && first !== undefined ? evaluator.text(first) : null, node, context);
      return;
    }
    case 'CallExpression': {
      const [callee] = node.children;
      if (callee === undefined || !evaluator.origins(callee).some((origin) => /^os\.getenvb?$/.test(origin))) return;
      const first = argumentsOf(node, parsed.text)[0]?.value;
      read(first === undefined ? null : evaluator.text(first), node, context);
      return;
    }
    case 'BinaryExpression': {
      const [left, right] = expressions(node);
      if (left === undefined || right === undefined || !node.children.some(({ type }) => type === 'in')) return;
      if (evaluator.origins(right).some(isEnvironment)) read(evaluator.text(left), node, context);
      return;
    }
    case 'ClassDefinition':
      settings(node, context);
      return;
    case 'ArgList':
      // click, typer and argparse add-ons name a variable beside an option.
      for (const { name, value } of argumentsOf({ ...node, children: [node] }, parsed.text)) {
        const text = name === 'envvar' || name === 'env_var' ? evaluator.text(value) : null;
        if (text !== null) read(text, node, context);
      }
      return;
    default:
      return;
  }
}

function isEnvironment(origin: string): boolean {
  return origin === 'os.environ' || origin === 'os.environb';
}

function read(name: string | null, node: PyNode, context: PythonContext): void {
  const scope = name !== null && /^[A-Za-z_]\w*$/.test(name) ? name : '*';
  const level = scope === '*' ? 'call-site' : 'literal-scoped';
  context.uses.add({ class: 'env.read', rule: 'py-env', line: context.lineOf(node), level, scopes: [scope] });
}

/** pydantic-settings: every field of the class is a variable, with a prefix or a name of its own. */
function settings(node: PyNode, context: PythonContext): void {
  const { evaluator, parsed } = context.view;
  const isSettings = basesOf(node, parsed.text).some((base) =>
    evaluator.origins(base).some((origin) => /(?:^|\.)BaseSettings$/.test(origin)),
  );
  const body = childOf(node, 'Body');
  if (!isSettings || body === undefined) return;
  const prefix = prefixOf(body, context);
  for (const statement of body.children) {
    if (statement.type !== 'AssignStatement' || childOf(statement, 'TypeDef') === undefined) continue;
    const name = childOf(statement, 'VariableName');
    const value = statement.children[statement.children.findIndex(({ type }) => type === 'AssignOp') + 1];
    const said = value?.type === 'CallExpression' ? aliases(value, context) : [];
    if (name === undefined || /^model_config$/.test(textOf(name, parsed.text))) continue;
    for (const variable of said.length > 0 ? said : [`${prefix ?? ''}${textOf(name, parsed.text)}`.toUpperCase()])
      read(prefix === null && said.length === 0 ? null : variable, statement, context);
  }
}

/** '' = none; null = there is one, and it is not known. */
function prefixOf(body: PyNode, context: PythonContext): string | null {
  const { evaluator, parsed } = context.view;
  const stack = [...body.children];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.type === 'FunctionDefinition') continue;
    if (node.type === 'AssignStatement' && node.children[0] !== undefined && textOf(node.children[0], parsed.text) === 'env_prefix') {
      const value = node.children.at(-1);
      return value === undefined ? null : evaluator.text(value);
    }
    for (const { name, value } of argumentsOf(node, parsed.text)) if (name === 'env_prefix') return evaluator.text(value);
    stack.push(...node.children.filter(({ type }) => /^(?:AssignStatement|CallExpression|ClassDefinition|Body)$/.test(type)));
  }
  return '';
}

function aliases(call: PyNode, context: PythonContext): readonly string[] {
  const { evaluator, parsed } = context.view;
  return argumentsOf(call, parsed.text).flatMap(({ name, value }) => {
    if (name === null || !/^(?:alias|validation_alias|env)$/.test(name)) return [];
    const choices = value.type === 'CallExpression' ? argumentsOf(value, parsed.text).map((argument) => argument.value) : [value];
    return choices.flatMap((choice) => evaluator.text(choice) ?? []);
  });
}
