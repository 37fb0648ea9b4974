import { fits, isVersion } from './version.ts';

/** The values that a marker compares. `extra` is set per extra. */
export type MarkerEnvironment = Readonly<Record<string, string>>;

const maxDepth = 20;
const token = /\s*(?:(\(|\)|===|~=|==|!=|<=|>=|<|>)|(?:(not\s+in|in|and|or)\b)|'([^']*)'|"([^"]*)"|([a-z_.]+))/y;

/**
 * Whether a requirement counts here. null = the marker cannot be read: whoever asks decides (a resolver takes it as true,
 * since leaving a package out would hide it).
 * @see PEP 508, Environment Markers
 */
export function evaluateMarker(marker: string, environment: MarkerEnvironment): boolean | null {
  const tokens = tokensOf(marker);
  if (tokens === null) return null;
  let at = 0;
  try {
    const value = either(0);
    return at === tokens.length ? value : null;
  } catch (cause) {
    if (cause instanceof Unreadable) return null;
    throw cause;
  }

  function either(depth: number): boolean {
    let value = all(depth);
    while (tokens?.[at]?.text === 'or' && tokens[at]?.kind === 'word') {
      at++;
      value = all(depth) || value;
    }
    return value;
  }

  function all(depth: number): boolean {
    let value = one(depth);
    while (tokens?.[at]?.text === 'and' && tokens[at]?.kind === 'word') {
      at++;
      value = one(depth) && value;
    }
    return value;
  }

  function one(depth: number): boolean {
    if (depth > maxDepth) throw new Unreadable();
    if (tokens?.[at]?.kind === 'operator' && tokens[at]?.text === '(') {
      at++;
      const value = either(depth + 1);
      if (tokens[at]?.text !== ')') throw new Unreadable();
      at++;
      return value;
    }
    const [left, operator, right] = [tokens?.[at], tokens?.[at + 1], tokens?.[at + 2]];
    if (left === undefined || operator === undefined || right === undefined) throw new Unreadable();
    at += 3;
    return compared(value(left), operator.text.replace(/\s+/, ' '), value(right));
  }

  function value(part: Token): string {
    if (part.kind === 'text') return part.text;
    const found = part.kind === 'name' && Object.hasOwn(environment, part.text) ? environment[part.text] : undefined;
    if (found === undefined) throw new Unreadable();
    return found;
  }
}

class Unreadable extends Error {}

interface Token {
  readonly kind: 'operator' | 'word' | 'text' | 'name';
  readonly text: string;
}

function tokensOf(marker: string): readonly Token[] | null {
  const found: Token[] = [];
  const text = marker.trim();
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null || found.length > 500) return null;
    const [, operator, word, single, double, name] = match;
    if (operator !== undefined) found.push({ kind: 'operator', text: operator });
    else if (word !== undefined) found.push({ kind: 'word', text: word });
    else if (name !== undefined) found.push({ kind: 'name', text: name });
    else found.push({ kind: 'text', text: single ?? double ?? '' });
  }
  return found;
}

/** Versions by PEP 440 where both sides are some; otherwise as texts. */
function compared(left: string, operator: string, right: string): boolean {
  switch (operator) {
    case 'in':
      return right.includes(left);
    case 'not in':
      return !right.includes(left);
    case '===':
      return left === right;
    default:
      if (isVersion(left) && isVersion(right.replace(/\.\*$/, ''))) return fits(left, [`${operator}${right}`]);
      if (operator === '==') return left === right;
      if (operator === '!=') return left !== right;
      if (operator === '<') return left < right;
      if (operator === '>') return left > right;
      if (operator === '<=') return left <= right;
      if (operator === '>=') return left >= right;
      throw new Unreadable();
  }
}
