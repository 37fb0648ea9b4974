import { randomBytes } from 'node:crypto';

/** What was printed without this machine: another home (of the same length, so that lines stay as they are) and no registry host. */
export function neutral(printed, { home, as, registry }) {
  if (home.length !== as.length) throw new Error('a home of another length would have broken lines elsewhere');
  const host = new URL(registry).host;
  return printed.replaceAll(home, as).replaceAll(`https://${host}`, 'https://<the registry>').replaceAll(host, '<the registry>');
}

/** A path as long as `model`, below the first of `folders` that leaves room for a random name of four characters or more. */
export function sameLengthName(model, folders) {
  const folder = folders.find((each) => model.length - each.length - 1 >= 4);
  if (folder === undefined) throw new Error('no folder for throw-away files has a path that is short enough');
  const room = model.length - folder.length - 1;
  return `${folder}/${randomBytes(room).toString('hex').slice(0, room)}`;
}
