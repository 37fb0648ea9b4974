import { GuardError } from '../../model/errors.ts';
import type { EditableText } from './editable-text.ts';

const why = 'it is a script that the client executes: servers that it adds are not listed';

/** A configuration that is a program. What it would add only running it tells, so it is neither read nor edited. */
export function openScript(text: string): EditableText {
  const problems = [{ message: why }];
  return { text, value: undefined, problems, duplicates: [], set: refuse, remove: refuse, textAt: refuse, setText: refuse };
}

function refuse(): never {
  throw new GuardError('config-invalid', 'the file cannot be edited', { why });
}
