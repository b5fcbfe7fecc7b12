import { USUAL_DATABASE_AGE_DAYS } from '../../core/advisory.ts';
import { JUDGING } from '../command-groups.data.ts';
import type { OptionSpec } from '../option-spec.ts';

/** In the order of the help. */
export const DATABASE_OPTIONS = {
  db: {
    kind: 'text',
    flag: 'db',
    argument: 'DIR',
    defaultAbout: 'the directory "db" in the cache directory',
    commands: [...JUDGING, 'db'],
    environment: 'PLIMSOLL_DB',
    configKey: 'db',
    fromProject: 'refused',
    description: 'directory of the advisory database',
    example: 'plimsoll alpine.tar --db ./advisories',
  },
  dbUrl: {
    kind: 'list',
    flag: 'db-url',
    argument: 'URL',
    commands: [...JUDGING, 'db'],
    environment: 'PLIMSOLL_DB_URL',
    configKey: 'db-url',
    fromProject: 'refused',
    description:
      'URL or directory to update the advisory database from, instead of https://grype.anchore.io/databases; can be repeated, tried in order',
    example: 'plimsoll db update --db-url https://mirror.example/databases',
  },
  dbDigest: {
    kind: 'text',
    flag: 'db-digest',
    argument: 'sha256:HEX',
    defaultAbout: 'any archive',
    commands: [...JUDGING, 'db'],
    environment: 'PLIMSOLL_DB_DIGEST',
    configKey: 'db-digest',
    fromProject: 'refused',
    description: 'only accept the database built from the archive with this digest',
    example: 'plimsoll db update --db-digest sha256:0b6c…',
  },
  insecureDbHttp: {
    kind: 'boolean',
    flag: 'insecure-db-http',
    default: false,
    commands: [...JUDGING, 'db'],
    environment: 'PLIMSOLL_INSECURE_DB_HTTP',
    configKey: 'insecure-db-http',
    fromProject: 'refused',
    description:
      'allow --db-url http://…, which lets anyone on the network replace the advisory database',
    example: 'plimsoll db update --db-url http://mirror.internal/databases --insecure-db-http',
  },
  acceptLoss: {
    kind: 'boolean',
    flag: 'accept-loss',
    default: false,
    commands: [...JUDGING, 'db'],
    environment: 'PLIMSOLL_ACCEPT_LOSS',
    configKey: 'accept-loss',
    fromProject: 'refused',
    description:
      'accept an advisory database that lost more than half of the statements of the one in use',
    example: 'plimsoll db import smaller.tar.zst --accept-loss',
  },
  dbAutoUpdate: {
    kind: 'boolean',
    flag: 'db-auto-update',
    default: true,
    commands: JUDGING,
    environment: 'PLIMSOLL_DB_AUTO_UPDATE',
    configKey: 'db-auto-update',
    fromProject: 'refused',
    description:
      'download the advisory database if it is missing or outdated (disable with --no-db-auto-update)',
    example: 'plimsoll --db-auto-update=false alpine.tar',
  },
  dbMaxAge: {
    kind: 'number',
    flag: 'db-max-age',
    argument: 'DAYS',
    default: USUAL_DATABASE_AGE_DAYS,
    commands: [...JUDGING, 'db'],
    environment: 'PLIMSOLL_DB_MAX_AGE',
    configKey: 'db-max-age',
    fromProject: 'refused',
    description: 'age in days after which the advisory database is outdated (0 for no limit)',
    example: 'plimsoll alpine.tar --db-max-age 14 --fail-incomplete',
  },
  earlierDb: {
    kind: 'text',
    flag: 'earlier-db',
    argument: 'DIR',
    defaultAbout: 'none; saved results keep their own findings',
    commands: ['compare', 'config'],
    environment: 'PLIMSOLL_EARLIER_DB',
    configKey: 'earlier-db',
    fromProject: 'refused',
    description:
      'directory of an earlier advisory database, to separate changes of the targets from changes of the advisories',
    example: 'plimsoll compare app-1.tar app-2.tar --earlier-db ./db-of-last-month',
  },
} as const satisfies Record<string, OptionSpec>;
