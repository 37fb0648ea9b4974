import type { CapabilityClass } from '../../model/capability.ts';

export type PythonScope = 'host' | 'path' | 'binary' | 'mode';

/** What a dotted path of Python can do. The longest path that fits counts; a path without classes is harmless. */
export interface PythonRule {
  readonly id: string;
  readonly path: string;
  readonly classes: readonly CapabilityClass[];
  /** What the first argument of a call names; `mode` = a path, and a second argument that says whether it is written. */
  readonly scope?: PythonScope;
  /** True when importing the module already shows it. */
  readonly onImport?: boolean;
}

type Classes = readonly CapabilityClass[];

const both: Classes = ['fs.read', 'fs.write'];
const out: Classes = ['net.connect'];

/** The standard library: by member where a module is mixed, whole where it is for one thing. */
const standardRules: readonly PythonRule[] = [
  ...module('py-subprocess', 'subprocess asyncio.subprocess', ['exec.spawn'], 'binary'),
  ...members('py-subprocess', 'subprocess', 'PIPE DEVNULL STDOUT CalledProcessError TimeoutExpired SubprocessError CompletedProcess', []),
  ...members('py-subprocess', 'asyncio.subprocess', 'PIPE DEVNULL STDOUT Process', []),
  ...members(
    'py-os-exec',
    'os',
    'system popen execl execle execlp execlpe execv execve execvp execvpe spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe posix_spawn posix_spawnp startfile',
    ['exec.spawn'],
    'binary',
  ),
  ...members('py-asyncio-exec', 'asyncio', 'create_subprocess_exec create_subprocess_shell', ['exec.spawn'], 'binary'),
  ...members('py-asyncio-net', 'asyncio', 'open_connection open_unix_connection', out, 'host'),
  ...members('py-asyncio-listen', 'asyncio', 'start_server start_unix_server', ['net.listen']),
  ...module('py-pty', 'pty', ['exec.spawn'], 'binary'),
  ...members('py-webbrowser', 'webbrowser', 'open open_new open_new_tab get', ['exec.spawn', 'net.connect'], 'host'),
  ...members('py-builtins-exec', 'builtins', 'exec eval compile __import__ *', ['exec.dynamic']),
  ...members('py-builtins-open', 'builtins', 'open', both, 'mode'),
  ...members('py-open', 'io', 'open open_code FileIO', both, 'mode'),
  ...members('py-open', 'codecs', 'open', both, 'mode'),
  ...members(
    'py-importlib',
    'importlib',
    'import_module __import__ reload machinery util.spec_from_file_location util.module_from_spec util.spec_from_loader abc',
    ['exec.dynamic'],
  ),
  ...members('py-importlib', 'importlib.machinery', 'EXTENSION_SUFFIXES SOURCE_SUFFIXES ModuleSpec all_suffixes', []),
  ...module('py-runpy', 'runpy imp zipimport code codeop zipapp', ['exec.dynamic']),
  ...members('py-sys', 'sys', 'meta_path path_hooks path_importer_cache modules *', ['exec.dynamic']),
  ...members('py-types', 'types', 'FunctionType LambdaType CodeType', ['exec.dynamic']),
  ...members('py-pickle', 'pickle', 'load loads Unpickler _Unpickler *', ['exec.dynamic']),
  ...members('py-pickle', '_pickle cPickle dill cloudpickle', 'load loads Unpickler *', ['exec.dynamic']),
  ...members('py-marshal', 'marshal', 'load loads *', ['exec.dynamic']),
  ...members('py-shelve', 'shelve', 'open Shelf DbfilenameShelf *', ['exec.dynamic', ...both], 'path'),
  ...module('py-ctypes', 'ctypes _ctypes', ['code.opaque']),
  ...members(
    'py-ctypes',
    'ctypes',
    'c_char_p c_int c_uint c_long c_ulong c_void_p c_bool c_size_t sizeof byref Structure POINTER wintypes',
    [],
  ),
  ...members('py-os-read', 'os', 'open listdir scandir walk fwalk read stat lstat access readlink', ['fs.read'], 'path'),
  ...members(
    'py-os-write',
    'os',
    'remove unlink rmdir removedirs mkdir makedirs rename renames replace chmod chown lchown link symlink truncate utime write mkfifo mknod',
    ['fs.write'],
    'path',
  ),
  ...members('py-os-open', 'os', 'open fdopen', both, 'path'),
  ...members('py-env', 'os', 'environ environb', ['env.read']),
  ...members('py-env', 'os', 'getenv getenvb', ['env.read']),
  ...members('py-os-env-write', 'os', 'putenv unsetenv', []),
  ...members(
    'py-shutil-write',
    'shutil',
    'rmtree move copy copy2 copyfile copytree copymode chown make_archive unpack_archive *',
    both,
    'path',
  ),
  ...module('py-glob', 'glob fileinput linecache filecmp', ['fs.read'], 'path'),
  ...members('py-glob', 'glob', 'escape', []),
  ...members('py-tempfile', 'tempfile', 'mkstemp mkdtemp TemporaryFile NamedTemporaryFile TemporaryDirectory SpooledTemporaryFile mktemp', [
    'fs.write',
  ]),
  ...module('py-archives', 'sqlite3 zipfile tarfile dbm', both, 'path'),
  ...members('py-sqlite', 'sqlite3', 'Row Error OperationalError IntegrityError DatabaseError', []),
  ...members('py-log-file', 'logging', 'FileHandler', ['fs.write'], 'path'),
  ...members('py-log-file', 'logging.handlers', 'RotatingFileHandler TimedRotatingFileHandler WatchedFileHandler', ['fs.write'], 'path'),
  ...members('py-log-net', 'logging.handlers', 'HTTPHandler SocketHandler DatagramHandler SMTPHandler', out, 'host'),
  ...module('py-path', 'pathlib', []),
  ...pathMethods('pathlib.Path pathlib.PosixPath pathlib.WindowsPath anyio.Path trio.Path'),
  ...module('py-net', 'urllib.request http.client ftplib smtplib imaplib poplib nntplib telnetlib xmlrpc.client', out, 'host'),
  ...members('py-net', 'urllib.request', 'url2pathname pathname2url parse_http_list', []),
  ...members('py-net', 'http.client', 'HTTPException responses OK', []),
  ...module('py-socket', 'socket _socket', ['net.connect'], 'host'),
  ...members(
    'py-socket',
    'socket',
    'AF_INET AF_INET6 AF_UNIX SOCK_STREAM SOCK_DGRAM SOL_SOCKET SO_REUSEADDR timeout error gaierror herror inet_aton inet_ntoa inet_pton inet_ntop htons ntohs has_ipv6 gethostname IPPROTO_TCP TCP_NODELAY',
    [],
  ),
  ...members('py-socket-listen', 'socket', 'create_server socket.bind socket.listen', ['net.listen']),
  ...module('py-listen', 'http.server socketserver wsgiref.simple_server xmlrpc.server', ['net.listen']),
  ...members('py-secrets', 'netrc', 'netrc *', ['secrets.read', 'fs.read']),
  ...members('py-winreg', 'winreg', 'SetValue SetValueEx CreateKey CreateKeyEx *', ['persist']),
];

