import type { Node } from 'oxc-parser';
import { hole, patternsOf } from './linking/patterns.ts';
import type { Term } from './linking/term.ts';
import { usesOf } from './meaning.ts';
import type { SourceContext } from './source-context.ts';

const runner = /^(?:npx|bunx|pnpx|uvx|pipx|npm|pnpm|yarn|bun|uv|pip3?|docker|deno)(?:\.cmd|\.exe)?$/;

/**
 * Records a runner that stands beside a list of arguments, in an object or a call (`{ command: 'npx', args: ['-y', name] }`):
 * wherever it goes from there, it is a command. Counts where the package starts programs, or writes a client's settings.
 */
export function applyRunner(node: Node, context: SourceContext): void {
  const parts = partsOf(node);
  const list = parts.find((part) => part.type === 'ArrayExpression');
  if (list === undefined) return;
  for (const part of parts) {
    if (part.type !== 'Literal' && part.type !== 'ConditionalExpression' && part.type !== 'Identifier') continue;
    for (const name of patternsOf(context.terms.term(part), () => null)) if (runner.test(name)) note(name, list, node, context);
  }
}

/** The values of an object, or the arguments of a call; of `['npx', '-y', name]`, the first word and the rest. */
function partsOf(node: Node): readonly Node[] {
  if (node.type === 'CallExpression' || node.type === 'NewExpression') return node.arguments as readonly Node[];
  if (node.type !== 'ObjectExpression') return [];
  return node.properties.flatMap((property) => (property.type === 'Property' ? [property.value as Node] : []));
}

function note(name: string, list: Node, node: Node, context: SourceContext): void {
  const command: Term = { text: [name, ' ', context.terms.term(list)] };
  const patterns = patternsOf(command, () => [hole]);
  for (const use of usesOf({ class: 'exec.spawn', rule: 'runner' }, 'binary', patterns)) {
    // Whether it is started here is for others to see.
    if (use.class !== 'exec.spawn')
      context.uses.add({ ...use, line: context.lineOf(node), needs: use.class === 'supply.mutable' ? startsOrConfigures : ['exec.spawn'] });
  }
}
const startsOrConfigures = ['exec.spawn', 'agent.modify'] as const;
