import { RECOGNIZING } from '../command-groups.data.ts';
import type { OptionSpec } from '../option-spec.ts';

/** In the order of the help. */
export const BASE_IMAGE_OPTIONS = {
  base: {
    kind: 'text',
    flag: 'base',
    argument: 'auto|NAME',
    defaultAbout: 'findings have no origin',
    commands: ['scan', 'check', 'justify', 'push', 'config'],
    environment: 'PLIMSOLL_BASE',
    configKey: 'base',
    fromProject: 'allowed',
    description:
      'show which findings come from the base image: NAME of a known one, or "auto" to identify it',
    example: 'plimsoll scan app.tar --base auto',
    isShaping: true,
  },
  remember: {
    kind: 'boolean',
    flag: 'remember',
    default: false,
    commands: ['scan'],
    fromProject: 'refused',
    description:
      'add facts about the target to the known base images; lists all its files, as --file-selection all does',
    example: 'plimsoll scan app.tar --remember',
  },
  baseStore: {
    kind: 'text',
    flag: 'base-store',
    argument: 'DIR',
    defaultAbout: '$XDG_DATA_HOME/plimsoll/bases or ~/.local/share/plimsoll/bases',
    commands: ['harden base', 'harden', ...RECOGNIZING],
    environment: 'PLIMSOLL_BASE_STORE',
    configKey: 'base-store',
    fromProject: 'refused',
    description:
      'directory of the known base images, in which files without a package record are looked up',
    example: 'plimsoll harden base list --base-store ./bases',
  },
  rank: {
    kind: 'number',
    flag: 'rank',
    argument: 'NUMBER',
    default: 0,
    commands: ['harden base'],
    fromProject: 'refused',
    description:
      'precedence among base images with the same layers: the highest rank is named first',
    example: 'plimsoll harden base add debian.tar --name debian:12-slim --rank 10',
  },
} as const satisfies Record<string, OptionSpec>;
