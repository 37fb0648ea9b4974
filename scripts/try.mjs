// `npm run try`: the main job, told on the terminal in a throw-away home. Nothing of the real home is read or written,
// except npm's own configuration (which registry) and download cache.
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

  chapter('And the whole machine at a glance');
  await home.pinfold(['audit'], { mayFail: true });
  say('');
  say('That was the main job. Nothing of it is left on this machine.');
}
