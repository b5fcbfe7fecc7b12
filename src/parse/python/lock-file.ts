import type { Budget } from '../../core/budget.ts';
import { compareText } from '../../core/compare-text.ts';
import { isRecord } from '../json/guard.ts';
import { textIn, textList } from '../json/member.ts';
import { parseFileJson } from '../json/parse-json.ts';
import { parseToml } from '../text/toml.ts';
import { pythonName } from './python-name.ts';

type Members = Readonly<Record<string, unknown>>;

/** A package that a Python lock settles on. */
export interface PythonLocked {
  /** As the lock writes it. */
  readonly name: string;
  readonly version: string;
  /** What it needs, as `name` and `name[extra]` in their one spelling. */
  readonly requires: readonly string[];
  /** What it needs only where an extra of it is asked for. */
  readonly extras: ReadonlyMap<string, readonly string[]>;
  /** Whether it is the project itself: then its extras are asked for too. */
  readonly isProject: boolean;
  readonly metadata: Members;
}

/** Reads an entry; `undefined` where it has no name or no version. */
export type ReadLocked = (entry: unknown) => PythonLocked | undefined;

/** A list of a lock in TOML, empty where there is none; `undefined` where the lock is malformed. */
export function tomlPackages(
  text: string,
  name: 'package' | 'packages',
  budget: Budget,
): readonly unknown[] | undefined {
  const document = parseToml(text, budget);
  const list = document?.[name] ?? [];
  return document !== undefined && Array.isArray(list) ? list : undefined;
}

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
    const index = sources.get(textIn(members, 'index')) ?? [...sources.values()][0] ?? '';
    return { name, index, entry: members };
  });
}

function indexesOf(about: unknown): ReadonlyMap<string, string> {
  const list = isRecord(about) ? about['sources'] : undefined;
  const sources: readonly unknown[] = Array.isArray(list) ? list : [];
  return new Map(
    sources.filter(isRecord).map((source) => [textIn(source, 'name'), textIn(source, 'url')]),
  );
}

/** One version is pinned with two or three equal signs. */
export const readPipfileEntry: ReadLocked = (value) => {
  const record = isRecord(value) ? value : {};
  const entry = isRecord(record['entry']) ? record['entry'] : {};
  const name = textIn(record, 'name');
  const [, version = ''] = /^={2,3}\s*(\S+)$/.exec(textIn(entry, 'version')) ?? [];
  if (name === '' || version === '') {
    return undefined;
  }
  const metadata = { hashes: textList(entry['hashes']), index: textIn(record, 'index') };
  return { name, version, requires: [], extras: new Map(), isProject: false, metadata };
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
    membersOf(base.entry['extras']).map(([name, list]) => [name, textList(list)]),
  );
  const needed = dependencies.filter(({ markers = '' }) => !markers.includes('extra =='));
  return {
    ...base.identity,
    requires: needed.flatMap(({ name, extras: asked }) => referencesOf(name, asked)),
    extras: new Map([...extras].map(([name, list]) => [name, list.flatMap(requirementReferences)])),
    isProject: false,
    metadata: {
      index: textIn(source, 'url'),
      dependencies: dependencies.length === 0 ? null : dependencies,
      ...extrasMember(extras),
    },
  };
};

interface LockedDependency {
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
        const version = textIn(members, 'version');
        return { name, version, optional: false, ...conditionsOf(members, 'markers', 'extras') };
      }),
    );
}

function conditionsOf(members: Members, marker: string, extra: string): Partial<LockedDependency> {
  const markers = textIn(members, marker);
  const extras = textList(members[extra]);
  return { ...(markers === '' ? {} : { markers }), ...(extras.length === 0 ? {} : { extras }) };
}

function extrasMember(extras: ReadonlyMap<string, readonly string[]>): Members {
  const list = [...extras]
    .sort(([left], [right]) => compareText(left, right))
    .map(([name, dependencies]) => ({ name, dependencies }));
  return list.length === 0 ? {} : { extras: list };
}

