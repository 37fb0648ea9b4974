import { join } from 'node:path';

/**
 * This process's environment with the home and every folder that follows from it below `root`, and the small packages of
 * this repository under their scope; everything else comes from where npm is pointed at.
 */
export function throwAwayEnvironment(root, fixtureRegistry) {
  return {
    ...process.env,
    HOME: root,
    USERPROFILE: root,
    APPDATA: join(root, 'AppData', 'Roaming'),
    LOCALAPPDATA: join(root, 'AppData', 'Local'),
    XDG_CONFIG_HOME: join(root, '.config'),
    XDG_DATA_HOME: join(root, '.local', 'share'),
    'npm_config_@pinfold-fixture:registry': fixtureRegistry,
  };
}
