import { type CapabilityClass, capabilityClasses } from '../model/capability.ts';
import { GuardError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import { printable } from '../model/printable.ts';

/** The classes that `--why` names, comma separated, each once, in the order typed. @throws GuardError `usage` for one that there is not. */
export function capabilityChoice(typed: string): readonly CapabilityClass[] {
  const names = typed.split(',').map((name) => name.trim());
  return [...new Set(names)].map((name) => {
    if (Object.hasOwn(capabilityClasses, name)) return name as CapabilityClass;
    const all = Object.keys(capabilityClasses);
    throw new GuardError('usage', `\`${printable(name, { maxLength: 60 })}\` is not a capability class`, {
      why: `the classes are ${all.join(', ')}`,
      hint: `pinfold info --why ${nearest(name, all)} <server>`,
    });
  });
}
