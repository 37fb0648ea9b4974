import type { PypiReference } from '../model/reference.ts';
import { requirementUnit } from './launch/requirement.ts';

/** A package of a Python index as a command line names it. */
export type PypiSpec = Pick<PypiReference, 'name' | 'specifier' | 'extras'>;

/**
 * `name`, `name@1.2.3` (uv's form), `name[extra]>=1,<2`. null = a URL, a folder, a repository, or nothing that can be read.
 * @see PEP 508
 */
export function parsePypiSpec(text: string): PypiSpec | null {
  const unit = requirementUnit(text);
  if (unit?.type !== 'pypi' || /;/.test(text)) return null;
  const extras = (/\[([^\]]*)\]/.exec(text)?.[1] ?? '').split(',').map((extra) =>
    extra
      .trim()
      .toLowerCase()
      .replace(/[-_.]+/g, '-'),
  );
  const specifier = {
    exact: `==${unit.version?.replace(/^v/, '') ?? ''}`,
    range: unit.version ?? '',
    ref: '',
    tag: '',
    none: '',
    digest: '',
    'n/a': '',
  };
  return { name: unit.name, specifier: specifier[unit.versionKind], extras: extras.filter((extra) => extra !== '').sort() };
}
