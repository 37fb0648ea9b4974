import { expect, test } from 'vitest';
import { endedEarly } from '../../src/probe/ended-early.ts';

const server = { envNames: [], scratch: '/tmp/pinfold-a/run-b', tree: '/tmp/pinfold-c/tree' };

test('no folder of the probe is in the last words of a server', () => {
  const said = 'cannot find /tmp/pinfold-c/tree/node_modules/x, /tmp/pinfold-a/run-b/home/.x or /tmp/pinfold-a/run-b/notes/y';
  expect(endedEarly({ code: 1, signal: null }, said, server).why).toBe(
    'exit code 1: cannot find <tree>/node_modules/x, <home>/.x or <scratch>/notes/y',
  );
});
