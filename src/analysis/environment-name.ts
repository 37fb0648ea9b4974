/** The variable that a member of `process.env` names; `*` = any. */
export function environmentName(rest: string): string {
  const name = rest.split('.')[0] ?? '';
  return /^[A-Za-z_][\w]*$/.test(name) && !/^(?:hasOwnProperty|toString)$/.test(name) ? name : '*';
}
