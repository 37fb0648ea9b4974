import { expect, test } from 'vitest';
import { reasonsFor, unfound, withReason } from '../../src/analysis/silence.ts';
import { staticManifest } from '../../src/analysis/tools.ts';
import { files, packageOf } from './facts.ts';

const elf = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0]);
const program = { 'bin/run': elf };
const sdk = packageOf('@modelcontextprotocol/sdk', { 'index.js': '' });

test.each([
  [
    'a native program in a package that is named as a server',
    [packageOf('shop-mcp', { 'index.js': '', ...program })],
    ['tools stand in a native program, which is not read (bin/run)'],
  ],
  [
    'one in the package for this platform',
    [
      packageOf('@shop/mcp', { 'index.js': '' }, { optionalDependencies: { '@shop/mcp-linux-x64': '1.0.0' } }),
      packageOf('@shop/mcp-linux-x64', program),
    ],
    ['tools stand in a native program, which is not read (@shop/mcp-linux-x64@1.0.0: bin/run)'],
  ],
  [
    'a native program under another name',
    [packageOf('bundler', { 'index.js': '', ...program })],
    ['no tool is named in what can be read, and a native program stands beside it (bin/run)'],
  ],
  ['a native addon', [packageOf('shop-mcp', { 'index.js': '', 'a.node': elf })], [unfound]],
  ['a server that is not understood', [packageOf('shop', { 'index.js': '' }, { dependencies: { [sdk.name]: '1.0.0' } }), sdk], [unfound]],
  ['what is no server', [packageOf('left-pad', { 'index.js': '' })], []],
])('the reason for an empty list: %s', (_, [root, ...more], reasons) => {
  if (root === undefined) throw new RangeError('no package');
  expect(reasonsFor(root, [root, ...more])).toEqual(reasons);
});

test('a reason is given once, and only where there would be silence', () => {
  const of = (source: string) => withReason(staticManifest(files({ 'a.js': source })), ['first', 'second']).gaps;
  expect(of('start()')).toEqual(['first']);
  expect(of("server.registerTool('echo', {}, f)")).toEqual([]);
  expect(of('server.registerTool(name(), {}, f)')).toEqual(['tools are made at run time (a.js:1)']);
});
