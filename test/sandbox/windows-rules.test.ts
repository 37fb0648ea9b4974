import { describe, expect, test } from 'vitest';
import type { PinnedSandbox } from '../../src/model/sandbox-profile.ts';
import { windowsRules } from '../../src/sandbox/windows-rules.ts';
import { windowsHost } from '../support/on-windows.ts';

const closed: PinnedSandbox = { hosts: [], read: [], write: [], mask: {} };
const refused = (why: string) => ({ code: 'sandbox-unavailable', why: expect.stringContaining(why) });

describe('what the account of the sandbox is let read and change, by paths of Windows', () => {
  const home = 'C:\\Users\\Ada';
  const local = `${home}\\AppData\\Local`;
  const host = () => {
    const { host: real } = windowsHost();
    const env = { ...real.env, ProgramFiles: 'D:\\Program Files', SystemRoot: 'C:\\Windows' };
    const places = {
      ...real.places,
      home,
      data: `${local}\\pinfold`,
      config: `${home}\\AppData\\Roaming\\pinfold`,
      managed: 'C:\\ProgramData\\pinfold',
    };
    return { ...real, env, places };
  };
  const rules = (profile: Partial<PinnedSandbox>, readable: readonly string[] = []) =>
    windowsRules({ ...closed, ...profile }, { readable }, host());

  test('is what it is started from and what is named, and nothing is forbidden by name', () => {
    const tree = `${local}\\pinfold\\trees\\aa\\tree`;
    expect(rules({ read: [`${home}\\notes`], write: [`${home}\\out`] }, [tree, `${home}\\nvm\\node.exe`])).toEqual({
      denyRead: [],
      allowRead: [tree, `${home}\\nvm\\node.exe`, `${home}\\notes`],
      allowWrite: [`${home}\\out`],
      denyWrite: [],
    });
  });

  test('what an administrator installed is read by everybody, and its access list is not touched', () => {
    const installed = [
      'C:\\Program Files\\nodejs\\node.exe',
      'c:\\program files (x86)\\a\\node.exe',
      'D:\\Program Files\\n\\node.exe',
      'C:\\WINDOWS\\a.exe',
    ];
    expect(rules({}, [...installed, 'C:\\tools\\node.exe', 'C:\\Program Files2\\node.exe']).allowRead).toEqual([
      'C:\\tools\\node.exe',
      'C:\\Program Files2\\node.exe',
    ]);
  });

  test.each([
    [home, 'the home'],
    ['C:\\', 'the drive'],
    ['c:\\users', 'all homes'],
    [`${home}\\AppData`, 'everybody’s data'],
    [`${home}\\AppData\\Roaming`, 'where logins lie'],
    [`${home}\\Documents`, 'what a shell runs when it starts'],
    ['c:\\users\\ada\\.config', 'logins, in other letters'],
    [`${local}\\pinfold`, 'pinfold’s own'],
    ['C:\\ProgramData', 'the policy of the machine'],
  ])('%s is not opened: %s', (folder) => {
    for (const profile of [{ read: [folder] }, { write: [folder] }])
      expect(() => rules(profile)).toThrow(expect.objectContaining(refused('cannot be kept closed')));
  });

  test('a delicate place that is named is opened, and what lies below pinfold’s own never', () => {
    expect(rules({ read: [`${home}\\.ssh`] }).allowRead).toEqual([`${home}\\.ssh`]);
    expect(rules({ read: [`${home}\\.ssh\\config`], write: [`${local}\\PINFOLD\\trees`] })).toMatchObject({
      allowRead: [`${home}\\.ssh\\config`],
      allowWrite: [],
    });
  });
});
