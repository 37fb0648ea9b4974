import { describe, expect, test } from 'vitest';
import type { CapabilityClass } from '../../../src/model/capability.ts';
import { pythonCapabilities, pythonPackage, pythonSource } from './facts.ts';

/** How the code hides what it does, and what must be seen all the same. */
const tricks: readonly (readonly [string, CapabilityClass, string, string?])[] = [
  ['a name that is put together', 'exec.spawn', "import os\ngetattr(os, 'sys' + 'tem')('id')", 'id'],
  ['a name in two literals', 'exec.spawn', "import os\ngetattr(os, 'sys' 'tem')('id')", 'id'],
  ['a name by join', 'exec.spawn', "import os\ngetattr(os, ''.join(['sys', 'tem']))('id')", 'id'],
  ['a name by escapes', 'exec.spawn', "import os\ngetattr(os, '\\x73ystem')('id')", 'id'],
  ['a name that nobody knows', 'exec.spawn', 'import os\ngetattr(os, name)(x)'],
  ['a name reversed', 'exec.spawn', "import os\ngetattr(os, 'metsys'[::-1])('id')"],
  ['vars', 'exec.spawn', "import os\nvars(os)['system']('id')", 'id'],
  ['__dict__', 'exec.spawn', "import os\nos.__dict__['system']('id')", 'id'],
  ['__dict__.get', 'exec.spawn', "import os\nos.__dict__.get('system')('id')", 'id'],
  ['__getattribute__', 'exec.spawn', "import os\nos.__getattribute__('system')('id')", 'id'],
  ['globals', 'exec.spawn', "import os\nglobals()['os'].system('id')", 'id'],
  ['sys.modules', 'exec.spawn', "import sys\nsys.modules['os'].system('id')", 'id'],
  ['__import__', 'exec.spawn', "__import__('os').system('id')", 'id'],
  ['import_module', 'exec.spawn', "from importlib import import_module as im\nim('subprocess').run(['id'])", 'id'],
  ['__builtins__', 'exec.dynamic', "__builtins__['ev' + 'al']('1')"],
  ['__builtins__ as a module', 'exec.dynamic', "getattr(__builtins__, 'exec')('1')"],
  ['the builtins module', 'exec.dynamic', "import builtins\nbuiltins.exec('1')"],
  ['exec of base64', 'exec.dynamic', "import base64\nexec(base64.b64decode('aW1wb3J0IG9z'))"],
  ['a star import', 'exec.spawn', "from os import *\nsystem('id')", 'id'],
  ['an alias of an alias', 'exec.spawn', "import os\na = os\nb = a\nb.system('id')", 'id'],
  ['two values of one name', 'exec.spawn', "import os\nf = print\nf = os.system\nf('id')", 'id'],
  ['a conditional', 'exec.spawn', "import os\n(os.system if x else print)('id')", 'id'],
  ['or', 'exec.spawn', "import os\n(None or os.system)('id')", 'id'],
  ['a walrus', 'exec.spawn', "import os\n(f := os.system)('id')", 'id'],
  ['a tuple', 'exec.spawn', "import os\nf, g = os.system, print\nf('id')", 'id'],
  ['a loop', 'exec.spawn', "import os\nfor f in (print, os.system): f('id')", 'id'],
  ['a list', 'exec.spawn', "import os\n[os.system][0]('id')"],
  ['a dictionary', 'exec.spawn', "import os\n{'a': os.system}['a']('id')"],
  ['a lambda', 'exec.spawn', "import os\n(lambda c: os.popen(c))('id')"],
  ['a decorator', 'exec.dynamic', '@exec\n@compile\ndef f(): pass'],
  ['a default of a parameter', 'exec.spawn', "import os\ndef f(s=os.system): s('id')", 'id'],
  ['functools.partial', 'exec.spawn', "import os, functools\nfunctools.partial(os.system, 'id')()"],
  ['map', 'exec.spawn', "import os\nlist(map(os.system, ['id']))"],
  [
    'an attribute of an instance',
    'exec.spawn',
    'import os\nclass A:\n    def __init__(self): self.o = os\n    def f(self): self.o.system("id")',
  ],
  ['a return', 'exec.spawn', 'import os\ndef m(): return os\nm().system("id")'],
  ['a class body', 'exec.spawn', 'import os\nclass A:\n    s = os.system'],
  ['a base class', 'exec.spawn', 'import subprocess\nclass P(subprocess.Popen): pass'],
  ['an annotation', 'exec.spawn', "import os\nx: os.system('id') = 1", 'id'],
  ['an f-string', 'exec.spawn', `import os\nf"{os.system('id')}"`, 'id'],
  ['a comprehension', 'exec.spawn', 'import os\n[os.system(c) for c in cs]'],
  ['a match statement', 'exec.spawn', "import os\nmatch x:\n    case {'a': 1} if os.system('id'): pass", 'id'],
  ['an except clause', 'exec.spawn', "import os\ntry: pass\nexcept* (os.system('id')): pass", 'id'],
  ['TYPE_CHECKING that is not', 'exec.spawn', "TYPE_CHECKING = True\nif TYPE_CHECKING:\n    import os\n    os.system('id')", 'id'],
  [
    'TYPE_CHECKING that is set',
    'exec.spawn',
    "import typing\ntyping.TYPE_CHECKING = 1\nif typing.TYPE_CHECKING:\n    import os\n    os.system('id')",
    'id',
  ],
  [
    'the other side of TYPE_CHECKING',
    'exec.spawn',
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    import os\n    os.system('id')",
    'id',
  ],
  ['with behind yield', 'exec.spawn', "import os\ndef f():\n    x = yield\n    os.system('id')", 'id'],
  ['the environment by another name', 'env.read', "import os\nprint(getattr(os, 'env' + 'iron'))", '*'],
  ['the environment by getattr and a key', 'env.read', "import os\ngetattr(os, 'environ')['KEY']", 'KEY'],
  ['open by another name', 'fs.read', "o = open\no('/etc/passwd')", '/etc/passwd'],
  ['open by globals', 'fs.read', "globals()['open']('/etc/passwd')"],
  [
    'a path in pieces',
    'secrets.read',
    "from pathlib import Path\nd = Path.home()\ns = d / '.ssh'\n(s / 'id_rsa').read_text()",
    '~/.ssh/id_rsa',
  ],
  ['a home by f-string', 'secrets.read', 'import os\nopen(f"{os.path.expanduser(\'~\')}/.aws/credentials")', '~/.aws/credentials'],
  ['a command in a constant', 'supply.mutable', "import os\nTOOL = 'npx'\nos.system(TOOL + ' -y x@latest')", 'npx -y x@latest'],
  ['a path to pip', 'supply.mutable', "import subprocess\nsubprocess.run(['/usr/bin/pip', 'install', 'x'])"],
];

