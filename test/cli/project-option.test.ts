import { expect, test } from 'vitest';
import { machine } from '../support/cli.ts';

test.each(['list', 'audit'])('%s --project of a folder that does not exist says so', async (command) => {
  const m = await machine();
  const ran = await m.run(command, '--project', 'no/such');
  expect(ran).toMatchObject({ code: 3, stdout: '' });
  expect(ran.stderr).toMatch(/^error: there is no folder no\/such\n +why: .*\n +hint: /);
});
