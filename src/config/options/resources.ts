import { READING } from '../command-groups.data.ts';
import type { OptionSpec } from '../option-spec.ts';

/** Topic "cache and limits" of the help, in its order. */
export const RESOURCES_OPTIONS = {
  cache: {
    kind: 'boolean',
    flag: 'cache',
    default: true,
    commands: READING,
    environment: 'PLIMSOLL_CACHE',
    configKey: 'cache',
    fromProject: 'allowed',
    description:
      'keep what the layers of images hold, and do not read again those that are known; --no-cache neither looks nor keeps',
    example: 'plimsoll --cache=false alpine.tar',
  },
  verify: {
    kind: 'boolean',
    flag: 'verify',
    default: false,
    commands: READING,
    environment: 'PLIMSOLL_VERIFY',
    configKey: 'verify',
    fromProject: 'allowed',
    description: 'read and hash every layer anew, also those that are known, and renew the cache',
    example: 'plimsoll alpine.tar --verify',
  },
  cacheDir: {
    kind: 'text',
    flag: 'cache-dir',
    argument: 'FOLDER',
    defaultAbout: '$XDG_CACHE_HOME/plimsoll or ~/.cache/plimsoll',
    commands: [...READING, 'db', 'cache'],
    environment: 'PLIMSOLL_CACHE_DIR',
    configKey: 'cache-dir',
    fromProject: 'refused',
    description: 'the folder that holds caches and databases',
    example: 'plimsoll alpine.tar --cache-dir .cache/plimsoll',
  },
  limits: {
    kind: 'limits',
    flag: 'limit',
    argument: 'NAME=VALUE',
    commands: [...READING, 'convert', 'db', 'cache'],
    environment: 'PLIMSOLL_LIMITS',
    configKey: 'limits',
    fromProject: 'refused',
    description: 'set one of the limits that "plimsoll help limits" lists; may be repeated',
    example: 'plimsoll huge.tar --limit layerBytesMax=128GiB',
    isShaping: true,
  },
  maxMemory: {
    kind: 'bytes',
    flag: 'max-memory',
    argument: 'SIZE',
    default: 0,
    commands: READING,
    environment: 'PLIMSOLL_MAX_MEMORY',
    configKey: 'max-memory',
    fromProject: 'allowed',
    description:
      'take no more memory than SIZE, at least 160MiB; what is kept goes to temporary files sooner, and limits of what cannot are lowered; 0 for as much as there is',
    example: 'plimsoll huge.tar --max-memory 512MiB',
    isShaping: true,
  },
} as const satisfies Record<string, OptionSpec>;