describe('tricks of one file', () => {
  test.each(tricks.map(([name, of, source, scope = '']) => [name, of, source, scope] as const))('%s: %s', (_, of, source, scope) => {
    const found = pythonSource(source)[of];
    expect(found.verdict).toBe('seen');
    if (scope !== '') expect(found.scopes).toContain(scope);
  });
});

describe('tricks of several files', () => {
  test.each<[string, string, Record<string, string>]>([
    ['a module that is handed on', "from .a import o\no.system('id')", { 'own/a.py': 'import os as o' }],
    ['a function under another name', "from .a import go\ngo('id')", { 'own/a.py': 'from os import system as go' }],
    ['through two files', "from .a import go\ngo('id')", { 'own/a.py': 'from .b import x as go', 'own/b.py': 'import os\nx = os.system' }],
    ['as a module member', "from . import a\na.run('id')", { 'own/a.py': 'import os\nrun = os.system' }],
    ['by the full name', "import own.a\nown.a.run('id')", { 'own/a.py': 'import os\nrun = os.system' }],
    ['by a star', "from .a import *\nrun('id')", { 'own/a.py': 'import os\nrun = os.system' }],
    [
      'in a circle',
      "from .a import go\ngo('id')",
      { 'own/a.py': 'from .b import *\nfrom os import system as go', 'own/b.py': 'from .a import *' },
    ],
    ['a text of another file', 'import os\nfrom .a import C\nos.system(C.CMD)', { 'own/a.py': "class C:\n    CMD = 'id -u'" }],
  ])('%s', (_, source, others) => {
    const found = pythonSource(source, others)['exec.spawn'];
    expect(found.verdict).toBe('seen');
    expect(found.scopes).toContain('id');
  });
});

describe('tricks of several packages', () => {
  test.each<[string, string, string]>([
    ['a function that is handed on', 'from shim import run\nrun(x)', 'from os import system as run'],
    ['a module that is handed on', "import shim\nshim.os.system('id')", 'import os'],
    ['an alias', 'import shim\nshim.go(x)', 'import os\ngo = os.system'],
    ['a star', 'from shim import *\ngo(x)', 'import os\ngo = os.system'],
  ])('%s', (_, source, shim) => {
    const own = pythonPackage('own', { 'own/__init__.py': '', 'own/server.py': source });
    const found = pythonCapabilities([own, pythonPackage('shim', { 'shim/__init__.py': shim })], 'own.server')['exec.spawn'];
    expect(found.verdict).toBe('seen');
    expect(found.reach).toBe('own');
  });

  test('a function of another package is read there, not here', () => {
    const own = pythonPackage('own', { 'own/__init__.py': '', 'own/server.py': 'import shim\nshim.go(x)' });
    const shim = pythonPackage('shim', { 'shim/__init__.py': 'import os\ndef go(x): os.system(x)' });
    const found = pythonCapabilities([own, shim], 'own.server')['exec.spawn'];
    expect(found.reach).toBe('closure');
    expect(found.evidence.map(({ through }) => through)).toEqual(['shim@1.0.0']);
  });
});

