import type { UseCollector } from '../uses.ts';
import type { PyNode } from './syntax.ts';
import type { FileView } from './views.ts';

/** Shared by the rules that look at one file. */
export interface PythonContext {
  readonly view: FileView;
  readonly uses: UseCollector;
  readonly mentions: Set<string>;
  readonly hosts: Set<string>;
  readonly lineOf: (node: PyNode) => number;
  /** Something is loaded by a name that the text does not hold; `head` is what the name begins with. */
  readonly loadUnknown: (node: PyNode, head: string) => void;
  /** A module that is loaded by a call. */
  readonly load: (module: string) => void;
  /** A dotted path of another package that is called. */
  readonly noteForeign: (path: string) => void;
}
