import { textOf } from '../../core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../core/cataloger.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  malformedList,
  onePerVersion,
  type PackageList,
  readPackageList,
} from '../../parse/package-list/package-list.ts';
import {
  type PythonLocked,
  pipfilePackages,
  type ReadLocked,
  readPdmEntry,
  readPipfileEntry,
  readPoetryEntry,
  readPylockEntry,
  readUvEntry,
  tomlPackages,
  versionReference,
} from '../../parse/python/lock-file.ts';
import { pypiPurl, pythonName } from '../../parse/python/python-name.ts';

interface LockForm {
  /** Of the metadata, where there are any that are known elsewhere. */
  readonly kind?: string;
  /** Name of the list of packages, in TOML. */
  readonly list?: 'packages';
  readonly read: ReadLocked;
}

/** Forms by the role of the file. */
const FORMS: ReadonlyMap<string, LockForm> = new Map(
  Object.entries({
    pdm: { kind: 'python-pdm-lock-entry', read: readPdmEntry },
    pipfile: { kind: 'python-pipfile-lock-entry', read: readPipfileEntry },
    poetry: { kind: 'python-poetry-lock-entry', read: readPoetryEntry },
    pylock: { list: 'packages', read: readPylockEntry },
    uv: { kind: 'python-uv-lock-entry', read: readUvEntry },
  }),
);

/**
 * Python projects that the locks of Pipenv, Poetry, PDM and uv and the common lock settle on. Those
 * for development are left out where the lock has them apart, as that of Pipenv does, which in turn
 * does not tell which needs which.
 */
export const pythonLock: Cataloger<PackageList> = {
  id: 'python-lock',
  alias: 'python-package-cataloger',
  version: 2,
  title: 'Python projects that are locked',
  spec: 'https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile',
  tags: ['declared', 'directory', 'language', 'package', 'python'],
  can: { licenses: 'no', dependencies: 'partly', ownedFiles: 'no' },
  wants: [
    { role: 'pdm', paths: ['**/pdm.lock'], maxBytes: 'lockFileBytesMax' },
    { role: 'pipfile', paths: ['**/Pipfile.lock'], maxBytes: 'lockFileBytesMax' },
    { role: 'poetry', paths: ['**/poetry.lock'], maxBytes: 'lockFileBytesMax' },
    {
      role: 'pylock',
      paths: ['**/pylock.toml', '**/pylock.*.toml'],
      maxBytes: 'lockFileBytesMax',
    },
    { role: 'uv', paths: ['**/uv.lock', '**/*.py.lock'], maxBytes: 'lockFileBytesMax' },
  ],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }, { role }) => ({
      type: 'python',
      language: 'python',
      purl: pypiPurl({ name, version }),
      foundBy: pythonLock.id,
      rule: 'a package of a lock file',
      ...kindOf(role),
    })),
};

/** The common lock has no kind of metadata that is known elsewhere. */
function kindOf(role: string): { readonly kind?: string } {
  const kind = FORMS.get(role)?.kind;
  return kind === undefined ? {} : { kind };
}

function extract({ role, content, limits, budget }: WantedFile): Extraction<PackageList> {
  const form = FORMS.get(role);
  const text = textOf(content);
  const records =
    role === 'pipfile'
      ? pipfilePackages(text, budget)
      : tomlPackages(text, form?.list ?? 'package', budget);
  if (records === undefined || form === undefined) {
    return malformedList('the lock has no packages, or is not well formed');
  }
  const locked: PythonLocked[] = [];
  const { problems } = readPackageList(records, 'package', limits, (record) => {
    const read = form.read(record);
    if (read !== undefined) {
      locked.push(read);
    }
    return read;
  });
  // PDM repeats a package for each combination of its extras; the first entry is the plain one.
  return { fact: { packages: onePerVersion(locked.map(listedOf(locked))) }, problems };
}

/** What an extra needs counts where the extra is asked for. */
function listedOf(all: readonly PythonLocked[]): (locked: PythonLocked) => ListedPackage {
  const asked = new Set(all.flatMap(({ requires }) => requires));
  // A set also visits what is added on the way: extras may ask for extras.
  const byReference = new Map(all.flatMap(extrasByReference));
  for (const reference of asked) {
    for (const needed of byReference.get(reference) ?? []) {
      asked.add(needed);
    }
  }
  return (locked) => {
    const { name, version, requires, extras, isProject, metadata } = locked;
    const forExtras = [...extras].flatMap(([extra, needed]) =>
      isProject || asked.has(referenceOf(name, extra)) ? needed : [],
    );
    const plain = pythonName(name);
    return {
      name: plain,
      version,
      provides: [plain, versionReference(plain, version)],
      requires: [...requires, ...forExtras],
      metadata,
    };
  };
}

function extrasByReference({ name, extras }: PythonLocked): [string, readonly string[]][] {
  return [...extras].map(([extra, needed]) => [referenceOf(name, extra), needed]);
}

function referenceOf(name: string, extra: string): string {
  return `${pythonName(name)}[${pythonName(extra)}]`;
}
