import type { Node } from 'oxc-parser';
import type { Interpreter } from './interpreter.ts';
import { blockedOn, type Scope, unknown, type Value } from './values.ts';

/** Longer than any text that a server shows: a text that doubles itself ends here. */
const maxLength = 1_000_000;

/** The text of a template or a sum made of literals and constants; unknown when a part is made at run time. */
export function textOf(it: Interpreter, node: Node, scope: Scope): Value {
  if (node.type === 'TaggedTemplateExpression') return it.valueOf(node.quasi, scope);
  const parts =
    node.type === 'TemplateLiteral'
      ? node.quasis.flatMap((quasi, index) => {
          const hole = node.expressions[index];
          return hole === undefined ? [quasi.value.cooked ?? ''] : [quasi.value.cooked ?? '', it.valueOf(hole, scope)];
        })
      : node.type === 'BinaryExpression' && node.operator === '+'
        ? operands(node).map((operand) => it.valueOf(operand, scope))
        : [unknown];
  let text = '';
  for (const part of parts) {
    const said = typeof part === 'string' ? part : plain(part);
    if (said === null) return { kind: 'unknown', on: typeof part === 'string' ? null : blockedOn(part) };
    text += said;
    if (text.length > maxLength) return unknown;
  }
  return { kind: 'text', text, at: { node, scope } };
}

/** A long sum nests to the left: taken apart here, so that its length is no depth. */
function operands(node: Node): Node[] {
  const found: Node[] = [];
  let at = node;
  while (at.type === 'BinaryExpression' && at.operator === '+') {
    found.push(at.right);
    at = at.left as Node;
  }
  return [...found, at].reverse();
}

/** What a value is as part of a text. */
export function plain(value: Value): string | null {
  if (value.kind === 'text') return value.text;
  return value.kind === 'constant' ? String(value.value) : null;
}
