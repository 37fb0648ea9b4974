import { Command } from 'clipanion';
import { exit } from '../model/errors.ts';
import type { CommandContext } from './guard-command.ts';

export class HelpCommand extends Command<CommandContext> {
  static override readonly paths = [['help'], ['--help'], ['-h']];

  async execute(): Promise<number> {
    this.context.stdout.write(`${helpText(this.context.host.machine.version)}\n`);
    return exit.clean;
  }
}

/** One screen: what pinfold is for, and every command with one line. */
function helpText(version: string): string {
  return `pinfold ${version}  install guard for MCP servers

before
  info <reference>         what a server is and can do; changes nothing
  diff <from> [to]         what one version or pin gained over another
  verify <name> | --all    bytes, signatures, provenance against the approval
  inspect <file>           what the words of a saved tool list try to do

daily use
  install <reference>      show the card, ask, pin, put it into your clients
  list | status | log      every server | what is pinned, waits | what happened
  audit                    check all of them against what was approved
  update <name>            show what the newer version gains, ask, re-pin
  approve | unblock        show what was withheld, ask, pin it | lift a block
  remove <name>            take it out of the clients, forget the pin
  login | logout <name>    sign in to a remote server | forget that
  enable | disable <name>  switch it on or off in its client's own way
  adopt | release          put entries behind the guard | give them back
  exec -- <installer>      run it, then decide about each entry it wrote
  watch                    stop servers that come or change without you
  review [name] [--web]    what waits for you: look at it, and decide
  sync --from A --to B     copy servers between clients, translated
  open <link> | restore    an install link through the card | a file as it was
  run <name> | run -- …    what a client starts | the guard before any command

project, store, authors
  trust                    let what this repository brings count here
  store prune | verify     free space | hash every file
  secrets move | list | set  keys out of client files | what is kept | one more
  sandbox show | allow     what a contained server may do | let it do more
  manifest create | check | changelog | sign | verify   for authors

a <reference> is a package (@scope/name, name@1.2.3, name@^1, npm:…, a purl)
or a whole launch command after --  (pinfold info -- npx -y @scope/name)
every command takes --json, --offline and --help`;
}
