// Checks src/analysis/lookalike/vendors-data.ts.
//
//   node scripts/check-vendors.mjs BRAND…            asks the npm registry about the packages of these rows, and prints what differs
//   node scripts/check-vendors.mjs --attest FILE…    writes the column `sources` anew from lists in place: files of the Docker
//                                                    catalogue (*.yaml) and of package names (npm*.tsv, pypi*.tsv)
//
// A row claims only what a source says. Ownership of an npm name is `registry` only where the registry's record names a
// repository of an organisation of the row; that is what a publisher wrote, which is why maintainers are printed too.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';

const file = join(import.meta.dirname, '..', 'src', 'analysis', 'lookalike', 'vendors-data.ts');
const text = readFileSync(file, 'utf8');
const columns = ['brand', 'names', 'npm', 'pypi', 'github', 'domains', 'hosted', 'secrets', 'sources', 'checked'];
const rows = text
  .split('\n')
  .filter((line) => line.split(' | ').length === columns.length)
  .map((line) => Object.fromEntries(line.split(' | ').map((cell, at) => [columns[at], cell])));

const [mode, ...rest] = process.argv.slice(2);
if (mode === '--attest') attest(rest);
else if (mode === undefined) console.error('usage: check-vendors.mjs BRAND… | --attest FILE…');
else await compare([mode, ...rest]);

/** One record per package of the chosen rows, one after the other: this is a look at a few rows, not a crawl. */
async function compare(brands) {
  for (const brand of brands) {
    const row = rows.find((one) => one.brand === brand);
    if (row === undefined) {
      console.log(`${brand}: no such row`);
      process.exitCode = 2;
      continue;
    }
    const organisations = words(row.github).map((one) => one.toLowerCase());
    for (const name of words(row.npm).filter((one) => !/^@[^/]+$/.test(one))) {
      const record = view(name);
      if (record === null) {
        console.log(`${brand}: ${name} is not in the registry`);
        process.exitCode = 1;
        continue;
      }
      const owner = ownerOf(record.repository?.url ?? record.repository ?? '');
      const fits = owner !== null && organisations.includes(owner.toLowerCase());
      const maintainers = (record.maintainers ?? []).map((one) => String(one).replace(/ <.*$/, '')).slice(0, 6);
      if (!fits) process.exitCode = 1;
      const how = fits ? 'fits' : 'DIFFERS';
      console.log(`${brand}: ${name} ${how}: repository of ${owner ?? 'nobody'}, first published ${record.created}, by ${maintainers}`);
    }
  }
}

/** The GitHub account of a repository in any of the forms that package.json takes; the short one means GitHub. null = none. */
function ownerOf(repository) {
  const text = String(repository);
  const short = /^(?:github:)?([\w.-]+)\/[\w.-]+(?:#.*)?$/.exec(text);
  return (short ?? /github\.com[/:]([^/]+)\//i.exec(text))?.[1] ?? null;
}

function view(name) {
  try {
    const answer = JSON.parse(execFileSync('npm', ['view', '--json', name], { stdio: 'pipe', maxBuffer: 64 * 1024 * 1024 }).toString());
    return { ...answer, created: answer.time?.created ?? 'unknown' };
  } catch {
    return null;
  }
}

function attest(files) {
  const seen = { npm: new Set(), pypi: new Set(), github: new Set(), hosted: new Set(), hosts: new Set(), secrets: [] };
  for (const path of files) {
    const content = readFileSync(path, 'utf8');
    if (path.endsWith('.yaml')) catalogue(content, seen);
    else
      for (const line of content.split('\n')) {
        const [name = ''] = line.split('\t');
        if (basename(path).startsWith('pypi')) seen.pypi.add(name.toLowerCase().replace(/[-_.]+/g, '-'));
        else seen.npm.add(name).add(name.replace(/\/.*$/, ''));
      }
  }
  const written = rows.map((row) => ({ ...row, sources: sourcesOf(row, seen) }));
  const lines = new Map(written.map((row) => [row.brand, columns.map((column) => row[column]).join(' | ')]));
  const changed = text.split('\n').map((line) => (line.split(' | ').length === columns.length ? lines.get(line.split(' | ')[0]) : line));
  writeFileSync(file, changed.join('\n'));
}

function catalogue(content, seen) {
  for (const part of content.split(/^---$/m)) {
    let entry = null;
    try {
      entry = parse(part);
    } catch {
      continue;
    }
    const organisation = /github\.com\/([^/]+)/.exec(entry?.source?.project ?? '')?.[1];
    if (organisation !== undefined) seen.github.add(organisation.toLowerCase());
    if (entry?.remote?.url !== undefined) {
      seen.hosted.add(entry.remote.url.replace(/\/$/, ''));
      seen.hosts.add(new URL(entry.remote.url).hostname);
    }
    for (const secret of entry?.config?.secrets ?? []) if (typeof secret.env === 'string') seen.secrets.push(secret.env);
  }
}

/** `npm=list` says that all names stand in a list of packages, not whose they are; `some`: only some of them do. */
function sourcesOf(row, seen) {
  const lists = [
    ['npm', (name) => seen.npm.has(name), 'list'],
    ['pypi', (name) => seen.pypi.has(name), 'list'],
    ['github', (name) => seen.github.has(name.toLowerCase()), 'catalogue'],
    ['domains', (name) => [...seen.hosts].some((host) => host === name || host.endsWith(`.${name}`)), 'catalogue'],
    ['hosted', (url) => seen.hosted.has(url.replace(/\/$/, '')), 'catalogue'],
    ['secrets', (prefix) => seen.secrets.some((name) => (prefix.endsWith('_') ? name.startsWith(prefix) : name === prefix)), 'catalogue'],
  ];
  const kept = words(row.sources).filter((one) => /=(?:registry|docs)$/.test(one));
  const found = lists.flatMap(([column, test, name]) => {
    const cells = words(row[column]);
    const count = cells.filter(test).length;
    if (kept.some((one) => one.startsWith(`${column}=`)) || count === 0) return [];
    return [`${column}=${name}${count === cells.length ? '' : '-some'}`];
  });
  return [...kept, ...found].join(' ') || '-';
}

function words(cell) {
  return cell === '-' ? [] : cell.split(' ');
}
