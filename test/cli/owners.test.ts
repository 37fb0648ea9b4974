import { expect, test } from 'vitest';
import { machine } from '../support/cli.ts';

async function published(...maintainers: readonly unknown[]) {
  const m = await machine();
  for (const [at, named] of maintainers.entries()) {
    const manifest = { name: 'owned', version: `${at + 1}.0.0`, bin: 'index.js', maintainers: named };
    m.registry.publish('owned', manifest.version, { 'package.json': JSON.stringify(manifest), 'index.js': '#!/usr/bin/env node\n' });
  }
  const text = (await m.run('diff', 'owned@1.0.0', 'owned@2.0.0', '--no-probe')).stdout;
  const document = JSON.parse((await m.run('diff', 'owned@1.0.0', 'owned@2.0.0', '--no-probe', '--json')).stdout);
  return { text, document };
}

test('an account that may publish since then is a gain, one that may no more is told', async () => {
  const { text, document } = await published([{ name: 'ada' }, { name: 'bob' }], [{ name: 'ada' }, { name: 'eve' }]);
  expect(document).toMatchObject({ gain: 'amber', trust: { owners: { added: ['eve'], removed: ['bob'] } } });
  expect(text).toContain('+ 1 owner: eve');
  expect(text).toContain('- 1 owner: bob');
});

test('a version whose owners the registry does not name is not compared, and said not to be', async () => {
  const { text, document } = await published([{ name: 'ada' }], 'nobody says');
  expect(document).toMatchObject({ gain: 'none', trust: { owners: null } });
  expect(text).toContain('owners: cannot tell');
});
