import { Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { printableCommand } from '../model/printable.ts';
import { atTerminal } from '../operations/consent.ts';
import type { HowToSettle } from '../operations/settle.ts';
import { adoptPlanText } from '../report/adopt.ts';
import { installPlanText } from '../report/install.ts';
import { styleFor } from '../report/style.ts';
import { GuardCommand } from './guard-command.ts';

/** What `exec` and `review` share: how somebody else's entries are shown and asked about, all on stderr. */
export abstract class SettlingCommand extends GuardCommand {
  readonly noProbe = Option.Boolean('--no-probe', false, { description: 'do not start servers, not even in the sandbox' });
  readonly full = Option.Boolean('--full', false, { description: 'print everything, not only one screen' });
  readonly yes = Option.Boolean('--yes', false, { description: 'answer yes where policy approves by itself, and nowhere else' });

  protected howToSettle(host: Host): HowToSettle {
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    return {
      probe: this.noProbe ? 'none' : 'sandboxed',
      yes: this.yes,
      person: atTerminal(host),
      show: (plan) => this.note(installPlanText(plan, { full: this.full }, style, host.places.home)),
      showAdoption: (plan) => this.note(adoptPlanText(plan, style)),
      tell: (lines) => this.note(lines.map(printableCommand).join('\n')),
    };
  }
}
