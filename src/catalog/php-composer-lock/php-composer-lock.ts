import { textOf } from '../../core/bytes.ts';
import type { Cataloger, Extraction, VisibleFact, WantedFile } from '../../core/cataloger.ts';
import type { Location, Package } from '../../core/package.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { declaredLicense, mergeLicenses } from '../../parse/license/license.ts';
import { writePurl } from '../../parse/purl/purl.ts';
import { isRecord, parseJson } from '../../parse/text/json.ts';

/**
 * One locked package: its identity, its licences, and the members that are passed on as they are.
 */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
  readonly entry: Readonly<Record<string, unknown>>;
}

export interface ComposerLockFact {
  readonly packages: readonly LockedPackage[];
}

/**
 * Members of an entry that say something of the package itself. Composer, "composer.json schema".
 */
const KEPT_MEMBERS = [
  'name',
  'version',
  'source',
  'dist',
  'require',
  'provide',
  'require-dev',
  'suggest',
  'type',
  'notification-url',
  'bin',
  'authors',
  'description',
  'homepage',
  'keywords',
  'time',
] as const;

/**
 * Packages that a PHP project locks for use in production: those for development only are not on
 * board. It does not tell dependencies: the lock names them by ranges only.
 */
export const phpComposerLock: Cataloger<ComposerLockFact> = {
  id: 'php-composer-lock',
  alias: 'php-composer-lock-cataloger',
  version: 1,
  title: 'Packages locked by Composer',
  spec: 'https://getcomposer.org/doc/01-basic-usage.md',
  tags: ['composer', 'declared', 'directory', 'language', 'package', 'php'],
  can: { licenses: 'yes', dependencies: 'no', ownedFiles: 'no' },
  wants: [{ role: 'lock', paths: ['**/composer.lock'], maxBytes: 'textFileBytesMax' }],
  extract,
  assemble: ({ facts }) => ({
    packages: facts.flatMap((visible) =>
      visible.fact.packages.map((locked) => toPackage(locked, visible)),
    ),
  }),
};

function extract(file: WantedFile): Extraction<ComposerLockFact> {
  const document = parseJson(textOf(file.content));
  const list = isRecord(document) ? document['packages'] : undefined;
  if (!Array.isArray(list)) {
    return { problems: [{ code: 'P_MALFORMED', message: 'the lock has no list of packages' }] };
  }
  const problems: ProblemNote[] = [];
  const packages: LockedPackage[] = [];
  for (const [index, entry] of list.slice(0, file.limits.recordsMax).entries()) {
    const locked = readEntry(entry);
    if (locked === undefined) {
      const message = `package ${index + 1} has no name or no version and was left out`;
      problems.push({ code: 'P_RECORD', message });
    } else {
      packages.push(locked);
    }
  }
  if (list.length > file.limits.recordsMax) {
    problems.push({ code: 'P_LIMIT', message: 'the lock has too many packages' });
  }
  return { fact: { packages }, problems };
}

function readEntry(entry: unknown): LockedPackage | undefined {
  if (!isRecord(entry)) {
    return undefined;
  }
  const { name, version, license } = entry;
  if (typeof name !== 'string' || typeof version !== 'string' || name === '' || version === '') {
    return undefined;
  }
  const kept = KEPT_MEMBERS.filter((member) => entry[member] !== undefined);
  return {
    name,
    version,
    licenses: [license].flat().filter((value) => typeof value === 'string'),
    entry: Object.fromEntries(kept.map((member) => [member, entry[member]])),
  };
}

function toPackage(locked: LockedPackage, visible: VisibleFact<ComposerLockFact>): Package {
  const { path, layer } = visible;
  const location: Location = {
    path,
    accessPath: path,
    ...(layer === undefined ? {} : { layer }),
    evidence: 'primary',
  };
  const slash = locked.name.indexOf('/');
  return {
    name: locked.name,
    version: locked.version,
    type: 'php-composer',
    language: 'php',
    purl: writePurl({
      type: 'composer',
      namespace: slash < 0 ? undefined : locked.name.slice(0, slash),
      name: locked.name.slice(slash + 1),
      version: locked.version,
    }),
    foundBy: 'php-composer-lock',
    rule: 'a package of composer.lock',
    confidence: 1,
    locations: [location],
    licenses: mergeLicenses(
      locked.licenses.map((value) => declaredLicense(value, { locations: [location] })),
    ),
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    metadata: { kind: 'php-composer-lock-entry', value: locked.entry },
  };
}
