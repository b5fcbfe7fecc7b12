import { existsSync } from 'node:fs';
import type { Environment } from '../foundation/config/environment.ts';
import type { PeerHost } from '../report/compat/peer/peer-host.ts';
import { isPartOfTarget, parseYaml, readConfigurationText } from './configuration-file.ts';
import { findBaseDirectory, findHome } from './home.ts';

/** Creates access to the machine and its files for command lines of other tools. */
export function createPeerHost(environment: Environment): PeerHost {
  return {
    environment,
    findHome: () => findHome(environment),
    findConfigurationHome: () => findBaseDirectory(environment, 'XDG_CONFIG_HOME', '.config'),
    exists: existsSync,
    isPartOfTarget,
    readYaml: async (path) => parseYaml(path, readConfigurationText(path)),
  };
}
