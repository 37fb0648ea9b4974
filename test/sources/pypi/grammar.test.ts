import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateMarker } from '../../../src/sources/pypi/marker.ts';
import { parseRequirement } from '../../../src/sources/pypi/requirement.ts';
import { markerEnvironment, readFileName } from '../../../src/sources/pypi/tags.ts';
import { fits, pickVersion } from '../../../src/sources/pypi/version.ts';

const linux = { python: '3.12', platform: 'linux', arch: 'x64', libc: 'glibc' } as const;

describe('requirements', () => {
  test.each([
    ['requests', { name: 'requests', specifier: '', extras: [], url: null, marker: null }],
    ['Foo.Bar_baz >= 1, < 2', { name: 'foo-bar-baz', specifier: '>= 1, < 2' }],
    ['httpx[http2,Socks]>=0.27', { name: 'httpx', extras: ['http2', 'socks'], specifier: '>=0.27' }],
    ['a (>=1.0)', { name: 'a', specifier: '>=1.0' }],
    ["tomli; python_version < '3.11'", { name: 'tomli', specifier: '', marker: "python_version < '3.11'" }],
    ['a @ https://h.example/a.whl', { name: 'a', url: 'https://h.example/a.whl' }],
    [
      'a @ git+https://h.example/a.git@main ; os_name == "nt"',
      { name: 'a', url: 'git+https://h.example/a.git@main', marker: 'os_name == "nt"' },
    ],
  ])('%s', (text, found) => {
    expect(parseRequirement(text)).toMatchObject(found);
  });

  test.each(['', '-a', 'a ~ 1', 'a >=', 'a @ ', '../a', `a>=${'1'.repeat(3_000)}`])('%j is none', (text) => {
    expect(parseRequirement(text)).toBeNull();
  });
});

describe('markers', () => {
  const environment = markerEnvironment(linux);
  test.each<[string, boolean | null]>([
    ["python_version >= '3.10'", true],
    ["python_version < '3.9'", false],
    ["sys_platform == 'win32'", false],
    ["sys_platform != 'win32' and platform_machine == 'x86_64'", true],
    ["sys_platform == 'win32' or python_version == '3.12'", true],
    ["(sys_platform == 'win32' or os_name == 'posix') and extra == 'x'", false],
    ["'linux' in sys_platform", true],
    ["platform_machine not in 'aarch64 arm64'", true],
    ["python_full_version < '3.13'", true],
    ["python_version > '3.9'", true],
    ['nonsense', null],
    ["unknown_name == 'x'", null],
    ["os_name == 'posix' and", null],
    ['('.repeat(100), null],
  ])('%s', (marker, counts) => {
    expect(evaluateMarker(marker, environment)).toBe(counts);
  });

  test('an extra counts where it is chosen', () => {
    expect(evaluateMarker("extra == 'cli'", { ...environment, extra: 'cli' })).toBe(true);
  });
});

describe('versions', () => {
  test.each<[readonly string[], readonly string[], string | null]>([
    [['1.0', '2.0', '1.10', '1.9'], ['<2'], '1.10'],
    [['1.0', '2.0b1'], [], '1.0'],
    [['2.0b1'], [], '2.0b1'],
    [['1.0', '2.0b1'], ['>=2.0b1'], '2.0b1'],
    [['1.0', '2.0b1'], ['!=2.0b1'], '1.0'],
    [['1.4.2', '1.4.9', '1.5'], ['~=1.4.2'], '1.4.9'],
    [['1.0', '1.0.post1'], ['==1.0'], '1.0'],
    [['1.2.3', '1.3'], ['==1.2.*'], '1.2.3'],
    [['1.0'], ['>2'], null],
    [['1.0'], ['not a specifier'], null],
    [['junk', '1.0'], [], '1.0'],
    [['1!1.0', '9.0'], [], '1!1.0'],
  ])('%j with %j', (versions, specifiers, picked) => {
    expect(pickVersion(versions, specifiers)).toBe(picked);
  });

  test('a yanked version is only taken by its exact name', () => {
    const yanked = (version: string) => version === '2.0';
    expect(pickVersion(['1.0', '2.0'], [], yanked)).toBe('1.0');
    expect(pickVersion(['1.0', '2.0'], ['>=1.5'], yanked)).toBeNull();
    expect(pickVersion(['1.0', '2.0'], ['==2.0'], yanked)).toBe('2.0');
  });

  test('what is picked fits, and nothing newer does', () => {
    const version = fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4)).map((parts) => parts.join('.'));
    const specifier = fc.tuple(fc.constantFrom('>=', '<', '!=', '~=', '=='), version).map(([operator, text]) => `${operator}${text}`);
    fc.assert(
      fc.property(fc.array(version, { minLength: 1, maxLength: 12 }), fc.array(specifier, { maxLength: 3 }), (versions, specifiers) => {
        const picked = pickVersion(versions, specifiers);
        const fitting = versions.filter((found) => fits(found, specifiers));
        if (picked === null) expect(fitting).toEqual([]);
        else {
          expect(fitting).toContain(picked);
          expect(fitting.filter((found) => !fits(picked, [`>=${found}`]))).toEqual([]);
        }
      }),
    );
  });
});

describe('names of files', () => {
  const rank = (file: string, target: Parameters<typeof readFileName>[2] = linux) => readFileName(file, 'a-b', target)?.rank ?? null;
  test('pure wheels come first, then those of this platform, then the sdist', () => {
    const files = [
      'a_b-1.0-py3-none-any.whl',
      'a_b-1.0-py2.py3-none-any.whl',
      'a_b-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
      'a_b-1.0-cp39-abi3-manylinux_2_17_x86_64.whl',
      'a_b-1.0.tar.gz',
    ];
    expect(files.map((file) => rank(file))).toEqual([0, 0, 100, 110, 1_000]);
  });
  test.each([
    'a_b-1.0-cp311-cp311-manylinux_2_17_x86_64.whl',
    'a_b-1.0-cp312-cp312-manylinux_2_17_aarch64.whl',
    'a_b-1.0-cp312-cp312-musllinux_1_1_x86_64.whl',
    'a_b-1.0-cp312-cp312-win_amd64.whl',
    'a_b-1.0-cp313-abi3-manylinux_2_17_x86_64.whl',
    'a_b-1.0-py2-none-any.whl',
    'other-1.0-py3-none-any.whl',
    'a_b-1.0.zip',
  ])('%s is not for this machine', (file) => {
    expect(rank(file)).toBeNull();
  });
  test('other machines', () => {
    const mac = { ...linux, platform: 'darwin', arch: 'arm64', libc: null } as const;
    expect(rank('a_b-1.0-cp312-cp312-macosx_11_0_arm64.whl', mac)).toBe(100);
    expect(rank('a_b-1.0-cp312-cp312-macosx_10_9_universal2.whl', mac)).toBe(100);
    expect(rank('a_b-1.0-cp312-cp312-win_amd64.whl', { ...linux, platform: 'win32', libc: null })).toBe(100);
    expect(readFileName('A.B-2.0-rc-1.tar.gz', 'a-b', linux)?.version).toBe('2.0-rc-1');
  });
});
