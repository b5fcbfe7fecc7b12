import type { Budget } from '../../../foundation/core/budget.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import { canMarkerHold } from './lock-marker.ts';
import { normalizePythonName } from './python-name.ts';

type Members = Readonly<Record<string, unknown>>;

/** A package that a Python lock pins. */
export interface PythonLocked {
  /** As written in the lock. */
  readonly name: string;
  readonly version: string;
  /** Its requirements, as normalized `name` and `name[extra]`. */
  readonly requires: readonly string[];
  /** Requirements of its extras, by extra. */
  readonly extras: Readonly<Record<string, readonly string[]>>;
  /** Whether production installs it, if its entry states that. */
  readonly isProduction?: boolean;
  readonly metadata: Members;
}

/** Parses an entry of a document; `undefined` if it has no name or no version. */
export type ReadLocked = (entry: unknown, document: Members) => PythonLocked | undefined;

/** `Pipfile.lock` keeps packages by name; development packages are separate. */
export function readPipfilePackages(text: string, budget: Budget): readonly unknown[] | undefined {
  const document = parseFileJson(text, budget);
  const packages = isRecord(document) ? document['default'] : undefined;
  if (!isRecord(document) || !isRecord(packages)) {
    return undefined;
  }
  const sources = readIndexes(document['_meta']);
  // One beyond the limit is enough to report that there are more: each costs more than its bytes.
  const names = Object.keys(packages).slice(0, budget.limits.recordsMax + 1);
  return names.map((name) => {
    const entry = packages[name];
    const members = isRecord(entry) ? entry : {};
    const index = sources.get(getText(members, 'index')) ?? [...sources.values()][0] ?? '';
    return { name, index, entry: members };
  });
}

function readIndexes(about: unknown): ReadonlyMap<string, string> {
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

/** The lock omits the default index. */
export const readPoetryEntry: ReadLocked = (entry) => {
  const base = readIdentity(entry);
  if (base === undefined) {
    return undefined;
  }
  const source = isRecord(base.entry['source']) ? base.entry['source'] : {};
  const dependencies = readPoetryDependencies(base.entry['dependencies']);
  const extras = new Map(
    listMembers(base.entry['extras']).map(([name, list]) => [name, toTexts(list)]),
  );
  const isProduction = isOfProduction(base.entry, ['main']);
  const needed = dependencies.filter(({ markers = '' }) => !markers.includes('extra =='));
  return {
    ...base.identity,
    requires: needed.flatMap(({ name, extras: requestedExtras }) =>
      toReferences(name, requestedExtras),
    ),
    extras: Object.fromEntries(
      [...extras].map(([name, list]) => [name, list.flatMap(parseReferences)]),
    ),
    ...defined({ isProduction }),
    metadata: {
      index: getText(source, 'url'),
      dependencies: dependencies.length === 0 ? null : dependencies,
      ...toExtrasMember(extras),
    },
  };
};

/**
 * Poetry 2 and PDM state the groups that require a package, earlier versions of Poetry a category.
 * A package that only extras of the project require is optional, and only installed on request.
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

/** Reads a range, an object with one, or a list of such objects. */
function readPoetryDependencies(value: unknown): LockedDependency[] {
  return listMembers(value)
    .sort(([left], [right]) => compareText(left, right))
    .flatMap(([name, wanted]) =>
      (Array.isArray(wanted) ? wanted : [wanted]).map((one: unknown) => {
        const members: Members = isRecord(one) ? one : { version: one };
        const version = getText(members, 'version');
        return { name, version, optional: false, ...readConditions(members, 'markers', 'extras') };
      }),
    );
}

export function readConditions(
  members: Members,
  marker: string,
  extra: string,
): Partial<LockedDependency> {
  const markers = getText(members, marker);
  const extras = toTexts(members[extra]);
  return { ...(markers === '' ? {} : { markers }), ...(extras.length === 0 ? {} : { extras }) };
}

export function toExtrasMember(extras: ReadonlyMap<string, readonly string[]>): Members {
  const list = [...extras]
    .sort(([left], [right]) => compareText(left, right))
    .map(([name, dependencies]) => ({ name, dependencies }));
  return list.length === 0 ? {} : { extras: list };
}

/**
 * Packages built from a directory or a repository may omit the version. Packages that only extras
 * or groups require are marked; default groups are installed. Packaging specifications,
 * "pylock.toml Specification".
 */
export const readPylockEntry: ReadLocked = (entry, document) => {
  const base = readIdentity(entry, SOURCES_WITHOUT_VERSION);
  const list = base?.entry['dependencies'];
  const needed: readonly unknown[] = Array.isArray(list) ? list : [];
  return base === undefined
    ? undefined
    : {
        ...base.identity,
        requires: needed.filter(isRecord).flatMap((one) => toPreciseReferences(one)),
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
 * A dependency states a version if the name alone is ambiguous. Extras are requested in addition.
 */
export function toPreciseReferences(dependency: Members, extras: readonly string[] = []): string[] {
  const name = normalizePythonName(getText(dependency, 'name'));
  const version = getText(dependency, 'version');
  const plain = version === '' ? name : toVersionReference(name, version);
  return [plain, ...extras.map((extra) => toExtraReference(plain, extra))];
}

/** Returns the reference to a package if the lock has several with its name. */
export function toVersionReference(name: string, version: string): string {
  return `${name}@${version}`;
}

export function toExtraReference(reference: string, extra: string): string {
  return `${reference}[${normalizePythonName(extra.trim())}]`;
}

/**
 * The lock has a separate entry for each requested combination of extras. The request may come from
 * the project, which is not in the lock.
 */
export const readPdmEntry: ReadLocked = (entry) => {
  const base = readIdentity(entry);
  if (base === undefined) {
    return undefined;
  }
  const dependencies = toTexts(base.entry['dependencies']);
  const needed = dependencies.flatMap(parseReferences);
  const isProduction = isOfProduction(base.entry, ['default']);
  const marker = getText(base.entry, 'marker');
  const requiresPython = getText(base.entry, 'requires_python');
  return {
    ...base.identity,
    requires: needed,
    extras: {},
    ...defined({ isProduction }),
    metadata: {
      summary: getText(base.entry, 'summary'),
      files: readPdmFiles(base.entry['files']),
      ...(marker === '' ? {} : { marker }),
      ...(requiresPython === '' ? {} : { requiresPython }),
      ...(dependencies.length === 0 ? {} : { dependencies }),
    },
  };
};

function readPdmFiles(value: unknown): object[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter(isRecord).flatMap((file) => {
    const [, algorithm, digest] = /^(\w+):(.*)$/.exec(getText(file, 'hash')) ?? [];
    return algorithm === undefined || digest === undefined
      ? []
      : [{ url: getText(file, 'file'), digest: { algorithm, value: digest } }];
  });
}

/** Packages built from one of `sources` may omit the version. */
export function readIdentity(
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

export function listMembers(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}

/** Returns references to the package itself and to each of its requested extras. */
export function toReferences(name: string, extras: readonly string[] = []): string[] {
  const plain = normalizePythonName(name);
  return [plain, ...extras.map((extra) => toExtraReference(plain, extra))];
}

/**
 * Returns the references of a requirement string: `coverage[toml] (>=5.3); python_version < "3"`.
 */
export function parseReferences(text: string): string[] {
  const [, name, extras] = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?/.exec(text) ?? [];
  const requestedExtras = (extras ?? '').split(',').filter((extra) => extra.trim() !== '');
  return name === undefined ? [] : toReferences(name, requestedExtras);
}
