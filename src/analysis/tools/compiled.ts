import type { Interpreter } from './interpreter.ts';
import { either, type Thunk, unknown, type Value } from './values.ts';

/** What `__generator` is told with a value to return. @see the helpers that TypeScript writes for ES5 */
const returns = 2;

/** Calls of what compilers write for `async` functions: the value is what the function returns. null = none of them. */
export function compiledCall(it: Interpreter, name: string, args: readonly Thunk[]): Value | null {
  if (name === '__awaiter') return it.call(args[3]?.() ?? unknown, []);
  if (name !== '__generator') return null;
  const steps = it.call(args[1]?.() ?? unknown, []);
  return either((steps.kind === 'either' ? steps.values : [steps]).flatMap((step) => returned(it, step)));
}

function returned(it: Interpreter, step: Value): readonly Value[] {
  if (step.kind !== 'array') return step.kind === 'unknown' ? [step] : [];
  const what = it.member(step, '0');
  return what.kind === 'constant' && what.value === returns ? [it.member(step, '1')] : [];
}