/** A source is one member, whose name tells its kind. */
export const readUvEntry: ReadLocked = (entry) => {
  const base = identityOf(entry);
  if (base === undefined) {
    return undefined;
  }
  const source = isRecord(base.entry['source']) ? base.entry['source'] : {};
  const dependencies = uvDependencies(base.entry['dependencies']);
  const optional = membersOf(base.entry['optional-dependencies']).map(
    ([name, list]) => [name, uvDependencies(list)] as const,
  );
  return {
    ...base.identity,
    requires: uvReferences(base.entry['dependencies']),
    extras: new Map(
      membersOf(base.entry['optional-dependencies']).map(([name, list]) => [
        name,
        uvReferences(list),
      ]),
    ),
    isProject: ['virtual', 'editable'].some((kind) => source[kind] !== undefined),
    metadata: {
      index: textList(Object.values(source))[0] ?? '',
      dependencies: dependencies.length === 0 ? null : dependencies,
      ...extrasMember(new Map(optional.map(([name, list]) => [name, list.map((one) => one.name)]))),
    },
  };
};

/** The version is stated where the name alone would not do. */
function uvReferences(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter(isRecord).flatMap((one) => {
    const [, ...extras] = referencesOf(textIn(one, 'name'), textList(one['extra']));
    return [...preciseReferences(one), ...extras];
  });
}

function uvDependencies(value: unknown): LockedDependency[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list
    .filter(isRecord)
    .map((one) => ({
      name: textIn(one, 'name'),
      optional: false,
      ...conditionsOf(one, 'marker', 'extra'),
    }))
    .sort((left, right) => compareText(left.name, right.name));
}

/**
 * What is built from a folder or a repository need not state a version. Packaging specifications,
 * "pylock.toml Specification".
 */
export const readPylockEntry: ReadLocked = (entry) => {
  const base = identityOf(entry);
  const list = base?.entry['dependencies'];
  const needed: readonly unknown[] = Array.isArray(list) ? list : [];
  return base === undefined
    ? undefined
    : {
        ...base.identity,
        requires: needed.filter(isRecord).flatMap(preciseReferences),
        extras: new Map(),
        isProject: false,
        metadata: { index: textIn(base.entry, 'index') },
      };
};

/** A dependency states a version where the name alone would not tell which package is meant. */
function preciseReferences(dependency: Members): string[] {
  const name = pythonName(textIn(dependency, 'name'));
  const version = textIn(dependency, 'version');
  return version === '' ? [name] : [versionReference(name, version)];
}

/** How a package is asked for where the lock has several of its name. */
export function versionReference(name: string, version: string): string {
  return `${name}@${version}`;
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
  const dependencies = textList(base.entry['dependencies']);
  const needed = dependencies.flatMap(requirementReferences);
  const marker = textIn(base.entry, 'marker');
  const requiresPython = textIn(base.entry, 'requires_python');
  return {
    ...base.identity,
    requires: needed,
    extras: new Map(),
    isProject: false,
    metadata: {
      summary: textIn(base.entry, 'summary'),
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
    const [, algorithm, digest] = /^(\w+):(.*)$/.exec(textIn(file, 'hash')) ?? [];
    return algorithm === undefined || digest === undefined
      ? []
      : [{ url: textIn(file, 'file'), digest: { algorithm, value: digest } }];
  });
}

function identityOf(entry: unknown):
  | {
      readonly entry: Members;
      readonly identity: { readonly name: string; readonly version: string };
    }
  | undefined {
  if (!isRecord(entry)) {
    return undefined;
  }
  const name = textIn(entry, 'name');
  const version = textIn(entry, 'version');
  return name === '' || version === '' ? undefined : { entry, identity: { name, version } };
}

function membersOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}

/** The package itself, and each extra of it that is asked for. */
function referencesOf(name: string, extras: readonly string[] = []): string[] {
  const plain = pythonName(name);
  return [plain, ...extras.map((extra) => `${plain}[${pythonName(extra.trim())}]`)];
}

/** Of a requirement as text: `coverage[toml] (>=5.3); python_version < "3"`. */
function requirementReferences(text: string): string[] {
  const [, name, extras] = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?/.exec(text) ?? [];
  const asked = (extras ?? '').split(',').filter((extra) => extra.trim() !== '');
  return name === undefined ? [] : referencesOf(name, asked);
}
