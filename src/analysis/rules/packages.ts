import type { ModuleRule } from './rule.ts';

/** Well-known packages by what they are for: importing one is using it, wherever its own code lies. */
export const packageRules: readonly ModuleRule[] = [
  rule(
    'pkg-spawn',
    'execa cross-spawn zx node-pty @lydell/node-pty @homebridge/node-pty-prebuilt-multiarch shelljs tinyexec nano-spawn simple-git nodegit child-process-promise spawn-rx spawn-please cross-spawn-promise @npmcli/promise-spawn foreground-child node-cmd dax-sh @modelcontextprotocol/sdk/client/stdio.js @modelcontextprotocol/sdk/client/stdio @modelcontextprotocol/client/stdio',
    'exec.spawn',
    'binary',
  ),
  rule(
    'pkg-eval',
    'vm2 isolated-vm quickjs-emscripten @e2b/code-interpreter jsdom safe-eval tsx/* jiti ts-node/* esbuild-register/* pyodide',
    'exec.dynamic',
  ),
  // What they are given is an address, a file or a query, not a program.
  rule(
    'pkg-start',
    'open opn better-opn opener open-editor launch-editor fluent-ffmpeg python-shell sudo-prompt node-notifier say term-size command-exists ps-list fkill tree-kill pidusage',
    'exec.spawn',
  ),
  rule('pkg-native', 'ffi-napi koffi node-gyp-build bindings @mapbox/node-pre-gyp', 'code.opaque'),
  rule(
    'pkg-files-read',
    'glob fast-glob globby tinyglobby chokidar klaw find-up read-pkg cosmiconfig unzipper yauzl pdf-parse mammoth',
    'fs.read',
    'path',
  ),
  rule(
    'pkg-files-write',
    'rimraf trash mkdirp del write-file-atomic conf configstore tmp tmp-promise extract-zip archiver make-dir proper-lockfile lowdb keyv-file exceljs',
    'fs.write',
    'path',
  ),
  {
    id: 'pkg-files',
    modules: list('better-sqlite3 sqlite3 sqlite tar adm-zip jsonfile move-file cpy @duckdb/node-api duckdb'),
    classes: ['fs.read', 'fs.write'],
    scope: 'path',
  },
  {
    id: 'pkg-dotenv',
    modules: list('dotenv/* dotenv-flow/* dotenv-safe/* dotenv-defaults/* @dotenvx/dotenvx @dotenvx/dotenvx/* @next/env'),
    classes: ['fs.read', 'secrets.read'],
    members: { parse: [], populate: [], unload: [], resetEnv: [] },
    fixed: { 'fs.read': ['.env'], 'secrets.read': ['.env'] },
  },
  {
    id: 'pkg-aws-keys',
    modules: list(
      '@aws-sdk/credential-providers @aws-sdk/credential-provider-node @aws-sdk/credential-provider-ini @aws-sdk/credential-provider-sso @aws-sdk/credential-provider-process @aws-sdk/shared-ini-file-loader @smithy/shared-ini-file-loader',
    ),
    classes: ['fs.read', 'secrets.read'],
    members: {
      ...spread('fromCognitoIdentity fromCognitoIdentityPool fromHttp fromContainerMetadata fromInstanceMetadata', ['net.connect']),
      ...spread('fromTemporaryCredentials fromWebToken', ['net.connect']),
      fromEnv: [],
    },
    fixed: { 'fs.read': ['~/.aws/*'], 'secrets.read': ['~/.aws/*'] },
  },
  {
    id: 'pkg-azure-keys',
    modules: list('@azure/identity'),
    classes: ['net.connect'],
    // They ask the command line tools of whoever is logged in.
    members: spread('DefaultAzureCredential AzureCliCredential AzureDeveloperCliCredential AzurePowerShellCredential', [
      'net.connect',
      'exec.spawn',
      'secrets.read',
    ]),
    fixed: { 'secrets.read': ['~/.azure/*'] },
  },
  rule('pkg-secrets', 'keytar @napi-rs/keyring cross-keychain keychain chrome-cookies-secure', 'secrets.read'),
  rule(
    'pkg-net',
    'undici axios node-fetch got ky superagent request needle cross-fetch isomorphic-fetch node-fetch-native ofetch ws socket.io-client eventsource @grpc/grpc-js nodemailer imapflow ssh2 node-ssh basic-ftp mqtt amqplib kafkajs',
    'net.connect',
    'host',
  ),
  rule(
    'pkg-service',
    'pg postgres mysql mysql2/* mongodb mongoose redis ioredis @redis/* mssql oracledb @elastic/* neo4j-driver @clickhouse/client snowflake-sdk @pinecone-database/pinecone @qdrant/js-client-rest chromadb openai @anthropic-ai/sdk @google/genai @google/generative-ai groq-sdk cohere-ai @mistralai/mistralai ai @ai-sdk/* @aws-sdk/* aws-sdk @azure/* @google-cloud/* googleapis google-auth-library @googleapis/* @octokit/* octokit @slack/* @notionhq/client stripe @supabase/* firebase firebase-admin @sentry/* posthog-node @segment/analytics-node mixpanel @opentelemetry/exporter-* @linear/sdk jira-client jira.js @atlassian/* @mendable/firecrawl-js firecrawl @tavily/core exa-js @hubspot/api-client e2b airtable replicate @gitbeaker/* twilio @sendgrid/* resend discord.js telegraf @modelcontextprotocol/sdk/client/streamableHttp.js @modelcontextprotocol/sdk/client/sse.js',
    'net.connect',
    'host',
  ),
  rule(
    'pkg-listen',
    'express fastify koa hono @hono/node-server polka restify socket.io @modelcontextprotocol/node @modelcontextprotocol/express h3 micro http-server',
    'net.listen',
  ),
  rule('pkg-tunnel', 'localtunnel ngrok @ngrok/ngrok cloudflared untun', 'net.listen'),
  // Its inner parts: what hands over to them drives a browser, and what they do then is seen in their own code.
  rule('pkg-browser-inside', 'playwright/lib/* playwright-core/lib/*', 'host.control'),
  {
    id: 'pkg-browser',
    modules: list(
      'playwright/* playwright-core/* @playwright/test @playwright/mcp playwright-extra patchright patchright-core rebrowser-playwright puppeteer puppeteer-core puppeteer-extra rebrowser-puppeteer rebrowser-puppeteer-core selenium-webdriver webdriverio nightwatch taiko appium chrome-launcher @browserbasehq/stagehand camoufox-js',
    ),
    // A browser that is started here goes wherever it is told to.
    classes: ['host.control', 'exec.spawn', 'net.connect'],
    members: {
      ...spread('connect chromium.connect firefox.connect webkit.connect chromium.connectOverCDP', ['host.control', 'net.connect']),
      request: ['net.connect'],
      ...spread('devices errors selectors expect KnownDevices PredefinedNetworkConditions TimeoutError By Key until', []),
    },
  },
  {
    id: 'pkg-browser-install',
    modules: list('@puppeteer/browsers'),
    classes: ['host.control', 'exec.spawn', 'net.connect', 'fs.write', 'supply.mutable'],
    members: {
      install: ['net.connect', 'fs.write', 'supply.mutable'],
      launch: ['host.control', 'exec.spawn', 'net.connect'],
      ...spread('resolveBuildId canDownload', ['net.connect']),
      uninstall: ['fs.write'],
      getInstalledBrowsers: ['fs.read'],
      ...spread('computeExecutablePath computeSystemExecutablePath detectBrowserPlatform Browser BrowserPlatform ChromeReleaseChannel', []),
      ...spread('BrowserTag Cache CDP_WEBSOCKET_ENDPOINT_REGEX TimeoutError getVersionComparator createProfile', []),
    },
    fixed: { 'supply.mutable': ['a browser'] },
  },
  {
    id: 'pkg-installer',
    modules: list('pacote @npmcli/arborist libnpmexec live-plugin-manager npm-programmatic'),
    classes: ['net.connect', 'fs.write', 'supply.mutable'],
  },
  { id: 'pkg-cdp', modules: list('chrome-remote-interface'), classes: ['host.control', 'net.connect'] },
  {
    id: 'pkg-applescript',
    modules: list('run-applescript node-osascript applescript @jxa/run'),
    classes: ['host.control', 'exec.spawn'],
  },
  { id: 'pkg-kubernetes', modules: list('@kubernetes/client-node'), classes: ['host.control', 'net.connect'] },
  rule('pkg-host', 'dockerode robotjs @jitsi/robotjs @nut-tree/* @nut-tree-fork/* dbus-next dbus-native systeminformation', 'host.control'),
  rule(
    'pkg-capture',
    'clipboardy copy-paste screenshot-desktop iohook uiohook-napi node-record-lpcm16 mic node-webcam node-global-key-listener @napi-rs/clipboard node-screenshots',
    'user.capture',
  ),
  rule('pkg-persist', 'auto-launch node-windows node-mac node-linux pm2 os-service', 'persist'),
  rule(
    'pkg-mcp',
    '@modelcontextprotocol/sdk/server/* @modelcontextprotocol/server @modelcontextprotocol/server/* fastmcp mcp-framework @modelcontextprotocol/fastmcp mcp-handler @vercel/mcp-adapter @mastra/mcp xmcp tmcp mcp-lite',
    'agent.surface',
  ),
];

function rule(id: string, modules: string, of: ModuleRule['classes'][number], scope?: ModuleRule['scope']): ModuleRule {
  return { id, modules: list(modules), classes: [of], ...(scope === undefined ? {} : { scope }) };
}

function spread<Classes>(members: string, classes: Classes): Record<string, Classes> {
  return Object.fromEntries(members.split(' ').map((member) => [member, classes]));
}

function list(text: string): readonly string[] {
  return text.split(' ');
}
