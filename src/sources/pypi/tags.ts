import type { Host } from '../../host/host.ts';
import type { MarkerEnvironment } from './marker.ts';

/** What a closure is resolved for: a Python and a platform. */
export interface PythonTarget {
  /** `3.12` */
  readonly python: string;
  readonly platform: Host['machine']['platform'];
  /** Node's words: `x64`, `arm64`, … */
  readonly arch: string;
  readonly libc: string | null;
}

/** Pythons that a server may be run with, the one that is tried first at first. */
export const knownPythons = ['3.12', '3.13', '3.14', '3.11', '3.10', '3.9', '3.8'] as const;

const machines: Readonly<Record<string, readonly string[]>> = {
  x64: ['x86_64', 'amd64'],
  arm64: ['aarch64', 'arm64'],
  ia32: ['i686', 'x86', 'win32'],
};

export interface FileName {
  readonly kind: 'wheel' | 'sdist';
  readonly version: string;
  /** Lower is better; null = not for this target. */
  readonly rank: number | null;
}

/**
 * A file of an index by its name: pure wheels first, then those for this platform, then the sdist. null = another kind of
 * file, or another project's.
 * @see PEP 427, PEP 600, PEP 656
 */
export function readFileName(filename: string, project: string, target: PythonTarget): FileName | null {
  if (filename.endsWith('.whl')) {
    const parts = filename.slice(0, -'.whl'.length).split('-');
    const [name = '', version = ''] = parts;
    if (parts.length < 5 || parts.length > 6 || normal(name) !== project) return null;
    const [python = '', abi = '', platform = ''] = parts.slice(-3);
    return { kind: 'wheel', version, rank: wheelRank(python.split('.'), abi.split('.'), platform.split('.'), target) };
  }
  if (!filename.endsWith('.tar.gz')) return null;
  const base = filename.slice(0, -'.tar.gz'.length);
  // Old names hold more hyphens than one: the version begins behind the project's name.
  for (let at = base.indexOf('-'); at > 0; at = base.indexOf('-', at + 1)) {
    if (normal(base.slice(0, at)) === project && /^v?\d/.test(base.slice(at + 1)))
      return { kind: 'sdist', version: base.slice(at + 1), rank: 1_000 };
  }
  return null;
}

function normal(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

function wheelRank(pythons: readonly string[], abis: readonly string[], platforms: readonly string[], target: PythonTarget): number | null {
  const minor = Number(target.python.split('.')[1]);
  const pythonFits = pythons.some((tag) => {
    const [, kind, digits = ''] = /^(py|cp)(\d+)$/.exec(tag) ?? [];
    if (digits === '3') return kind === 'py';
    const tagged = Number(digits.slice(1));
    if (!digits.startsWith('3')) return false;
    return kind === 'py' || abis.includes('abi3') ? tagged <= minor : tagged === minor;
  });
  if (!pythonFits) return null;
  const isPure = platforms.includes('any');
  if (!abis.some((abi) => abi === 'none' || abi === 'abi3' || abi === `cp3${minor}`)) return null;
  if (isPure) return abis.includes('none') ? 0 : 10;
  return platforms.some((platform) => platformFits(platform, target)) ? (abis.includes(`cp3${minor}`) ? 100 : 110) : null;
}

function platformFits(tag: string, { platform, arch, libc }: PythonTarget): boolean {
  const names = machines[arch] ?? [arch];
  const machine = names.some((name) => tag.endsWith(`_${name}`));
  switch (platform) {
    case 'linux':
      if (!machine) return false;
      return tag.startsWith('linux_') || (libc === 'musl' ? tag.startsWith('musllinux_') : /^manylinux/.test(tag));
    case 'darwin':
      return tag.startsWith('macosx_') && (machine || /_universal2?$/.test(tag));
    case 'win32':
      return arch === 'ia32' ? tag === 'win32' : machine && tag.startsWith('win_');
  }
}

/** What the markers of this target compare. */
export function markerEnvironment({ python, platform, arch }: PythonTarget): MarkerEnvironment {
  const system = { linux: 'Linux', darwin: 'Darwin', win32: 'Windows' }[platform];
  const machine = { x64: platform === 'win32' ? 'AMD64' : 'x86_64', arm64: platform === 'linux' ? 'aarch64' : 'arm64' }[arch] ?? arch;
  return {
    os_name: platform === 'win32' ? 'nt' : 'posix',
    sys_platform: platform,
    'os.name': platform === 'win32' ? 'nt' : 'posix',
    'sys.platform': platform,
    platform_system: system,
    platform_machine: machine,
    platform_release: '',
    platform_version: '',
    platform_python_implementation: 'CPython',
    implementation_name: 'cpython',
    implementation_version: `${python}.0`,
    python_version: python,
    python_full_version: `${python}.0`,
    extra: '',
  };
}
