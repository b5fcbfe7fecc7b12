import type { OptionSpec } from '../option-spec.ts';

/** In the order of the help. */
export const SERVER_OPTIONS = {
  listen: {
    kind: 'text',
    flag: 'listen',
    argument: 'HOST:PORT',
    defaultAbout: '127.0.0.1:7447',
    commands: ['serve', 'config'],
    environment: 'PLIMSOLL_LISTEN',
    configKey: 'listen',
    fromProject: 'refused',
    description: 'loopback address of the server; port 0 chooses a free one',
    example: 'plimsoll serve --listen 127.0.0.1:0',
  },
  serverDir: {
    kind: 'text',
    flag: 'server-dir',
    argument: 'DIR',
    defaultAbout: '$XDG_DATA_HOME/plimsoll/server or ~/.local/share/plimsoll/server',
    commands: ['serve', 'worker', 'push', 'notify', 'config'],
    environment: 'PLIMSOLL_SERVER_DIR',
    configKey: 'server-dir',
    fromProject: 'refused',
    description: "directory of the server's store, which also contains the address of the server",
    example: 'plimsoll serve --server-dir ./server',
  },
  database: {
    kind: 'text',
    flag: 'database',
    argument: 'URL',
    defaultAbout: 'SQLite in the directory of the store',
    commands: ['serve', 'worker', 'config'],
    environment: 'PLIMSOLL_DATABASE',
    configKey: 'database',
    fromProject: 'refused',
    description: 'PostgreSQL database of the store; prefer the variable if it contains a password',
    example: 'plimsoll serve --database postgres://plimsoll@db.example/plimsoll',
  },
  sample: {
    kind: 'boolean',
    flag: 'sample',
    default: false,
    commands: ['serve'],
    fromProject: 'refused',
    description:
      'serve three sample images with a small advisory database, in a store of their own',
    example: 'plimsoll serve --sample',
  },
  kind: {
    kind: 'list',
    flag: 'kind',
    argument: 'KIND',
    commands: ['notify'],
    fromProject: 'refused',
    description:
      'only send messages about changes by KIND: data, image, decision, policy, time or retirement; can be repeated',
    example: 'plimsoll notify add ops https://hooks.example.org/ --kind data',
  },
} as const satisfies Record<string, OptionSpec>;
