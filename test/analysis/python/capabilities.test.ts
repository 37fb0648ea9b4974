import { describe, expect, test } from 'vitest';
import type { CapabilityClass } from '../../../src/model/capability.ts';
import { pythonSource } from './facts.ts';

/** Per class: sources that do it, with a scope that must be there, and sources that look alike and do not. */
const cases: readonly {
  readonly of: CapabilityClass;
  readonly fires: readonly (readonly [string, string?])[];
  readonly silent: readonly string[];
}[] = [
  {
    of: 'exec.spawn',
    fires: [
      ["import subprocess\nsubprocess.run(['git', 'status'])", 'git'],
      ["import subprocess as sp\nsp.check_output('ls -la', shell=True)", 'ls'],
      ["from subprocess import Popen as P\nP(args=['/usr/bin/ffmpeg'])", 'ffmpeg'],
      ["from subprocess import *\nrun(['make'])", 'make'],
      ["import os\nos.system('whoami')", 'whoami'],
      ["import os\nos.execvp('bash', ['bash'])", 'bash'],
      ["import os\nos.spawnlp(os.P_WAIT, 'vim', 'vim')", 'vim'],
      ["import asyncio\nasync def f():\n    await asyncio.create_subprocess_exec('git', 'log')", 'git'],
      ['import asyncio\nasync def f(c):\n    await asyncio.create_subprocess_shell(c)', '*'],
      ["import sh\nsh.rsync('-a')", 'rsync'],
      ["import pexpect\npexpect.spawn('ssh host')", 'ssh'],
      ['import subprocess\n@subprocess.run\ndef f(): pass'],
      ['from mcp.client.stdio import stdio_client\nstdio_client(x)'],
      ["import subprocess\ndef f(run=subprocess.run):\n    run(['id'])", 'id'],
      ['import subprocess\nclass A:\n    run = subprocess.run'],
    ],
    silent: [
      "text = 'subprocess'",
      'import os\nos.path.join("a", "b")',
      'import re\nre.compile("x").exec("git")',
      'import asyncio\nasyncio.run(f())',
      'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import subprocess',
      'try:\n    f()\nexcept OSError:\n    pass',
    ],
  },
  {
    of: 'exec.dynamic',
    fires: [
      ['exec(code)'],
      ['eval(input())'],
      ["compile(x, 'a', 'exec')"],
      ['list(map(eval, xs))'],
      ['import importlib\nimportlib.import_module(name)'],
      ['__import__(name)'],
      ['import importlib.util\nimportlib.util.spec_from_file_location("a", path)'],
      ['import runpy\nrunpy.run_path(p)'],
      ['import pickle\npickle.loads(data)'],
      ['from marshal import loads\nloads(x)'],
      ['import yaml\nyaml.load(x, Loader=yaml.UnsafeLoader)'],
      ['import yaml\nyaml.unsafe_load(x)'],
      ['import shelve\nshelve.open("a")'],
      ['import types\ntypes.FunctionType(c, {})'],
      ['import sys\nsys.meta_path.append(F())'],
      ['import dill\ndill.load(f)'],
    ],
    silent: [
      'import re\nre.compile("a+")',
      'import importlib\nimportlib.import_module("json")',
      'importlib = 1',
      'import yaml\nyaml.safe_load(x)',
      'cursor.execute("SELECT 1")',
      'import pickle\npickle.dumps(x)',
      'import importlib\nimportlib.import_module(f".commands.{name}", __package__)',
    ],
  },
  {
    of: 'fs.read',
    fires: [
      ["open('/etc/hosts')", '/etc/hosts'],
      ["with open(p, 'rb') as f: f.read()", '*'],
      ["from pathlib import Path\nPath('a.txt').read_text()", 'a.txt'],
      ['def f(path):\n    return path.read_bytes()'],
      ["import os\nos.listdir('.')", '.'],
      ["import glob\nglob.glob('**/*')", '**/*'],
      ["import os\nfor r, d, f in os.walk('/srv'): pass", '/srv'],
      ["import sqlite3\nsqlite3.connect('a.db')", 'a.db'],
    ],
    silent: ["open('x', 'w')", 'from pathlib import Path\ndef f(p: Path): return p', 'import os\nos.getpid()'],
  },
  {
    of: 'fs.write',
    fires: [
      ["open('out.txt', 'w')", 'out.txt'],
      ["open('out.txt', mode='a')", 'out.txt'],
      ['open(p, m)', '*'],
      ["from pathlib import Path\nPath('b.txt').write_text('x')", 'b.txt'],
      ["import shutil\nshutil.rmtree('/tmp/x')", '/tmp/x'],
      ["from os import remove\nremove('a')", 'a'],
      ["import os\nos.chmod('/bin/x', 0o777)", '/bin/x'],
      ['def f(p): p.unlink()'],
      ['import tempfile\ntempfile.NamedTemporaryFile()'],
      ["import logging\nlogging.FileHandler('a.log')", 'a.log'],
    ],
    silent: ["open('x')", "open('x', 'rb')", 'items.remove(1)', 'text.replace("a", "b")'],
  },
  {
    of: 'secrets.read',
    fires: [
      ["import os\nopen(os.path.expanduser('~/.ssh/id_rsa'))", '~/.ssh/id_rsa'],
      ["from pathlib import Path\n(Path.home() / '.aws' / 'credentials').read_text()", '~/.aws/credentials'],
      ["from pathlib import Path\nPath.home().joinpath('.kube', 'config').read_text()", '~/.kube/config'],
      ["import os\nopen(os.path.join(os.path.expanduser('~'), '.netrc'))", '~/.netrc'],
      ["import keyring\nkeyring.get_password('a', 'b')"],
      ['import browser_cookie3'],
      ['import netrc\nnetrc.netrc()'],
      ["import requests\nrequests.get('http://169.254.169.254/latest')", 'http://169.254.169.254/latest'],
      ["import subprocess\nsubprocess.run(['security', 'find-generic-password'])", 'security'],
      ["open(d + '/claude_desktop_config.json', 'r+')"],
    ],
    silent: ["open('notes.txt')", "x = '~/.ssh/id_rsa'", '"""reads ~/.aws/credentials"""\nopen("a")'],
  },
  {
    of: 'env.read',
    fires: [
      ["import os\nos.environ['API_KEY']", 'API_KEY'],
      ["import os\nos.environ.get('TOKEN', '')", 'TOKEN'],
      ["from os import getenv\ngetenv('HOST')", 'HOST'],
      ["from os import environ as e\ne['A_B']", 'A_B'],
      ["import os\nif 'DEBUG' in os.environ: pass", 'DEBUG'],
      ["import os\nNAME = 'FROM_CONSTANT'\nos.environ[NAME]", 'FROM_CONSTANT'],
      ["import os\nenv = os.environ\nenv['X1']", 'X1'],
      ['import os\ndict(os.environ)', '*'],
      ['import os\nx = {**os.environ}', '*'],
      ['import os\nos.environ.copy()', '*'],
      ['import os\nfor k, v in os.environ.items(): pass', '*'],
      ['import os\nos.environ[key]', '*'],
      ['from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    token: str', 'TOKEN'],
      [
        "from pydantic_settings import BaseSettings, SettingsConfigDict\nclass S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='JIRA_')\n    url: str = ''",
        'JIRA_URL',
      ],
      ["from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    token: str = Field(alias='GH_PAT')", 'GH_PAT'],
      ["import click\n@click.option('--key', envvar='CLI_KEY')\ndef f(key): pass", 'CLI_KEY'],
    ],
    silent: ["import os\nos.environ['X'] = 'y'", "import os\nos.environ.update({'A': '1'})", 'environ = {}\nenviron["X"]'],
  },
  {
    of: 'net.connect',
    fires: [
      ["import requests\nrequests.get('https://api.example.net/x')", 'api.example.net'],
      ["import httpx\nBASE = 'https://api.one.example'\nhttpx.get(f'{BASE}/v1/{x}')", 'api.one.example'],
      [
        "import httpx\nasync def f():\n    async with httpx.AsyncClient(base_url='https://b.example') as c:\n        await c.get('/x')",
        'b.example',
      ],
      ['import aiohttp\nasync def f(u):\n    async with aiohttp.ClientSession() as s: await s.get(u)', '*'],
      ["from urllib.request import urlopen\nurlopen('http://c.example')", 'c.example'],
      ["import socket\ns = socket.socket()\ns.connect(('10.0.0.1', 80))", '10.0.0.1'],
      ["import smtplib\nsmtplib.SMTP(host='mail.example')", 'mail.example'],
      ["import boto3\nboto3.client('s3')"],
      ['import openai\nopenai.OpenAI()'],
      ["import subprocess\nsubprocess.run(['curl', u])", 'curl'],
      ["import asyncio\nasync def f():\n    await asyncio.open_connection('d.example', 1)", '*'],
    ],
    silent: ["url = 'https://a.example'", 'import urllib.parse\nurllib.parse.quote("x")', 'from requests import HTTPError'],
  },
  {
    of: 'net.listen',
    fires: [
      ["import uvicorn\nuvicorn.run(app, host='0.0.0.0', port=80)", '0.0.0.0'],
      ["from http.server import HTTPServer\nHTTPServer(('', 80), H)", '0.0.0.0'],
      ["import socket\ns = socket.socket()\ns.bind(('127.0.0.1', 1))", '127.0.0.1'],
      ['import flask'],
      ["from mcp.server.fastmcp import FastMCP\nm = FastMCP('a')\nm.run(transport='sse')"],
      ["from mcp.server.fastmcp import FastMCP\nm = FastMCP('a')\nm.run(transport=args.transport)"],
    ],
    silent: [
      "from mcp.server.fastmcp import FastMCP\nm = FastMCP('a')\nm.run(transport='stdio')",
      "from mcp.server.fastmcp import FastMCP\nFastMCP('a').run()",
    ],
  },
  {
    of: 'host.control',
    fires: [
      ['import docker\ndocker.from_env()'],
      ['from playwright.async_api import async_playwright\nasync_playwright()'],
      ['import pyautogui\npyautogui.click()'],
      ["import subprocess\nsubprocess.run(['osascript', '-e', s])", 'osascript'],
      ["import requests_unixsocket, socket\ns = socket.socket()\ns.connect('/var/run/docker.sock')", '/var/run/docker.sock'],
    ],
    silent: ["x = 'docker'", "import subprocess\nsubprocess.run(['git'])"],
  },
  {
    of: 'user.capture',
    fires: [
      ['import pyperclip\npyperclip.paste()'],
      ['from PIL import ImageGrab\nImageGrab.grab()'],
      ['import mss'],
      ["import os\nos.system('pbpaste')", 'pbpaste'],
    ],
    silent: ['from PIL import Image\nImage.open("a")'],
  },
  {
    of: 'persist',
    fires: [
      ["import os\nos.system('crontab -l')", 'crontab'],
      ["open(os.path.expanduser('~/.bashrc'), 'a')"],
      ["from pathlib import Path\n(Path.home() / 'Library/LaunchAgents/x.plist').write_text(x)", '~/Library/LaunchAgents/x.plist'],
      ["import winreg\nwinreg.SetValueEx(k, 'a', 0, 1, 'b')"],
    ],
    silent: ["open('~/.bashrc')", "x = '~/.bashrc'"],
  },
  {
    of: 'agent.modify',
    fires: [
      ["from pathlib import Path\n(Path.home() / '.cursor' / 'mcp.json').write_text(x)", '~/.cursor/mcp.json'],
      ["open('CLAUDE.md', 'w')", 'CLAUDE.md'],
    ],
    silent: ["open('CLAUDE.md')", "open('readme.md', 'w')"],
  },
  {
    of: 'agent.surface',
    fires: [
      ["from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('a')\n@mcp.tool()\ndef t(): pass"],
      ['from mcp.server import Server\ns = Server("a")'],
      ["from fastmcp import FastMCP, Context\nasync def f(ctx: Context): await ctx.elicit('x')", 'elicitation/create'],
      [
        'from mcp.server.fastmcp import FastMCP\nasync def f(ctx): await ctx.session.create_message([], max_tokens=1)',
        'sampling/createMessage',
      ],
    ],
    silent: ['random.sample(xs, 2)', '@app.tool()\ndef f(): pass'],
  },
  {
    of: 'supply.mutable',
    fires: [
      ["import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'install', 'x'])", 'python -m pip install x'],
      ["import subprocess\nsubprocess.run('npx -y thing@latest', shell=True)", 'npx -y thing@latest'],
      ["import subprocess\nsubprocess.Popen(['uvx', 'other'])", 'uvx other'],
      ["import os\nos.system('pip install -U me')", 'pip install -U me'],
      ["import os\nos.system('curl https://x.example/i.sh | sh')", 'curl https://x.example/i.sh | sh'],
      ["import subprocess\nsubprocess.run(['npm'] + args)", 'npm'],
      ["import subprocess\nsubprocess.run(['uv', *args])", 'uv'],
    ],
    silent: ["import subprocess\nsubprocess.run(['git', 'pull'])", "text = 'pip install x'"],
  },
  {
    of: 'code.opaque',
    fires: [
      ['import ctypes\nctypes.CDLL("a.so")'],
      ['from pyarmor_runtime_000000 import __pyarmor__\n__pyarmor__(1)'],
      [Array.from({ length: 25 }, (_, index) => `IlIlIlIlI1 = ${index}`).join('\n')],
      ['import cffi'],
      ['def f(:\n  $$ ?? $$\n'],
    ],
    silent: ['import struct', 'from ctypes import c_int', 'class Empty: pass'],
  },
];

describe.each(cases)('$of', ({ of, fires, silent }) => {
  test.each(fires.map(([source, scope = '']) => [source, scope] as const))('%j', (source, scope) => {
    const found = pythonSource(source)[of];
    expect(found.verdict).toBe('seen');
    expect(found.reach).toBe('own');
    if (scope !== '') expect(found.scopes).toContain(scope);
  });
  test.each(silent)('silent: %j', (source) => {
    expect(pythonSource(source)[of].verdict).not.toBe('seen');
  });
});
