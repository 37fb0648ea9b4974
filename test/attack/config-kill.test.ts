import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyEdits } from '../../src/operations/apply-edits.ts';
import { recover } from '../../src/store/transaction.ts';
import { configHome, samples } from '../clients/config-home.ts';
import { type Circle, circleOf, editor, litter, seeded, tenSecondsPass } from './editing.ts';

const start = editor();

/** One of each dialect. */
const clients = ['cline', 'opencode', 'codex', 'goose'];

/** Set it to the number that a failure names to see the same moments again, as far as the machine is the same. */
const seed = Number(process.env['PINFOLD_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

test.each([
  ['one by one', 10, 150],
  ['together', 20, 350],
] as const)(
  'kill -9 at any moment of edits, %s: every file holds its old bytes or its new ones, and the next command puts everything right',
  {
    timeout: 120_000,
  },
  async (how, rounds, atLeast) => {
    const home = configHome();
    const random = seeded(seed);
    const texts = samples().filter(({ scope }) => scope === 'user');
    const circles: Circle[] = [];
    for (const client of clients) circles.push(await circleOf(client, texts.find((one) => one.client.id === client)?.text ?? '', home));
    for (const [index, { file }] of circles.entries()) chmodSync(file, [0o600, 0o640, 0o644, 0o604][index] ?? 0o600);
    const modes = circles.map(({ file }) => statSync(file).mode);
    const length = circles[0]?.changes.length ?? 0;
    let [at, edits, inside] = [0, 0, 0];
    for (let round = 0; round < rounds; round++) {
      const said = `seed ${seed}, round ${round}`;
      const child = start({ how, files: circles.map(({ changes }) => changes), start: at, steps: null }, home.home);
      let output = '';
      const times: number[] = [];
      const wanted = 2 + Math.floor(random() * 6);
      const reached = new Promise<void>((resolve) => {
        child.stdout?.on('data', (chunk: Buffer) => {
          output += chunk.toString();
          times.push(performance.now());
          if (output.split('\n').length > wanted * circles.length) resolve();
        });
      });
      const closed = once(child, 'close');
      await Promise.race([reached, closed]);
      // The moment of the attack: anywhere in what the next edit will take, if it takes as long as the ones before; and every
      // other time between the first write of a transaction and its last.
      if (how === 'together' && round % 2 === 1) await underWay(home.host.places.data, closed);
      else spin((random() * 1.2 * ((times.at(-1) ?? 0) - (times[0] ?? 0))) / Math.max(1, times.length - 1));
      child.kill('SIGKILL');
      await closed;
      const done = circles.map((_, index) => output.split('\n').filter((line) => line === `${index}`).length);
      edits += done.reduce((sum, one) => sum + one, 0);
      if (journals(home.host.places.data) > 0) inside += 1;
      for (const [index, { file, states }] of circles.entries()) {
        const now = readFileSync(file);
        const before = at + (done[index] ?? 0);
        // The edit that it was at is not done, or done and not said.
        const possible = [before, before + 1].map((step) => states[step % states.length]?.toString());
        expect(possible, `${said}: ${file}`).toContain(now.toString());
      }
      tenSecondsPass(home.home);
      await recover(home.host);
      const steps = circles.map(({ file, states }) => states.findIndex((state) => state.equals(readFileSync(file))));
      // One transaction is done for all files or for none.
      if (how === 'together') expect(new Set(steps).size, `${said}: ${steps}`).toBe(1);
      // The next commands: files that are one step behind catch up, then all of them go one further.
      const base = at + Math.min(...done);
      const changesOf = (step: number, chosen: readonly Circle[]) => chosen.flatMap(({ changes }) => changes[step % length] ?? []);
      const behind = circles.filter((_, index) => steps[index] === base % length);
      for (const edit of [changesOf(base, behind), changesOf(base + 1, circles)]) await applyEdits(edit, async () => [], home.host);
      edits += behind.length + circles.length;
      at = (base + 2) % length;
      expect(
        circles.map(({ file }) => readFileSync(file, 'utf8')),
        said,
      ).toEqual(circles.map(({ states }) => states[at]?.toString()));
      expect(
        circles.map(({ file }) => statSync(file).mode),
        said,
      ).toEqual(modes);
      expect(litter(home.home), said).toEqual([]);
    }
    expect(edits, 'edits in all rounds').toBeGreaterThanOrEqual(atLeast);
    if (how === 'together') expect(inside, 'kills that hit a transaction under way').toBeGreaterThan(2);
  },
);

function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** Until a journal is there, looked for between other things, so that a child that ends is noticed. */
async function underWay(data: string, closed: Promise<unknown>): Promise<void> {
  let over = false;
  closed.then(
    () => (over = true),
    () => (over = true),
  );
  while (!over && journals(data) === 0) await new Promise((resolve) => setImmediate(resolve));
}

function journals(data: string): number {
  const folder = join(data, 'transactions');
  return existsSync(folder) ? readdirSync(folder).length : 0;
}
