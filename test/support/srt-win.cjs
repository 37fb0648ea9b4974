// Plays the sandbox library's program for Windows, which runs nowhere else: answers what the library asks, writes down every
// call, and starts the program of `exec` with the variables that it is told and no others. It contains nothing.
// Beside it lies `srt-win.json`: { "provisioned": true, "egress": "blocked", "grantExit": 0 }, and `calls.jsonl` is written;
// its own variables in `broker.txt`.
'use strict';

const { appendFileSync, chmodSync, readdirSync, readFileSync, statSync, writeFileSync } = require('node:fs');
const { spawn } = require('node:child_process');
const { join } = require('node:path');

const [mark, ...args] = process.argv.slice(2);
const is = JSON.parse(readFileSync(join(__dirname, 'srt-win.json'), 'utf8'));
const takesInput = args[0] === 'acl' && (args[1] === 'grant' || args[1] === 'stamp');
const input = takesInput ? JSON.parse(readFileSync(0, 'utf8')) : undefined;
appendFileSync(join(__dirname, 'calls.jsonl'), `${JSON.stringify({ mark, args, input })}\n`);
const answer = (value, code = 0) => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
  process.exitCode = code;
};

switch (args.slice(0, 2).join(' ')) {
  case 'user status':
    answer({
      user: {
        exists: is.provisioned,
        sid: 'S-1-5-21-1-2-3-1001',
        group_exists: true,
        in_builtin_users: false,
        in_sandbox_group: true,
        hidden_from_logon: true,
      },
      cred_present: is.provisioned,
      real_user_sid: 'S-1-5-21-1-2-3-1000',
    });
    break;
  case 'wfp status':
    answer({ state: 'cannot-read', filters: 0, hint: 'needs an administrator' });
    break;
  case 'wfp verify':
    answer({ target: args[3], egress_probe: is.egress }, is.egress === 'blocked' ? 0 : 3);
    break;
  case 'acl grant':
    for (const path of [...input.read, ...input.write]) touch(path);
    process.exitCode = is.grantExit;
    break;
  case 'acl revoke':
  case 'acl restore':
    answer([]);
    break;
  case 'user trust-ca':
    break;
  default:
    exec();
}

/** As a new entry in an access list does: whoever compares times sees that something changed. */
function touch(path) {
  const stat = statSync(path);
  if (stat.isDirectory()) for (const name of readdirSync(path)) touch(join(path, name));
  try {
    chmodSync(path, stat.mode);
  } catch {
    // somebody else's, on this machine: the runtime
  }
}

function exec() {
  writeFileSync(join(__dirname, 'broker.txt'), JSON.stringify(process.env));
  const at = args.indexOf('--');
  const [program, ...rest] = args.slice(at + 1);
  const set = args.slice(0, at).flatMap((word, index) => (args[index - 1] === '--env' ? [word] : []));
  const pairs = set.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]);
  const env = { USERPROFILE: 'C:\\Users\\srt-sandbox', TEMP: 'C:\\Users\\srt-sandbox\\Temp', ...Object.fromEntries(pairs) };
  const child = spawn(program, rest, { stdio: 'inherit', env });
  child.on('close', (code) => {
    process.exitCode = code ?? 1;
  });
}