/** Well-known packages by what they are for: importing one is using it, wherever its own code lies. */
const packageRules: readonly PythonRule[] = [
  ...module('py-pkg-spawn', 'sh plumbum pexpect ptyprocess invoke fabric git dulwich mcp.client.stdio winpty', ['exec.spawn'], 'binary'),
  ...members('py-pkg-spawn', 'anyio', 'run_process open_process', ['exec.spawn'], 'binary'),
  ...members('py-pkg-spawn', 'trio', 'run_process', ['exec.spawn'], 'binary'),
  ...members('py-pkg-spawn', 'mcp', 'stdio_client StdioServerParameters', ['exec.spawn'], 'binary'),
  ...module(
    'py-pkg-dynamic',
    'jsonpickle RestrictedPython asteval numexpr e2b_code_interpreter ipykernel jupyter_client IPython py_compile',
    ['exec.dynamic'],
  ),
  ...members('py-pkg-dynamic', 'yaml', 'unsafe_load unsafe_load_all full_load UnsafeLoader Loader', ['exec.dynamic']),
  ...members('py-pkg-dynamic', 'joblib', 'load', ['exec.dynamic'], 'path'),
  ...members('py-pkg-dynamic', 'torch', 'load hub', ['exec.dynamic'], 'path'),
  ...module('py-pkg-native', 'cffi cython pyximport numba pyarmor_runtime pytransform', ['code.opaque']),
  ...module(
    'py-pkg-files',
    'aiofiles aiofile duckdb aiosqlite send2trash watchdog watchfiles openpyxl docx pptx pypdf PyPDF2 fitz pdfplumber',
    both,
    'path',
  ),
  ...members('py-pkg-files', 'dotenv', 'load_dotenv dotenv_values find_dotenv', ['fs.read', 'env.read']),
  ...members('py-pkg-files', 'anyio', 'open_file', both, 'mode'),
  ...members('py-pkg-files', 'pandas', 'read_csv read_excel read_json read_parquet read_pickle', ['fs.read'], 'path'),
  ...module('py-pkg-secrets', 'keyring browser_cookie3 browsercookie rookiepy pycookiecheat secretstorage win32cred keyrings', [
    'secrets.read',
  ]),
  ...module(
    'py-pkg-net',
    'requests httpx aiohttp urllib3 httplib2 pycurl websockets websocket treq niquests curl_cffi cloudscraper paramiko asyncssh grpc aiosmtplib zeep feedparser socketio mcp.client.sse mcp.client.streamable_http dns',
    out,
    'host',
  ),
  ...members('py-pkg-net', 'requests', 'exceptions RequestException HTTPError Timeout ConnectionError Response codes', []),
  ...members(
    'py-pkg-net',
    'httpx',
    'HTTPError HTTPStatusError RequestError TimeoutException ConnectError Response Request Timeout Limits URL Headers BasicAuth codes',
    [],
  ),
  ...members('py-pkg-listen', 'aiohttp.web', 'run_app AppRunner TCPSite UnixSite', ['net.listen']),
  ...members('py-pkg-net', 'aiohttp', 'ClientError ClientTimeout ClientResponseError web', []),
  ...module(
    'py-pkg-service',
    'boto3 botocore aioboto3 openai anthropic google.generativeai google.genai google.cloud googleapiclient google.auth groq cohere mistralai litellm langchain_openai huggingface_hub psycopg psycopg2 asyncpg pymysql aiomysql mysql pymongo motor redis elasticsearch opensearchpy neo4j clickhouse_connect snowflake sqlalchemy pyodbc oracledb qdrant_client pinecone chromadb weaviate slack_sdk notion_client stripe twilio sendgrid discord telegram tweepy praw github gitlab jira atlassian supabase firebase_admin sentry_sdk posthog mixpanel segment opentelemetry.exporter azure kafka pika nats msal yfinance tavily exa_py firecrawl serpapi wikipedia arxiv',
    out,
    'host',
  ),
  ...module('py-pkg-listen', 'uvicorn hypercorn gunicorn flask waitress fastapi starlette sanic tornado bottle cherrypy quart', [
    'net.listen',
  ]),
  ...module('py-pkg-tunnel', 'pyngrok ngrok localtunnel', ['net.listen']),
  ...module(
    'py-pkg-host',
    'docker kubernetes kubernetes_asyncio pyautogui pywinauto uiautomation win32api win32com win32gui win32con pythoncom dbus dbus_next pydbus playwright selenium pyppeteer nodriver undetected_chromedriver appscript AppKit Quartz ScriptingBridge Xlib keyboard mouse psutil adbutils uiautomator2 appium browser_use patchright',
    ['host.control'],
  ),
  ...module('py-pkg-capture', 'pyperclip mss pynput sounddevice pyaudio pyscreenshot speech_recognition pyscreeze copykitten', [
    'user.capture',
  ]),
  ...members('py-pkg-capture', 'PIL', 'ImageGrab', ['user.capture']),
  ...members('py-pkg-capture', 'cv2', 'VideoCapture', ['user.capture']),
  ...members('py-pkg-capture', 'pyautogui', 'screenshot', ['user.capture', 'host.control']),
  ...module('py-pkg-persist', 'crontab daemon daemonize launchd win32service win32serviceutil', ['persist']),
  ...module('py-pkg-mcp', 'mcp.server fastmcp mcp_agent fastapi_mcp', ['agent.surface']),
  ...members('py-pkg-mcp', 'mcp', 'FastMCP Server', ['agent.surface']),
];

