import { posix } from 'node:path';
import { readText } from '../../../foundation/core/bytes.ts';
import type {
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { FileRefMap } from '../../../foundation/core/file-ref-map.ts';
import { parseToml } from '../../../foundation/syntax/text/toml.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type PackageList,
  readListRecords,
} from '../../ecosystem/package-list.ts';
import {
  type PythonLocked,
  type ReadLocked,
  readPdmEntry,
  readPipfileEntry,
  readPipfilePackages,
  readPoetryEntry,
  readPylockEntry,
} from '../../ecosystem/python/lock-file.ts';
import {
  ALL_GROUPS,
  readDefaultGroups,
  readProjectRoots,
} from '../../ecosystem/python/project-roots.ts';
import { toPypiPurl } from '../../ecosystem/python/python-name.ts';
import { selectPythonPackages } from '../../ecosystem/python/select-packages.ts';
import { readUvEntry, readUvGroups, readUvRoots } from '../../ecosystem/python/uv-lock-file.ts';

type Members = Readonly<Record<string, unknown>>;

interface LockForm {
  /** Type of the metadata, if Syft has one. */
  readonly kind?: string;
  /** Name of the list of packages, in TOML. */
  readonly list?: 'packages';
  readonly read: ReadLocked;
  /** Returns references of production dependencies, if the lock file itself contains them. */
  readonly roots?: (document: Members) => readonly string[] | undefined;
  readonly groups?: (document: Members) => Readonly<Record<string, readonly string[]>>;
  /** Whether `pyproject.toml` beside it declares the production dependencies. */
  readonly hasProject?: boolean;
}

/** Forms by the role of the file. */
const FORMS: ReadonlyMap<string, LockForm> = new Map<string, LockForm>(
  Object.entries({
    pdm: { kind: 'python-pdm-lock-entry', read: readPdmEntry, hasProject: true },
    pipfile: { kind: 'python-pipfile-lock-entry', read: readPipfileEntry },
    poetry: { kind: 'python-poetry-lock-entry', read: readPoetryEntry, hasProject: true },
    pylock: { list: 'packages', read: readPylockEntry },
    uv: {
      kind: 'python-uv-lock-entry',
      read: readUvEntry,
      roots: readUvRoots,
      groups: readUvGroups,
    },
  }),
);

interface PythonLock {
  readonly entries: readonly PythonLocked[];
  readonly roots?: readonly string[];
  /** References by group, if the lock file distinguishes groups. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
}

/** Requirements of `pyproject.toml`, and the groups that are installed by default. */
interface ProjectRoots {
  readonly projectRoots?: readonly string[];
  readonly defaultGroups: readonly string[];
}

type PythonFact = PythonLock | ProjectRoots;

/**
 * Python projects locked by Pipenv, Poetry, PDM, uv and the common lock file, except those that
 * only development groups or extras of the project itself need. The lock file of Pipenv contains no
 * edges.
 */
export const pythonLock: Cataloger<PythonFact> = {
  id: 'python-lock',
  alias: 'python-package-cataloger',
  version: 4,
  title: 'Locked Python projects',
  spec: 'https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile',
  tags: ['declared', 'directory', 'language', 'package', 'python'],
  can: { licenses: 'no', dependencies: 'partly', ownedFiles: 'no' },
  isOwnable: true,
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
      { ...input, facts: selectProductionFacts(input) },
      ({ name, version }, { role }) => ({
        type: 'python',
        language: 'python',
        purl: toPypiPurl({ name, version }),
        foundBy: pythonLock.id,
        rule: 'a package in a lock file',
        ...toKindMember(role),
      }),
    ),
};

/** Syft has no metadata type for the common lock file. */
function toKindMember(role: string): { readonly kind?: string } {
  const kind = FORMS.get(role)?.kind;
  return kind === undefined ? {} : { kind };
}

function extractLock({ role, content, limits, budget }: WantedFile): Extraction<PythonLock> {
  const form = FORMS.get(role);
  const text = readText(content);
  const document = role === 'pipfile' ? undefined : parseToml(text, budget);
  const list = document?.[form?.list ?? 'package'] ?? [];
  const isList = document !== undefined && Array.isArray(list);
  const records =
    role === 'pipfile' ? readPipfilePackages(text, budget) : isList ? list : undefined;
  if (records === undefined || form === undefined) {
    const { problems = [] } = createMalformedList('the lock file has no packages, or is malformed');
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
      ...defined({ roots, groups }),
    },
    problems,
  };
}

function extractProject({ content, budget }: WantedFile): Extraction<ProjectRoots> {
  const document = parseToml(readText(content), budget);
  if (document === undefined) {
    return {};
  }
  const roots = readProjectRoots(document);
  return {
    fact: {
      ...defined({ projectRoots: roots }),
      defaultGroups: readDefaultGroups(document),
    },
  };
}

/** Returns lock files with the packages that production installs; project files are consumed. */
function selectProductionFacts({
  view,
  facts,
}: AssemblyInput<PythonFact>): VisibleFact<PackageList>[] {
  const projects = new FileRefMap(
    facts.flatMap(({ fact, ref }) => ('entries' in fact ? [] : [[ref, fact] as const])),
  );
  return facts.flatMap(({ fact, ...visible }) => {
    if (!('entries' in fact)) {
      return [];
    }
    const found = view.resolve(posix.join(posix.dirname(visible.path), 'pyproject.toml'));
    const project = found && projects.get(found.ref);
    const roots = chooseProductionRoots(fact, FORMS.get(visible.role), project);
    return [
      { ...visible, fact: { packages: selectPythonPackages(fact.entries, roots) }, earlier: [] },
    ];
  });
}

function chooseProductionRoots(
  { roots, groups = {} }: PythonLock,
  form: LockForm | undefined,
  project: ProjectRoots | undefined,
): readonly string[] | undefined {
  if (roots === undefined) {
    // Marks are not sufficient: an extra of the project and a group may need the same package.
    return form?.hasProject === true ? project?.projectRoots : undefined;
  }
  const names = project?.defaultGroups ?? [];
  const byDefault = names.includes(ALL_GROUPS)
    ? Object.keys(groups).filter((group) => group !== 'dev')
    : names;
  return [...roots, ...byDefault.flatMap((group) => groups[group] ?? [])];
}
