import type { Budget } from '../../core/budget.ts';
import { compareText } from '../../core/compare-text.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { getText, toTexts } from '../../syntax/json/member.ts';
import { parseFileJson } from '../../syntax/json/parse-json.ts';
import { canMarkerHold } from './lock-marker.ts';
import { pythonName } from './python-name.ts';

type Members = Readonly<Record<string, unknown>>;

/** A package that a Python lock settles on. */
export interface PythonLocked {
  /** As the lock writes it. */
  readonly name: string;
  readonly version: string;
  /** What it needs, as `name` and `name[extra]` in their one spelling. */
  readonly requires: readonly string[];
  /** What it needs only where an extra of it is asked for, by extra. */
  readonly extras: Readonly<Record<string, readonly string[]>>;
  /** Whether production installs it, if its entry states that. */
  readonly isProduction?: boolean;
  readonly metadata: Members;
}

/** Reads an entry of a document; `undefined` if it has no name or no version. */
export type ReadLocked = (entry: unknown, document: Members) => PythonLocked | undefined;

/** `Pipfile.lock` keeps packages by name; those for development are apart. */
export function pipfilePackages(text: string, budget: Budget): readonly unknown[] | undefined {
  const document = parseFileJson(text, budget);
  const packages = isRecord(document) ? document['default'] : undefined;
  if (!isRecord(document) || !isRecord(packages)) {
    return undefined;
  }
  const sources = indexesOf(document['_meta']);
  return Object.entries(packages).map(([name, entry]) => {
    const members = isRecord(entry) ? entry : {};
    const index = sources.get(getText(members, 'index')) ?? [...sources.values()][0] ?? '';
    return { name, index, entry: members };
  });
}

function indexesOf(about: unknown): ReadonlyMap<string, string> {
  const list = isRecord(about) ? about['sources'] : undefined;
  const sources: readonly unknown[] = Array.isArray(list) ? list : [];
  return new Map(
    sources.filter(isRecord).map((source) => [getText(source, 'name'), getText(source, 'url')]),
  );
}

/** One version is pinned with two or three equal signs. */
export const readPipfileEntry: ReadLocked = (value) => {
  const record = isRecord(value) ? value : {};
  const entry = isRecord(record['entry']) ? record['entry'] : {};
  const name = getText(record, 'name');
  const [, version = ''] = /^={2,3}\s*(\S+)$/.exec(getText(entry, 'version')) ?? [];
  if (name === '' || version === '') {
    return undefined;
  }
  const metadata = { hashes: toTexts(entry['hashes']), index: getText(record, 'index') };
  return { name, version, requires: [], extras: {}, metadata };
};

/** An index that is not stated is the usual one, which the lock leaves out. */
export const readPoetryEntry: ReadLocked = (entry) => {
  const base = identityOf(entry);
  if (base === undefined) {
    return undefined;
  }
  const source = isRecord(base.entry['source']) ? base.entry['source'] : {};
  const dependencies = poetryDependencies(base.entry['dependencies']);
  const extras = new Map(
    membersOf(base.entry['extras']).map(([name, list]) => [name, toTexts(list)]),
  );
  const isProduction = isOfProduction(base.entry, ['main']);
  const needed = dependencies.filter(({ markers = '' }) => !markers.includes('extra =='));
  return {
    ...base.identity,
    requires: needed.flatMap(({ name, extras: asked }) => referencesOf(name, asked)),
    extras: Object.fromEntries(
      [...extras].map(([name, list]) => [name, list.flatMap(requirementReferences)]),
    ),
    ...(isProduction === undefined ? {} : { isProduction }),
    metadata: {
      index: getText(source, 'url'),
      dependencies: dependencies.length === 0 ? null : dependencies,
      ...extrasMember(extras),
    },
  };
};

/**
 * Poetry 2 and PDM state the groups that need a package, earlier versions of Poetry a category.
 * What only extras of the project need is optional, and not installed unless asked for.
 */
function isOfProduction(entry: Members, production: readonly string[]): boolean | undefined {
  const groups = Array.isArray(entry['groups'])
    ? toTexts(entry['groups'])
    : [getText(entry, 'category')].filter((category) => category !== '');
  return groups.length === 0
    ? undefined
    : groups.some((group) => production.includes(group)) && entry['optional'] !== true;
}

export interface LockedDependency {
  readonly name: string;
  readonly version?: string;
  readonly optional: boolean;
  readonly markers?: string;
  readonly extras?: readonly string[];
}

/** A range, an object with one, or a list of such objects. */
function poetryDependencies(value: unknown): LockedDependency[] {
  return membersOf(value)
    .sort(([left], [right]) => compareText(left, right))
    .flatMap(([name, wanted]) =>
      (Array.isArray(wanted) ? wanted : [wanted]).map((one: unknown) => {
        const members: Members = isRecord(one) ? one : { version: one };
        const version = getText(members, 'version');
        return { name, version, optional: false, ...conditionsOf(members, 'markers', 'extras') };
      }),
    );
}

