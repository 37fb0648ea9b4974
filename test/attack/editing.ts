import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import type { EditTarget } from '../../src/clients/locations.ts';
import { type PlannedChange, planEdit } from '../../src/clients/plan-edit.ts';
import { type ConfigHome, place, samples } from '../clients/config-home.ts';
import type { EditJob } from '../clients/edit-child.ts';
import { bundle } from '../store/bundled.ts';
import { homeEnvironment } from '../support/home.ts';

/** A process that does a job of edits and says so on stdout; killed at the end of the test if it still runs. */
export function editor(): (job: EditJob, home: string) => ChildProcess {
  const child = bundle(join(import.meta.dirname, '..', 'clients', 'edit-child.ts'));
  afterAll(child.remove);
  return (job, home) => {
    const file = join(home, `job-${randomUUID()}`);
    writeFileSync(file, JSON.stringify(job));
    const env = homeEnvironment(home);
    const started = spawn(process.execPath, [child.program, file], { cwd: home, env, stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void started.kill('SIGKILL'));
    return started;
  };
}

/** One file of a client, the changes that lead around in a circle, and what it holds before each of them. */
export interface Circle {
  readonly file: string;
  readonly changes: readonly PlannedChange[];
  readonly states: readonly Buffer[];
}

/** The sample of a client in a home, and every kind of edit on it, back to where it began. */
export async function circleOf(client: string, text: string, home: ConfigHome): Promise<Circle> {
  const file = await place(client, 'user', text, home);
  const sample = samples().find((one) => one.client.id === client && one.scope === 'user');
  if (sample === undefined) throw new Error(`no sample of ${client}`);
  const [first] = sample.expected as readonly [EditTarget];
  const known: EditTarget = { client, scope: first.scope, file, rawPath: first.rawPath, name: first.name, project: null };
  const fresh: EditTarget = { ...known, name: 'sheep', rawPath: [...first.rawPath.slice(0, -1), 'sheep'] };
  const launch = { command: '/data/launcher', args: ['run', 'sheep'] };
  const changes: PlannedChange[] = [];
  const states: Buffer[] = [];
  const step = async (target: EditTarget, change: PlannedChange['change']) => {
    const edit = await planEdit(target, change, home.host);
    changes.push({ target, change });
    states.push(Buffer.from(edit.before ?? ''));
    writeFileSync(file, edit.after);
    return edit;
  };
  const flip = async (on: boolean) => {
    const instead = { kind: 'set', launch: { ...launch, args: ['run', on ? 'sheep' : 'goat'] }, replace: true } as const;
    await step(fresh, sample.client.switch.kind === 'elsewhere' ? instead : { kind: 'switch', on, project: home.project });
  };
  // No two states are the same bytes.
  await step(fresh, { kind: 'set', launch, replace: false });
  await flip(false);
  const { entryBefore } = await step(known, { kind: 'set', launch, replace: true });
  await flip(true);
  await step(fresh, { kind: 'remove' });
  const last = await step(known, { kind: 'restore', entryText: entryBefore ?? '' });
  if (!Buffer.from(last.after).equals(states[0] ?? Buffer.from(''))) throw new Error(`the edits of ${client} do not lead back`);
  return { file, changes, states };
}

/** The locks of a killed process count as left behind after ten seconds; nobody has to sit through them. */
export function tenSecondsPass(home: string): void {
  const old = new Date(Date.now() - 60_000);
  for (const path of below(home)) if (path.endsWith('.lock')) utimesSync(path, old, old);
}

/** What must not stay anywhere: locks, temporary files, journals. */
export function litter(home: string): readonly string[] {
  return below(home).filter((path) => /\.lock$|pinfold-tmp$|transactions\/./.test(path));
}

function below(home: string): readonly string[] {
  return readdirSync(home, { recursive: true, encoding: 'utf8' }).map((path) => join(home, path));
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
