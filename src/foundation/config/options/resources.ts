import { READING } from '../command-groups.data.ts';
import type { OptionSpec } from '../option-spec.ts';

/** In the order of the help. */
export const RESOURCES_OPTIONS = {
  cache: {
    kind: 'boolean',
    flag: 'cache',
    default: true,
    commands: READING,
    environment: 'PLIMSOLL_CACHE',
    configKey: 'cache',
    fromProject: 'allowed',
    description: 'cache the contents of image layers (disable with --no-cache)',
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
    description: 'ignore cached layers: read and verify every layer, then update the cache',
    example: 'plimsoll alpine.tar --verify',
  },
  cacheDir: {
    kind: 'text',
    flag: 'cache-dir',
    argument: 'DIR',
    defaultAbout:
      '$XDG_CACHE_HOME/plimsoll, %LOCALAPPDATA%\\plimsoll on Windows, or ~/.cache/plimsoll',
    commands: [...READING, 'db', 'cache'],
    environment: 'PLIMSOLL_CACHE_DIR',
    configKey: 'cache-dir',
    fromProject: 'refused',
    description: 'directory for caches and databases',
    example: 'plimsoll alpine.tar --cache-dir .cache/plimsoll',
  },
  limits: {
    kind: 'limits',
    flag: 'limit',
    argument: 'NAME=VALUE',
    commands: [...READING, 'db', 'cache'],
    environment: 'PLIMSOLL_LIMITS',
    configKey: 'limits',
    fromProject: 'refused',
    description: 'set a limit (see "plimsoll help limits"); can be repeated',
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
      'limit memory to SIZE, at least 160MiB: temporary files are used sooner, and some limits are lowered (0 for no limit)',
    example: 'plimsoll huge.tar --max-memory 512MiB',
    isShaping: true,
  },
} as const satisfies Record<string, OptionSpec>;
