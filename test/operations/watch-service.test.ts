import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { planService } from '../../src/operations/watch-service.ts';
import { temporaryHost } from '../support/home.ts';

/** A machine whose paths and user hold whatever a definition has to quote. */
function hostile(platform: Host['machine']['platform'], installation = '/opt/pin%fold $x "y" & <z>'): Host {
  const host = temporaryHost();
  return { ...host, machine: { ...host.machine, platform, user: 'ada & "co"', nodePath: '/usr/bin/no de', installation } };
}

describe('the definition of the service', () => {
  test('systemd: specifiers, variables and quotes of a path are text', () => {
    const { text, commands } = planService({ install: true }, hostile('linux'));
    expect(text).toContain('ExecStart="/usr/bin/no de" "/opt/pin%%fold $$x \\"y\\" & <z>/bin/pinfold.js" watch\n');
    expect(commands.at(-1)).toEqual(['systemctl', '--user', 'enable', '--now', 'pinfold-watch.service']);
  });

  test('launchd: one string a word, escaped', () => {
    const { text } = planService({ install: true }, hostile('darwin'));
    expect(text).toContain('<string>/opt/pin%fold $x &quot;y&quot; &amp; &lt;z&gt;/bin/pinfold.js</string>\n    <string>watch</string>');
  });

  test('Windows: words quoted as programs split them, then escaped', () => {
    const { text } = planService({ install: true }, hostile('win32'));
    expect(text).toContain('<Command>/usr/bin/no de</Command>');
    expect(text).toContain('<Arguments>&quot;/opt/pin%fold $x \\&quot;y\\&quot; &amp; &lt;z&gt;/bin/pinfold.js&quot; watch</Arguments>');
    expect(text).toContain('<UserId>ada &amp; &quot;co&quot;</UserId>');
  });

  test.each(['linux', 'darwin', 'win32'] as const)('%s: what is installed can be taken back', (platform) => {
    const host = hostile(platform);
    const [there, gone] = [true, false].map((install) => planService({ install }, host));
    expect(gone).toMatchObject({ kind: there?.kind, file: there?.file, text: null });
    expect(gone?.commands.length).toBeGreaterThan(0);
  });

  test('an installation of npx is refused: it would be gone one day', () => {
    for (const path of ['/home/ada/.npm/_npx/0a1b/node_modules/pinfold', 'C:\\npm-cache\\_npx\\0a1b\\node_modules\\pinfold']) {
      expect(() => planService({ install: true }, hostile('linux', path))).toThrow('a service needs a pinfold that stays');
      expect(planService({ install: false }, hostile('linux', path)).text).toBeNull();
    }
  });
});
