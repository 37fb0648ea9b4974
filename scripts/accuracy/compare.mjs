import { classes } from './labels.mjs';

/**
 * What one disclosure says beside its label. Own code first: `hit` (labelled yes, seen in own code), `missed`, `blind`
 * (labelled yes, "cannot tell"), `extra` (labelled no, seen in own code), `right` (labelled no, not seen there) and
 * `unlabelled` (unclear: in no denominator).
 */
export function compareServer(label, info) {
  const byClass = new Map(info.capabilities.map((capability) => [capability.class, capability]));
  return {
    server: label.server,
    classes: classes.map((of) => compareClass(of, label.own[of], byClass.get(of))),
    carried: label.through.flatMap(({ dependency, classes: carried }) =>
      carried.map((of) => compareCarried(of, dependency, byClass.get(of))),
    ),
    tools: compareTools(label, info.manifest.static),
    // That nothing was started is because of how it is asked here, and says nothing about the server.
    alarms: info.findings.filter(({ code, severity }) => code !== 'probe-missing' && (severity === 'block' || severity === 'review')),
  };
}

function compareClass(of, [word, reason], capability) {
  if (capability === undefined) throw new Error(`the disclosure says nothing about ${of}`);
  const seen = capability.verdict === 'seen' && capability.reach === 'own';
  const at = capability.evidence[0];
  const told = {
    class: of,
    reason,
    // On the card at all, whoever's code it is: what a reader is warned of.
    onCard: capability.verdict === 'seen',
    said: capability.verdict === 'seen' ? `seen, ${capability.reach}` : capability.verdict,
    at: at === undefined ? '' : `${at.file}:${at.line}`,
  };
  if (word === 'unclear') return { ...told, is: 'unlabelled' };
  if (word === 'no') return { ...told, is: seen ? 'extra' : 'right' };
  return { ...told, is: seen ? 'hit' : capability.verdict === 'cannot-tell' ? 'blind' : 'missed' };
}

function compareCarried(of, dependency, capability) {
  const names = (capability?.evidence ?? []).map(({ through }) => (through === null ? '' : through.slice(0, through.lastIndexOf('@'))));
  return { class: of, dependency, seen: capability?.verdict === 'seen', named: names.includes(dependency) };
}

/** Null = the label has no names (it does not start without a backend, or is no server): in no denominator. */
function compareTools(label, listed) {
  if (label.tools === null) return null;
  const found = new Set(listed.tools.map(({ name }) => name));
  const wanted = new Set([...label.tools, ...label.toolsOtherwise]);
  return {
    readable: label.toolsIn === 'code',
    hits: label.tools.filter((name) => found.has(name)).length,
    missed: label.tools.filter((name) => !found.has(name)),
    extra: [...found].filter((name) => !wanted.has(name)).sort(),
    // A list that says of itself that it is not whole misleads nobody.
    saidIncomplete: listed.gaps.length > 0,
  };
}

/** Counts over servers, per class in the order of `classes`; recall and precision null where the denominator is 0. */
export function tallyClasses(compared) {
  return classes.map((of, index) => {
    const each = compared.map((server) => server.classes[index]);
    const count = (is) => each.filter((one) => one.is === is).length;
    const [hit, missed, blind, extra] = [count('hit'), count('missed'), count('blind'), count('extra')];
    const yes = hit + missed + blind;
    return {
      class: of,
      yes,
      no: extra + count('right'),
      unlabelled: count('unlabelled'),
      hit,
      missed,
      blind,
      extra,
      onCard: each.filter((one) => ['hit', 'missed', 'blind'].includes(one.is) && one.onCard).length,
      recall: rate(hit, yes),
      precision: rate(hit, hit + extra),
    };
  });
}

/** The sum of all classes as one more row. */
export function totalOf(rows) {
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  const total = Object.fromEntries(['yes', 'no', 'unlabelled', 'hit', 'missed', 'blind', 'extra', 'onCard'].map((key) => [key, sum(key)]));
  return { class: 'all', ...total, recall: rate(total.hit, total.yes), precision: rate(total.hit, total.hit + total.extra) };
}

/**
 * Names of tools over the servers that have some to compare with. Names that stand in a native program or come from a remote
 * server can be in no static list, whoever makes it: they are counted apart.
 */
export function tallyTools(compared) {
  const all = compared.flatMap((server) => (server.tools === null ? [] : [server.tools]));
  const unreadable = all.filter((one) => !one.readable);
  const tools = all.filter((one) => one.readable);
  const sum = (of) => tools.reduce((total, one) => total + of(one), 0);
  const hits = sum((one) => one.hits);
  const missed = sum((one) => one.missed.length);
  const extra = sum((one) => one.extra.length);
  return {
    servers: tools.length,
    whole: tools.filter((one) => one.missed.length === 0 && one.extra.length === 0).length,
    unreadable: { servers: unreadable.length, names: unreadable.reduce((total, one) => total + one.hits + one.missed.length, 0) },
    silentlyShort: all.filter((one) => one.missed.length > 0 && !one.saidIncomplete).length,
    hits,
    missed,
    extra,
    recall: rate(hits, hits + missed),
    precision: rate(hits, hits + extra),
  };
}

/** Power that sits in a named dependency: is the class on the card at all, and does its evidence name that dependency. */
export function tallyCarried(compared) {
  const carried = compared.flatMap((server) => server.carried);
  const seen = carried.filter((one) => one.seen).length;
  const named = carried.filter((one) => one.named).length;
  return { all: carried.length, seen, named, recall: rate(seen, carried.length), namedRate: rate(named, carried.length) };
}

/** At first look: how many servers carry a finding that asks for a review or blocks, and which codes. */
export function tallyAlarms(compared) {
  const codes = new Map();
  for (const { alarms } of compared) {
    for (const code of new Set(alarms.map((finding) => `${finding.severity} ${finding.code}`))) codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  return {
    servers: compared.length,
    review: compared.filter(({ alarms }) => alarms.some(({ severity }) => severity === 'review')).length,
    block: compared.filter(({ alarms }) => alarms.some(({ severity }) => severity === 'block')).length,
    any: compared.filter(({ alarms }) => alarms.length > 0).length,
    codes: [...codes].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)),
  };
}

function rate(part, whole) {
  return whole === 0 ? null : part / whole;
}
