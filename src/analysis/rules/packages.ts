import type { ModuleRule } from './rule.ts';

/** Well-known packages by what they are for: importing one is using it, wherever its own code lies. */
export const packageRules: readonly ModuleRule[] = [
  rule(
    'pkg-spawn',
    'execa cross-spawn zx node-pty @lydell/node-pty @homebridge/node-pty-prebuilt-multiarch shelljs tinyexec nano-spawn simple-git nodegit child-process-promise @modelcontextprotocol/sdk/client/stdio.js @modelcontextprotocol/sdk/client/stdio @modelcontextprotocol/client/stdio',
    'exec.spawn',
    'binary',
  ),
  rule(
    'pkg-eval',
    'vm2 isolated-vm quickjs-emscripten @e2b/code-interpreter jsdom safe-eval tsx/* jiti ts-node/* esbuild-register/* pyodide',
    'exec.dynamic',
  ),
  rule('pkg-native', 'ffi-napi koffi node-gyp-build bindings @mapbox/node-pre-gyp', 'code.opaque'),
  rule(
    'pkg-files-read',
    'glob fast-glob globby tinyglobby chokidar klaw dotenv find-up read-pkg cosmiconfig unzipper yauzl pdf-parse mammoth',
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
  rule(
    'pkg-host',
    'playwright/* playwright-core/* puppeteer puppeteer-core selenium-webdriver webdriverio chrome-remote-interface chrome-launcher dockerode @kubernetes/client-node robotjs @jitsi/robotjs @nut-tree/* @nut-tree-fork/* run-applescript node-osascript applescript dbus-next dbus-native systeminformation appium',
    'host.control',
  ),
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

function list(text: string): readonly string[] {
  return text.split(' ');
}