export const pythonRules: readonly PythonRule[] = [...standardRules, ...packageRules];

/** Ways to a file that only its name shows, since the object comes from elsewhere (`path.write_text(…)`). */
export const pathMembers: Readonly<Record<string, Classes>> = {
  ...spelled('read_text read_bytes iterdir rglob', ['fs.read']),
  ...spelled('write_text write_bytes unlink rmdir symlink_to hardlink_to touch', ['fs.write']),
};

/** Requests that a server makes to its client, by method name. */
export const agentMembers: Readonly<Record<string, string>> = {
  create_message: 'sampling/createMessage',
  sample: 'sampling/createMessage',
  elicit: 'elicitation/create',
  elicit_form: 'elicitation/create',
  elicit_url: 'elicitation/create',
  list_roots: 'roots/list',
};

/** Methods and decorators that offer something to the model. */
export const offerMembers: ReadonlySet<string> = new Set([
  'tool',
  'add_tool',
  'prompt',
  'add_prompt',
  'resource',
  'add_resource',
  'list_tools',
  'list_prompts',
  'list_resources',
  'list_resource_templates',
]);

/** Programs of a package that would be started instead of one that everybody knows. */
export const commonCommands: ReadonlySet<string> = new Set(
  'python python3 pip pip3 uv uvx pipx node npm npx git ssh scp sudo su sh bash zsh ls cat cp mv rm cd curl wget docker kubectl aws gh make env which ps'.split(
    ' ',
  ),
);

function module(id: string, paths: string, classes: Classes, scope?: PythonScope): readonly PythonRule[] {
  return paths.split(' ').map((path) => ({ id, path, classes, onImport: true, ...(scope === undefined ? {} : { scope }) }));
}

function members(id: string, paths: string, names: string, classes: Classes, scope?: PythonScope): readonly PythonRule[] {
  return paths
    .split(' ')
    .flatMap((path) =>
      names.split(' ').map((name) => ({ id, path: `${path}.${name}`, classes, ...(scope === undefined ? {} : { scope }) })),
    );
}

function pathMethods(paths: string): readonly PythonRule[] {
  return paths
    .split(' ')
    .flatMap((path) => [
      ...members('py-path-read', path, 'read_text read_bytes iterdir glob rglob walk exists is_file is_dir stat', ['fs.read']),
      ...members('py-path-write', path, 'write_text write_bytes unlink rmdir mkdir touch chmod rename replace symlink_to hardlink_to', [
        'fs.write',
      ]),
      ...members('py-path-open', path, 'open', both),
    ]);
}

function spelled(names: string, classes: Classes): Record<string, Classes> {
  return Object.fromEntries(names.split(' ').map((name) => [name, classes]));
}
