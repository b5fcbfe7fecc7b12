import { posix } from 'node:path';
import { readText } from '../../core/bytes.ts';
import type {
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../core/cataloger.ts';
import { FileRefMap } from '../../core/file-ref-map.ts';
import {
  assemblePackageLists,
  malformedList,
  type PackageList,
  readListRecords,
} from '../../ecosystem/package-list.ts';
import {
  type PythonLocked,
  pipfilePackages,
  type ReadLocked,
  readPdmEntry,
  readPipfileEntry,
  readPoetryEntry,
  readPylockEntry,
} from '../../ecosystem/python/lock-file.ts';
import { ALL_GROUPS, defaultGroups, projectRoots } from '../../ecosystem/python/project-roots.ts';
import { pypiPurl } from '../../ecosystem/python/python-name.ts';
import { settlePythonLock } from '../../ecosystem/python/settle-lock.ts';
import { readUvEntry, uvGroups, uvRoots } from '../../ecosystem/python/uv-lock-file.ts';
import { parseToml } from '../../syntax/text/toml.ts';

type Members = Readonly<Record<string, unknown>>;

interface LockForm {
  /** Of the metadata, where there are any that are known elsewhere. */
  readonly kind?: string;
  /** Name of the list of packages, in TOML. */
  readonly list?: 'packages';
  readonly read: ReadLocked;
  /** References of what production needs, if the lock itself tells. */
  readonly roots?: (document: Members) => readonly string[] | undefined;
  readonly groups?: (document: Members) => Readonly<Record<string, readonly string[]>>;
  /** Whether `pyproject.toml` beside it tells what production needs. */
  readonly hasProject?: boolean;
}

/** Forms by the role of the file. */
const FORMS: ReadonlyMap<string, LockForm> = new Map<string, LockForm>(
  Object.entries({
    pdm: { kind: 'python-pdm-lock-entry', read: readPdmEntry, hasProject: true },
    pipfile: { kind: 'python-pipfile-lock-entry', read: readPipfileEntry },
    poetry: { kind: 'python-poetry-lock-entry', read: readPoetryEntry, hasProject: true },
    pylock: { list: 'packages', read: readPylockEntry },
    uv: { kind: 'python-uv-lock-entry', read: readUvEntry, roots: uvRoots, groups: uvGroups },
  }),
);

interface PythonLock {
  readonly entries: readonly PythonLocked[];
  readonly roots?: readonly string[];
  /** References by group, if the lock keeps groups apart. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
}

/** What `pyproject.toml` asks for, and which groups are installed unless they are declined. */
interface ProjectRoots {
  readonly projectRoots?: readonly string[];
  readonly defaultGroups: readonly string[];
}

type PythonFact = PythonLock | ProjectRoots;

/**
 * Python projects that the locks of Pipenv, Poetry, PDM and uv and the common lock settle on, but
 * for those that only groups for development or extras of the project itself need. That of Pipenv
 * does not tell which needs which.
 */
export const pythonLock: Cataloger<PythonFact> = {
  id: 'python-lock',
  alias: 'python-package-cataloger',
  version: 4,
  title: 'Locked Python projects',
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
    { role: 'project', paths: ['**/pyproject.toml'], maxBytes: 'configFileBytesMax' },
  ],
  extract: (file) => (file.role === 'project' ? extractProject(file) : extractLock(file)),
  assemble: (input) =>
    assemblePackageLists(
      { ...input, facts: settledFacts(input) },
      ({ name, version }, { role }) => ({
        type: 'python',
        language: 'python',
        purl: pypiPurl({ name, version }),
        foundBy: pythonLock.id,
        rule: 'a package in a lock file',
        ...kindOf(role),
      }),
    ),
};

/** The common lock has no kind of metadata that is known elsewhere. */
function kindOf(role: string): { readonly kind?: string } {
  const kind = FORMS.get(role)?.kind;
  return kind === undefined ? {} : { kind };
}

function extractLock({ role, content, limits, budget }: WantedFile): Extraction<PythonLock> {
  const form = FORMS.get(role);
  const text = readText(content);
  const document = role === 'pipfile' ? undefined : parseToml(text, budget);
  const list = document?.[form?.list ?? 'package'] ?? [];
  const isList = document !== undefined && Array.isArray(list);
  const records = role === 'pipfile' ? pipfilePackages(text, budget) : isList ? list : undefined;
  if (records === undefined || form === undefined) {
    const { problems = [] } = malformedList('the lock file has no packages, or is malformed');
    return { problems };
  }
  const { packages, problems } = readListRecords<unknown, PythonLocked>(
    records,
    'package',
    limits,
    (entry) => form.read(entry, document ?? {}),
  );
  const roots = document && form.roots?.(document);
  const groups = document && form.groups?.(document);
  return {
    fact: {
      entries: packages,
      ...(roots === undefined ? {} : { roots }),
      ...(groups === undefined ? {} : { groups }),
    },
    problems,
  };
}

function extractProject({ content, budget }: WantedFile): Extraction<ProjectRoots> {
  const document = parseToml(readText(content), budget);
  if (document === undefined) {
    return {};
  }
  const roots = projectRoots(document);
  return {
    fact: {
      ...(roots === undefined ? {} : { projectRoots: roots }),
      defaultGroups: defaultGroups(document),
    },
  };
}

/** Locks with the packages that production installs; projects are used up. */
function settledFacts({ view, facts }: AssemblyInput<PythonFact>): VisibleFact<PackageList>[] {
  const projects = new FileRefMap(
    facts.flatMap(({ fact, ref }) => ('entries' in fact ? [] : [[ref, fact] as const])),
  );
  return facts.flatMap(({ fact, ...visible }) => {
    if (!('entries' in fact)) {
      return [];
    }
    const found = view.resolve(posix.join(posix.dirname(visible.path), 'pyproject.toml'));
    const project = found && projects.get(found.ref);
    const roots = productionRoots(fact, FORMS.get(visible.role), project);
    return [{ ...visible, fact: { packages: settlePythonLock(fact.entries, roots) }, earlier: [] }];
  });
}

function productionRoots(
  { roots, groups = {} }: PythonLock,
  form: LockForm | undefined,
  project: ProjectRoots | undefined,
): readonly string[] | undefined {
  if (roots === undefined) {
    // Marks do not suffice: an extra of the project may need what a group needs, too.
    return form?.hasProject === true ? project?.projectRoots : undefined;
  }
  const names = project?.defaultGroups ?? [];
  const byDefault = names.includes(ALL_GROUPS)
    ? Object.keys(groups).filter((group) => group !== 'dev')
    : names;
  return [...roots, ...byDefault.flatMap((group) => groups[group] ?? [])];
}
