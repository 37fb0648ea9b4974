import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'labels');

/** The 16 classes, in the order in which they are printed. */
export const classes = [
  'exec.install',
  'exec.spawn',
  'exec.dynamic',
  'code.opaque',
  'fs.read',
  'fs.write',
  'secrets.read',
  'env.read',
  'net.connect',
  'net.listen',
  'host.control',
  'user.capture',
  'persist',
  'agent.modify',
  'agent.surface',
  'supply.mutable',
];

/** Every label file, by name of the server. One file per server at an exact version: scripts/accuracy/labels/README.md. */
export function readLabels() {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => parseLabel(JSON.parse(readFileSync(join(folder, name), 'utf8')), name));
}

/** The label if it is complete. A class left out, or a word without a reason, would quietly change a denominator. */
export function parseLabel(label, file) {
  const fail = (what) => {
    throw new Error(`${file}: ${what}`);
  };
  if (!/^(@[^@/]+\/)?[^@/]+@\d+\.\d+\.\d+\S*$/.test(label.server ?? '')) fail('`server` is no name@version');
  if (!['server', 'wrapper', 'not a server'].includes(label.kind)) fail('`kind` is none of server, wrapper, not a server');
  if (!['code', 'binary', 'remote', 'none'].includes(label.toolsIn)) fail('`toolsIn` is none of code, binary, remote, none');
  if (label.tools !== null && !isTexts(label.tools)) fail('`tools` is neither names nor null');
  if (!isTexts(label.toolsOtherwise)) fail('`toolsOtherwise` is no list of names');
  if (new Set(label.tools ?? []).size !== (label.tools ?? []).length) fail('`tools` names one twice');
  if (typeof label.toolsNote !== 'string' || label.toolsNote === '') fail('`toolsNote` does not say where the names are from');
  if (!isTexts(label.args) || !isTexts(label.corrected)) fail('`args` or `corrected` is no list');
  if (Object.keys(label.own ?? {}).join() !== classes.join()) fail('`own` does not name the 16 classes in their order');
  for (const [of, said] of Object.entries(label.own)) {
    if (!isTexts(said) || !['yes', 'no', 'unclear'].includes(said[0]) || !said[1]) fail(`\`own\` of ${of} is no [word, reason]`);
  }
  for (const { dependency, classes: carried, why } of label.through ?? fail('`through` is no list')) {
    if (!dependency || !why || !isTexts(carried) || !carried.every((of) => classes.includes(of))) fail('`through` names no classes');
  }
  return label;
}

function isTexts(value) {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
