import type { Baseline } from '../baseline.ts';

/**
 * What the MCP SDK for Python and its usual companions bring. Not made yet: `scripts/make-python-baseline.mjs` makes it
 * from real packages, and where this was written no registry of Python packages could be reached. Empty on purpose: nothing
 * is folded that nobody has measured.
 */
export const pythonBaseline: Baseline = { version: 'not made', date: '', madeFrom: [], ruleset: '', packages: {} };
