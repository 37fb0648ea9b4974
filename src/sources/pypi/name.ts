/** One name for the many spellings of a project. @see PEP 503 */
export function projectName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** True for what may be the name of a project. @see PEP 508, names */
export function isProjectName(name: string): boolean {
  return name.length <= 200 && /^[a-z0-9](?:[\w.-]*[a-z0-9])?$/i.test(name);
}
