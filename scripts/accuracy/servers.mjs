import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareServer } from './compare.mjs';
import { readLabels } from './labels.mjs';
import { look } from './look.mjs';
import { accuracyPage } from './page.mjs';
import { printResult } from './print.mjs';

const page = join(import.meta.dirname, '..', '..', 'docs', 'accuracy.md');

/** Looks at every labelled server, prints how right that was, and returns the exit code. */
export async function measure(words) {
  const options = parse(words);
  if (options === null) return 2;
  const labels = readLabels().filter(({ server }) => options.only.length === 0 || options.only.some((text) => server.includes(text)));
  if (labels.length === 0) return usage('no labelled server has such a name');
  const started = Date.now();
  const { compared, failed, rulesets } = await lookAtAll(labels, options);
  const about = {
    command: ['npm run accuracy', ...(words.length > 0 ? ['--', ...words] : [])].join(' '),
    date: new Date().toISOString().slice(0, 10),
    ruleset: [...rulesets].join(', ') || 'unknown',
    node: process.version,
    seconds: Math.round((Date.now() - started) / 1000),
  };
  const result = { compared, failed, asked: labels.length, about };
  process.stdout.write(printResult({ ...result, verbose: options.verbose }));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
  // A page with holes would read as if those servers were not on the list.
  if (options.write && failed.length === 0) writeFileSync(page, accuracyPage(labels, printResult({ ...result, verbose: true })));
  else if (options.write) process.stderr.write('accuracy: docs/accuracy.md is left as it is: not every server was looked at\n');
  return failed.length > 0 ? 3 : 0;
}

async function lookAtAll(labels, { jobs, keep, from }) {
  const answers = new Map();
  const waiting = [...labels];
  const worker = async () => {
    for (let label = waiting.shift(); label !== undefined; label = waiting.shift()) {
      const answer = from === undefined ? await look(label) : kept(from, label);
      if (keep !== undefined && answer.info !== undefined) writeKept(keep, label, answer.info);
      answers.set(label.server, answer);
      process.stderr.write(`${answers.size} of ${labels.length}  ${label.server}${answer.info === undefined ? `: ${answer.why}` : ''}\n`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  const compared = [];
  const failed = [];
  const rulesets = new Set();
  for (const label of labels) {
    const answer = answers.get(label.server);
    if (answer.info === undefined) failed.push({ server: label.server, why: answer.why });
    else {
      rulesets.add(answer.info.ruleset);
      compared.push(compareServer(label, answer.info));
    }
  }
  return { compared, failed, rulesets };
}

const keptFile = (folder, { server }) => join(folder, `${server.replace(/^@/, '').replaceAll('/', '__')}.json`);

function writeKept(folder, label, info) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(keptFile(folder, label), JSON.stringify(info));
}

function kept(folder, label) {
  try {
    return { info: JSON.parse(readFileSync(keptFile(folder, label), 'utf8')) };
  } catch {
    return { why: `no answer is kept in ${folder}` };
  }
}

function parse(words) {
  try {
    const { values } = parseArgs({
      args: words,
      options: {
        only: { type: 'string', multiple: true, default: [] },
        jobs: { type: 'string', default: '2' },
        verbose: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        json: { type: 'string' },
        keep: { type: 'string' },
        from: { type: 'string' },
      },
    });
    const jobs = Number(values.jobs);
    if (!Number.isInteger(jobs) || jobs < 1) throw new Error('--jobs wants a number from 1');
    if (values.write && values.only.length > 0) throw new Error('--write wants all servers, so no --only');
    if (values.write && values.from !== undefined) throw new Error('--write wants to look itself, so no --from');
    return { ...values, jobs };
  } catch (cause) {
    usage(cause.message);
    return null;
  }
}

function usage(message) {
  process.stderr.write(`accuracy: ${message}\n hint: npm run accuracy -- --help\n`);
  return 2;
}
