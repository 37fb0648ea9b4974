declare module '@npmcli/config' {
  interface ConfigOptions {
    definitions: unknown;
    shorthands: unknown;
    flatten: unknown;
    nerfDarts: unknown;
    npmPath: string;
    env: Record<string, string>;
    argv: string[];
    execPath: string;
    platform: string;
    cwd: string;
    warn: boolean;
  }
  class Config {
    constructor(options: ConfigOptions);
    localPrefix: string | null;
    readonly data: Map<string, { source: string }>;
    load(): Promise<void>;
    loadProjectConfig(): Promise<void>;
    readonly flat: Record<string, unknown>;
  }

  export = Config;
}

declare module '@npmcli/config/lib/definitions/index.js' {
  const definitions: { definitions: unknown; shorthands: unknown; flatten: unknown; nerfDarts: unknown };

  export = definitions;
}