export function conditionsOf(
  members: Members,
  marker: string,
  extra: string,
): Partial<LockedDependency> {
  const markers = getText(members, marker);
  const extras = toTexts(members[extra]);
  return { ...(markers === '' ? {} : { markers }), ...(extras.length === 0 ? {} : { extras }) };
}

export function extrasMember(extras: ReadonlyMap<string, readonly string[]>): Members {
  const list = [...extras]
    .sort(([left], [right]) => compareText(left, right))
    .map(([name, dependencies]) => ({ name, dependencies }));
  return list.length === 0 ? {} : { extras: list };
}

/**
 * What is built from a folder or a repository need not state a version. A package that only extras
 * or groups need is marked so; of groups, those by default are installed. Packaging specifications,
 * "pylock.toml Specification".
 */
export const readPylockEntry: ReadLocked = (entry, document) => {
  const base = identityOf(entry, SOURCES_WITHOUT_VERSION);
  const list = base?.entry['dependencies'];
  const needed: readonly unknown[] = Array.isArray(list) ? list : [];
  return base === undefined
    ? undefined
    : {
        ...base.identity,
        requires: needed.filter(isRecord).flatMap((one) => preciseReferences(one)),
        extras: {},
        isProduction: canMarkerHold(
          getText(base.entry, 'marker'),
          toTexts(document['default-groups']),
        ),
        metadata: { index: getText(base.entry, 'index') },
      };
};

const SOURCES_WITHOUT_VERSION = ['directory', 'vcs', 'archive'];

/**
 * A dependency states a version where the name alone would not tell which package is meant. Each
 * extra is asked for besides.
 */
export function preciseReferences(dependency: Members, extras: readonly string[] = []): string[] {
  const name = pythonName(getText(dependency, 'name'));
  const version = getText(dependency, 'version');
  const plain = version === '' ? name : versionReference(name, version);
  return [plain, ...extras.map((extra) => extraReference(plain, extra))];
}

/** How a package is asked for where the lock has several of its name. */
export function versionReference(name: string, version: string): string {
  return `${name}@${version}`;
}

export function extraReference(reference: string, extra: string): string {
  return `${reference}[${pythonName(extra.trim())}]`;
}

/**
 * An entry for each combination of extras that is asked for stands beside that of the package. Who
 * asks may be the project, which is not in the lock.
 */
export const readPdmEntry: ReadLocked = (entry) => {
  const base = identityOf(entry);
  if (base === undefined) {
    return undefined;
  }
  const dependencies = toTexts(base.entry['dependencies']);
  const needed = dependencies.flatMap(requirementReferences);
  const isProduction = isOfProduction(base.entry, ['default']);
  const marker = getText(base.entry, 'marker');
  const requiresPython = getText(base.entry, 'requires_python');
  return {
    ...base.identity,
    requires: needed,
    extras: {},
    ...(isProduction === undefined ? {} : { isProduction }),
    metadata: {
      summary: getText(base.entry, 'summary'),
      files: pdmFiles(base.entry['files']),
      ...(marker === '' ? {} : { marker }),
      ...(requiresPython === '' ? {} : { requiresPython }),
      ...(dependencies.length === 0 ? {} : { dependencies }),
    },
  };
};

function pdmFiles(value: unknown): object[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter(isRecord).flatMap((file) => {
    const [, algorithm, digest] = /^(\w+):(.*)$/.exec(getText(file, 'hash')) ?? [];
    return algorithm === undefined || digest === undefined
      ? []
      : [{ url: getText(file, 'file'), digest: { algorithm, value: digest } }];
  });
}

/** What is built from one of `sources` need not state a version. */
export function identityOf(
  entry: unknown,
  sources: readonly string[] = [],
):
  | {
      readonly entry: Members;
      readonly identity: { readonly name: string; readonly version: string };
    }
  | undefined {
  if (!isRecord(entry)) {
    return undefined;
  }
  const name = getText(entry, 'name');
  const version = getText(entry, 'version');
  const hasVersion = version !== '' || sources.some((source) => entry[source] !== undefined);
  return name === '' || !hasVersion ? undefined : { entry, identity: { name, version } };
}

export function membersOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}

/** The package itself, and each extra of it that is asked for. */
export function referencesOf(name: string, extras: readonly string[] = []): string[] {
  const plain = pythonName(name);
  return [plain, ...extras.map((extra) => extraReference(plain, extra))];
}

/** Of a requirement as text: `coverage[toml] (>=5.3); python_version < "3"`. */
export function requirementReferences(text: string): string[] {
  const [, name, extras] = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?/.exec(text) ?? [];
  const asked = (extras ?? '').split(',').filter((extra) => extra.trim() !== '');
  return name === undefined ? [] : referencesOf(name, asked);
}
