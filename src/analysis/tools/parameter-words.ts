import type { ParameterWords } from '../../model/manifest.ts';
import type { Interpreter } from './interpreter.ts';
import { listed } from './literals.ts';
import type { Thunk, Value } from './values.ts';

/** How deep one schema may lead into another, and how many words of one parameter are kept. */
const maxSteps = 24;
const maxValues = 500;

/**
 * What a parameter's schema says beside its description, as far as it is literal text: `.enum([…])`, `.default('…')`,
 * `.literal('…')`, `.meta({ title })`, or the same members of a JSON Schema. null = nothing.
 */
export function parameterWords(it: Interpreter, schema: Value): ParameterWords | null {
  const found = {
    title: new Set<string>(),
    default: new Set<string>(),
    const: new Set<string>(),
    enum: new Set<string>(),
    examples: new Set<string>(),
  };
  collect(it, schema, found, 0);
  const lists = { enum: [...found.enum, ...(found.const.size > 1 ? found.const : [])], examples: [...found.examples] };
  const [title, preset, only] = [[...found.title][0], [...found.default][0], found.const.size > 1 ? undefined : [...found.const][0]];
  const words = {
    ...(title === undefined ? {} : { title }),
    ...(preset === undefined ? {} : { default: preset }),
    ...(only === undefined ? {} : { const: only }),
    ...(lists.enum.length === 0 ? {} : { enum: lists.enum }),
    ...(lists.examples.length === 0 ? {} : { examples: lists.examples }),
  };
  return Object.keys(words).length === 0 ? null : words;
}

type Found = Readonly<Record<'title' | 'default' | 'const' | 'enum' | 'examples', Set<string>>>;

function collect(it: Interpreter, value: Value, found: Found, steps: number): void {
  if (steps > maxSteps) return;
  if (value.kind === 'either') for (const one of value.values) collect(it, one, found, steps + 1);
  else if (value.kind === 'record') members(it, value, found);
  else if (value.kind === 'call') called(it, value, found, steps);
}

/** Members of a JSON Schema, of `.meta({…})` or of TypeBox's options. */
function members(it: Interpreter, record: Value, found: Found): void {
  for (const name of ['title', 'default', 'const'] as const) put(it.member(record, name), found[name]);
  for (const name of ['enum', 'examples'] as const) for (const item of listed(it.member(record, name)).items) put(item(), found[name]);
}

function called(it: Interpreter, { name, on, args }: Value & { kind: 'call' }, found: Found, steps: number): void {
  if (on !== null) collect(it, on, found, steps + 1);
  const [first] = args;
  if (first === undefined) return;
  if (/^(?:default|prefault|catch|_default)$/.test(name)) put(on === null ? (args[1]?.() ?? first()) : first(), found.default);
  else if (/^(?:literal|Literal)$/.test(name)) each(first(), found.const);
  else if (/^(?:enum|Enum|nativeEnum|_enum)$/.test(name)) each(first(), found.enum);
  else if (name === 'meta') members(it, first(), found);
  else if (/^(?:union|Union|discriminatedUnion)$/.test(name))
    for (const item of listed(first()).items) collect(it, item(), found, steps + 1);
  else if (/^(?:optional|nullable|nullish|Optional|Readonly|preprocess|coerce|lazy|array|Array)$/.test(name))
    for (const argument of args) if (isCall(argument)) collect(it, argument(), found, steps + 1);
  // `Type.String({ default })`: what builds an object has its members there instead.
  if (/^(?:String|Enum|Literal|Unsafe|Union)$/.test(name)) {
    const options = args.at(-1)?.();
    if (options?.kind === 'record') members(it, options, found);
  }
}

function isCall(argument: Thunk): boolean {
  return argument().kind === 'call';
}

/** One text, a list of them, or the values of an object. */
function each(value: Value, into: Set<string>): void {
  if (value.kind === 'record') for (const member of value.members.values()) put(member(), into);
  else if (value.kind === 'array') for (const item of value.items) put(item(), into);
  else put(value, into);
}

function put(value: Value, into: Set<string>): void {
  if (into.size >= maxValues) return;
  if (value.kind === 'text') into.add(value.text);
  if (value.kind === 'either') for (const one of value.values) if (one.kind === 'text') into.add(one.text);
}
