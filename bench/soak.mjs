import { join } from 'node:path';
import { ownBytes } from './process.mjs';
import { openSession } from './session.mjs';
import { median } from './statistics.mjs';

const server = [process.execPath, join(import.meta.dirname, 'words-server.mjs'), '50', '200'];

/** A million messages through a real gate: whether its memory grows with them. */
export async function soak(home, { quick }) {
  const messages = quick ? 50_000 : 1_000_000;
  const atOnce = 64;
  const session = await openSession(home.behindGuard(server), home.free);
  session.notify('notifications/initialized');
  await session.request('tools/list');
  const samples = [];
  const begin = performance.now();
  // A request and its answer are two.
  for (let sent = 0; sent < messages; sent += atOnce * 2) {
    const some = Array.from({ length: atOnce }, (_, at) =>
      at === 0 && sent % 12_800 === 0
        ? session.request('tools/list')
        : at % 2 === 0
          ? session.request('ping')
          : session.request('tools/call', { name: 'tool_1', arguments: { bytes: 300 } }),
    );
    await Promise.all(some);
    if (samples.length <= (sent / messages) * 100) samples.push({ at: sent, bytes: ownBytes(session.pid) });
  }
  const seconds = (performance.now() - begin) / 1000;
  await session.close();
  const third = (from) =>
    median(samples.slice(Math.floor((samples.length * from) / 3), Math.ceil((samples.length * (from + 1)) / 3)).map(({ bytes }) => bytes)) /
    1e6;
  // The first tenth is the engine warming up.
  const steady = samples.slice(Math.ceil(samples.length / 10));
  return [
    { what: `soak: messages a second, of ${messages}`, value: messages / seconds, unit: '' },
    { what: 'soak: memory of its own, first message', value: (samples[0]?.bytes ?? 0) / 1e6, unit: 'MB' },
    { what: 'soak: the same, median of the first third', value: third(0), unit: 'MB' },
    { what: 'soak: the same, median of the middle third', value: third(1), unit: 'MB' },
    { what: 'soak: the same, median of the last third', value: third(2), unit: 'MB' },
    { what: 'soak: growth per 100,000 messages, fitted', value: slope(steady) * 100_000, unit: 'MB', budget: 1 },
  ];
}

/** Least squares, in MB per message. */
function slope(samples) {
  const mean = (of) => samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [x, y] = [mean(({ at }) => at), mean(({ bytes }) => bytes / 1e6)];
  const [above, below] = samples.reduce(
    ([over, under], { at, bytes }) => [over + (at - x) * (bytes / 1e6 - y), under + (at - x) ** 2],
    [0, 0],
  );
  return below === 0 ? 0 : above / below;
}
