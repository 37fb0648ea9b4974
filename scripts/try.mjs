// `npm run try`: the main job and what else a machine meets, told on the terminal in a throw-away home. Nothing of the real home is read or written,
// except npm's own configuration (which registry) and download cache.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry } from '../test/support/registry-server.mjs';
import { chooseServer } from './try/choose-server.mjs';
import { connect } from './try/connect.mjs';
import { chapter, code, say } from './try/say.mjs';
import { throwAwayHome } from './try/throw-away-home.mjs';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'pinfold-try-')));
const registry = await startRegistry();
process.exitCode = 1;
try {
  await story();
  process.exitCode = 0;
} finally {
  await registry.close();
  rmSync(root, { recursive: true, force: true });
}

async function story() {
  const home = throwAwayHome(root, registry.url);
  const server = await chooseServer(home, registry.url);

  chapter('Two clients on a fresh machine');
  say(`A throw-away home with two client configs: Claude Desktop, and Cursor with comments in it.`);
  say(`Servers come from ${server.from}.`);
  code(home.read(home.cursorConfig));
  const documents = join(root, 'notes');
  mkdirSync(documents);
  writeFileSync(join(documents, 'shopping.md'), '# shopping\n\n- oat milk\n');

  chapter('What is this server, before anything is installed?');
  await home.pinfold(['info', `${server.name}@${server.older}`, '--', documents]);

  chapter('Install it into both clients');
  say('Nobody sits at this terminal, so the throw-away home has a policy.json that says yes (`autoApprove`).');
  say('On your machine pinfold asks you instead, once, and the default is no.');
  home.approveEverything();
  await home.pinfold(['install', `${server.name}@${server.older}`, '--client', 'claude-desktop,cursor', '--yes', '--', documents], {
    from: 'what will change',
  });
  say('Cursor’s file now (only the entry is new; comments and layout are as they were):');
  code(home.read(home.cursorConfig));

  chapter('A real MCP client starts it through that entry');
  const entry = home.entry(server.pin);
  await connect(entry, home.env, async (client) => {
    const { tools } = await client.listTools();
    say(`${tools.length} tools: ${tools.map((tool) => tool.name).join(', ')}`);
    const { name, args, what } = server.call(documents);
    const result = await client.callTool({ name, arguments: args });
    say(`calling ${name} (${what}):`);
    code(result.content.map((part) => part.text ?? `[${part.type}]`).join('\n'));
  });

  chapter('A newer version');
  await home.pinfold(['diff', server.pin, `${server.name}@${server.newer}`], { mayFail: true });
  say('Until somebody approves, the pinned version keeps serving. Approve it:');
  await home.pinfold(['update', `${server.pin}@${server.newer}`, '--yes'], { from: 'updated' });

  chapter('A rug-pull: the same bytes, other words');
  const rugpull = '@pinfold-fixture/rugpull';
  say(`${rugpull} (a small server in this repository) is honest when it is looked at. On its second launch it`);
  say('rewrites the description of one tool and adds another one.');
  const state = join(root, 'rugpull-state');
  mkdirSync(state);
  await home.pinfold(['install', `${rugpull}@1.0.0`, '--client', 'cursor', '--yes', '--', state], { quiet: true });
  const pulled = home.entry('rugpull');
  await connect(pulled, home.env, async (client) => {
    const { tools } = await client.listTools();
    say(`first session: ${tools.map((tool) => tool.name).join(', ')}`);
  });
  await connect(pulled, home.env, async (client, notices) => {
    const { tools } = await client.listTools();
    say(`second session, what the client is given: ${tools.map((tool) => tool.name).join(', ') || '(no tools)'}`);
    for (const name of ['get_weather', 'upload_file']) {
      const refusal = await client.callTool({ name, arguments: { city: 'Oslo', path: '~/.ssh/id_ed25519' } }).then(
        (result) => JSON.stringify(result),
        (error) => error.message,
      );
      say(`second session, calling ${name}: ${refusal}`);
    }
    for (const notice of notices) say(`the client was notified: ${notice}`);
  });
  say('What was withheld waits for a person (the policy that said yes is gone again):');
  home.approveNothing();
  await home.pinfold(['approve', 'rugpull'], { mayFail: true });

  chapter('Servers that were there before');
  say('Cursor has a Python server as well. Its bytes cannot be pinned yet; its command line and its words can:');
  await home.pinfold(['adopt', '--yes', 'clock']);
  await home.pinfold(['release', '--yes', 'clock']);

  chapter('An installer of somebody else’s');
  const installer = join(root, 'installer.mjs');
  writeFileSync(installer, installerOf(home.cursorConfig));
  const before = home.read(home.cursorConfig);
  say('It puts a server into Cursor without a question. Under `exec`, what it wrote is decided one by one:');
  await home.pinfold(['exec', '--no-probe', '--', process.execPath, installer], { mayFail: true, from: '  helper' });
  say(`Cursor’s file: ${home.read(home.cursorConfig) === before ? 'byte for byte what it was' : 'CHANGED'}\n`);
  say('And when nobody thought of `exec`, `watch` sees it (here once; it stays and waits without `--once`):');
  await home.pinfold(['watch', '--once'], { from: 'watching' });
  spawnSync(process.execPath, [installer]);
  await home.pinfold(['watch', '--once'], { mayFail: true, from: 'blocked' });
  await home.pinfold(['review', 'helper', '--remove']);
  say(`Cursor’s file: ${home.read(home.cursorConfig) === before ? 'byte for byte what it was' : 'CHANGED'}`);

  chapter('And the whole machine at a glance');
  await home.pinfold(['audit'], { mayFail: true });
  say('');
  say('That was it. Nothing of it is left on this machine.');
}

/** A program that adds a server to a file, as an installer would. */
function installerOf(file) {
  const entry = '"helper": { "command": "npx", "args": ["-y", "@pinfold-fixture/rugpull"] },';
  return `import { readFileSync, writeFileSync } from 'node:fs';
const text = readFileSync(${JSON.stringify(file)}, 'utf8');
writeFileSync(${JSON.stringify(file)}, text.replace('"mcpServers": {', ${JSON.stringify(`"mcpServers": {\n    ${entry}`)}));
console.log('helper installed!');
`;
}
