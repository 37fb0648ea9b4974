import type { CredentialFlow, OpenFlow } from './credential-flow.ts';
import type { FileLinks } from './linking/term.ts';
import type { UnreadableReason } from './syntax/parse.ts';
import type { Use } from './uses.ts';

/** What one source file does and loads. Plain data. */
export interface SourceFacts {
  /** POSIX path inside the package. */
  readonly path: string;
  /** Why nothing is known about it; null = it was read. */
  readonly unreadable: UnreadableReason | null;
  /** Specifiers as written, sorted, without `node:`. */
  readonly imports: readonly string[];
  /** True when it loads or starts something that the text does not name: any file of the package may then run. */
  readonly loadsUnknown: boolean;
  /** Ends of paths of scripts and programs that its texts mention, sorted; each may be started by path. */
  readonly mentions: readonly string[];
  /** Hosts of URL texts, sorted; `*` = made at run time. They are scopes where the same reach connects. */
  readonly hosts: readonly string[];
  readonly uses: readonly Use[];
  /** What it offers to other files and takes from them. */
  readonly links: FileLinks;
  /** Keys that it takes from the environment, and where it sends them; null = not followed, see `analyseSource`. */
  readonly credentials: readonly CredentialFlow[] | null;
  /** Calls that send what only other files of the package can name; empty also where nothing is followed. */
  readonly openCredentials: readonly OpenFlow[];
}
