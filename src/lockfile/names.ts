import { GuardError } from '../model/errors.ts';

const reserved: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty']);
/** Device names of Windows, with any extension: a pin's name is also the name of its files. */
const device = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;
const maxLength = 64;

/** True for a name that a pin may have: it is a file name, a member name and a command-line argument at once. */
export function isPinName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text) && !text.endsWith('.') && !reserved.has(text) && !device.test(text);
}

/** The text, as the name of a pin. @throws GuardError `usage`. */
export function pinName(text: string): string {
  if (isPinName(text)) return text;
  throw new GuardError('usage', `\`${text}\` cannot be the name of a server`, {
    why: 'a name has 1 to 64 letters, digits, dots, dashes or underscores, starts with a letter or digit, and is no reserved word',
    hint: '--name <name>',
  });
}

/**
 * A short name for a package: `@modelcontextprotocol/server-filesystem` → `filesystem`, `mcp-server-git` → `git`,
 * `@playwright/mcp` → `playwright`. When it is taken, `-2`, `-3`, … follows.
 */
export function proposeName(packageName: string, taken: ReadonlySet<string>): string {
  const lower = new Set([...taken].map((name) => name.toLowerCase())); // file names: some disks fold case
  const base = shorten(packageName);
  for (let count = 1; ; count += 1) {
    const suffix = count === 1 ? '' : `-${count}`;
    const name = base.slice(0, maxLength - suffix.length) + suffix;
    if (isPinName(name) && !lower.has(name.toLowerCase())) return name;
  }
}

function shorten(packageName: string): string {
  const scoped = /^@([^/]+)\/(.+)$/.exec(packageName);
  const candidates = [withoutAffixes(scoped?.[2] ?? packageName), withoutAffixes(scoped?.[1] ?? ''), 'server'];
  return (
    candidates.map((text) => text.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')).find(isPinName) ??
    'server'
  );
}

/** Words that every package of the field carries say nothing about this one. */
function withoutAffixes(text: string): string {
  const rest = text.replace(/^((mcp|server|modelcontextprotocol)(-|_|$))+/i, '').replace(/((^|-|_)(mcp|server))+$/i, '');
  return rest.toLowerCase();
}