describe('what is put in place by installing', () => {
  const own = { 'own/__init__.py': '', 'own/server.py': '' };
  test.each<[string, Record<string, string>, RegExp]>([
    ['a .pth that imports', { 'own.pth': 'import own_start\n', 'own_start.py': "import os\nos.system('id')" }, /import own_start/],
    ['a .pth of a data folder', { 'own-1.data/purelib/x.pth': 'import os; os.system("id")\n' }, /import os/],
    ['sitecustomize', { 'sitecustomize.py': "import os\nos.system('id')" }, /sitecustomize/],
    ['a script', { 'own-1.data/scripts/tool': '#!/bin/sh\n' }, /tool/],
    ['a console script like a known program', { 'own-1.dist-info/entry_points.txt': '[console_scripts]\ngit = own.server:main\n' }, /git/],
  ])('%s', (_, more, what) => {
    const found = pythonCapabilities([pythonPackage('own', { ...own, ...more })], 'own.server');
    expect(found['exec.install'].verdict).toBe('seen');
    expect(found['exec.install'].scopes.join()).toMatch(what);
    if (/own_start|sitecustomize\.py/.test(Object.keys(more).join())) expect(found['exec.spawn'].verdict).toBe('seen');
  });

  test('a .pth that only names folders runs nothing', () => {
    const found = pythonCapabilities([pythonPackage('own', { ...own, 'own.pth': './somewhere\n# import x\n' })], 'own.server');
    expect(found['exec.install'].verdict).toBe('not-seen');
  });

  test('an sdist is built, and a wheel is not', () => {
    const files = {
      'setup.py': 'from setuptools import setup\nsetup()',
      'pyproject.toml': "[build-system]\nbuild-backend = 'hatchling.build'",
      ...own,
    };
    const sdist = pythonCapabilities([pythonPackage('own', files, 'sdist')], 'own.server')['exec.install'];
    expect(sdist.scopes).toEqual(['hatchling.build', 'setup.py']);
    expect(pythonCapabilities([pythonPackage('own', files)], 'own.server')['exec.install'].verdict).toBe('not-seen');
  });
});

describe('what cannot be read', () => {
  const elf = Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  test.each<[string, string, Record<string, string | Uint8Array>]>([
    ['a native module that is imported', 'from . import _fast', { 'own/_fast.cpython-312-x86_64-linux-gnu.so': elf }],
    ['a native module beside a source', 'from . import a', { 'own/a.py': '', 'own/a.so': elf }],
    ['bytecode without a source', 'from . import a', { 'own/a.pyc': 'x' }],
    ['bytecode that is loaded instead of the source', 'from . import a', { 'own/a.py': '', 'own/__pycache__/a.cpython-312.pyc': 'x' }],
    ['a library by its path', "import subprocess\nsubprocess.run(['own/tool.exe'])", { 'own/tool.exe': elf }],
    ['a native module of an unknown name', 'import importlib\nimportlib.import_module(n)', { 'own/zz.so': elf }],
    ['an encoding that hides code', 'from . import a', { 'own/a.py': '# coding: utf-7\n+AGEAYgBj-' }],
    ['a NUL', 'from . import a', { 'own/a.py': 'x = 1\0' }],
    ['Python 2', 'from . import a', { 'own/a.py': 'print "a"\nexec "b"\nprint "c"\nraise E, "d"\nprint >>f, "e"\n' }],
  ])('%s', (_, source, more) => {
    const found = pythonCapabilities([pythonPackage('own', { 'own/__init__.py': '', 'own/server.py': source, ...more })], 'own.server');
    expect(found['code.opaque'].verdict).toBe('seen');
    expect(found['persist'].verdict).toBe('cannot-tell');
  });

  test('a closure that is not whole leaves everything else open', () => {
    const found = pythonCapabilities([pythonPackage('own', { 'own/server.py': '' })], 'own.server', { missing: 'x could not be found' });
    expect(found['exec.spawn'].verdict).toBe('cannot-tell');
  });
});
