/**
 * The text of docs/clients.md for a table of clients. Paths are those of the three platforms, with `~` for the home and
 * `<project>` for a project.
 */
export function clientsPage(clients) {
  const rows = clients.map((client) => [
    `[${client.title}](#${client.id})`,
    `\`${client.id}\``,
    client.keptInside === undefined ? (client.confidence === 'low' ? 'read' : 'read, written') : 'explained',
    client.confidence,
  ]);
  return [
    '# Clients',
    '',
    'Made from the table in `src/clients` by `npm run clients-page`; a test fails while the two differ.',
    '',
    `${clients.length} clients. "read, written": entries are listed, and put behind the guard in place. "read": known from one secondary source, so nothing is`,
    'written. "explained": the application keeps its servers where no file can be edited safely. "how sure": high = official',
    'documentation or source was read; medium = two secondary sources, or an older official one; low = one secondary source. None of',
    'it was checked against a running client but where [README](../README.md) says so. Where a name occurs twice in a map of JSON, the',
    'last one counts unless the client says otherwise below, and the place is reported; TOML and YAML refuse such a file.',
    '',
    '| client | `--client` | what pinfold does | how sure |',
    '|---|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    ...clients.flatMap(section),
    '',
  ].join('\n');
}

const homes = {
  darwin: places(
    '/~',
    '/~/Library/Application Support',
    '/~/Library/Application Support',
    '/Library/Application Support/pinfold',
    '/<project>',
  ),
  linux: places('/~', '/~/.config', '/~/.local/share', '/etc/pinfold', '/<project>'),
  win32: places('C:\\~', 'C:\\~\\AppData\\Roaming', 'C:\\~\\AppData\\Local', 'C:\\ProgramData\\pinfold', 'C:\\<project>'),
};

function places(home, appConfig, appData, managed, project) {
  return { places: { home, cwd: project, temp: home, appConfig, appData, managed, config: home, data: home }, project };
}

function section(client) {
  const switches = {
    member: () => `\`${client.switch.at.join('.')}: ${JSON.stringify(client.switch.off)}\` in the entry`,
    names: () =>
      `a list of names in the same file${client.switch.projectScope === undefined ? '' : `; a project's server by ${client.switch.projectScope}`}`,
    elsewhere: () => `not in the file: ${client.switch.where}`,
  };
  return [
    '',
    `<a id="${client.id}"></a>`,
    '',
    `## ${client.title}`,
    '',
    ...filesSection(client),
    '',
    `- switched off by: ${switches[client.switch.kind]()}`,
    `- placeholders that it fills in: ${client.interpolation.length === 0 ? 'none' : client.interpolation.map((one) => spelling[one]).join(', ')}`,
    ...(client.autoApprove === undefined ? [] : [`- tools run without asking by: ${client.autoApprove}`]),
    ...(client.repeated === 'not-known'
      ? ['- a name that occurs twice in a map: which entry counts is not known; the last one is listed, and the place is reported']
      : []),
    ...client.quirks.map((quirk) => `- ${quirk}`),
    `- [documentation](${client.docs}), as of ${client.docsChecked}`,
  ];
}

const spelling = {
  dollar: '`$X`',
  braces: '`${X}`',
  'braces-default': '`${X}` and `${X:-or}`',
  env: '`${env:X}`',
  folders: '`${workspaceFolder}` and its relatives',
  input: '`${input:x}`',
  file: '`${file:…}`',
  'single-braces': '`{env:X}`, `{file:…}`',
  'double-braces': '`{{X}}`',
  secrets: '`${{ secrets.X }}`',
  powershell: '`$env:X`',
  shell: '`$(command)`, which it executes',
  cmd: '`${cmd: command}`, which it executes',
};

const kinds = { map: '', list: ' (list)', references: ' (list)', entry: ' (one server)' };

function filesSection(client) {
  const files = filesOf(client);
  const some = files.length > 2;
  if (client.keptInside === undefined) return files;
  return some ? [...files, '', `Nothing else is listed: ${client.keptInside}.`] : [`Nothing is listed: ${client.keptInside}.`];
}

function filesOf(client) {
  const found = new Map();
  for (const platform of ['darwin', 'linux', 'win32']) {
    for (const location of client.locations({ ...homes[platform], platform, env: {} })) {
      const path = [location.path, ...(location.below ?? [])]
        .join('/')
        .replace(/^(?:C:\\|\/)(?=[~<])/, '')
        .replaceAll('\\', '/');
      const key = `${path} ${location.dialect}`;
      const known = found.get(key);
      if (known !== undefined) known.platforms.add(platform);
      else found.set(key, { path, location, platforms: new Set([platform]) });
    }
  }
  return [
    '| file | platforms | scope | format | servers at | |',
    '|---|---|---|---|---|---|',
    ...[...found.values()].map(({ path, location, platforms }) => {
      const scopes = [...new Set(location.containers.map(({ scope }) => scope))].join(', ');
      const at = location.containers.map(
        ({ at: way, holds, writable }) =>
          `\`${way.map((one) => (typeof one === 'symbol' ? '*' : one)).join(' › ') || 'the root'}\`${kinds[holds ?? 'map']}${writable === false ? ' (read only)' : ''}`,
      );
      const written = location.writable && client.confidence !== 'low' ? '' : 'read only';
      return `| \`${path}\` | ${platforms.size === 3 ? 'all' : [...platforms].join(', ')} | ${scopes} | ${location.dialect} | ${at.join(', ')} | ${written} |`;
    }),
  ];
}
