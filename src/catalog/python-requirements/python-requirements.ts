import { posix } from 'node:path';
import { appendAll } from '../../core/append-all.ts';
import { wholeOf } from '../../core/bytes.ts';
import type { AssemblyInput, Cataloger, VisibleFact } from '../../core/cataloger.ts';
import { FileRefMap } from '../../core/file-ref-map.ts';
import { locationOf } from '../../core/location.ts';
import type { Package } from '../../core/package.ts';
import type { Problem, ProblemNote } from '../../core/problem.ts';
import { pypiPurl, pythonName } from '../../ecosystem/python/python-name.ts';
import { requiredVersion } from '../../ecosystem/python/requirement.ts';
import {
  parseRequirementsFile,
  type RequirementLine,
  type RequirementsFile,
} from '../../ecosystem/python/requirements-file.ts';
import { documentText } from '../../syntax/json/bounded-json.ts';

/** What requirements files include is called so by custom: by its folder, or by its purpose. */
const INCLUDED = [
  '**/reqs/*.txt',
  ...['base', 'common', 'core', 'main', 'prod', 'production', 'dev', 'test', 'tests', 'docs'].map(
    (purpose) => `**/${purpose}.txt`,
  ),
];

/** Python projects that a requirements file pins to one version. */
export const pythonRequirements: Cataloger<RequirementsFile> = {
  id: 'python-requirements',
  version: 4,
  title: 'Python projects that a requirements file pins',
  spec: 'https://pip.pypa.io/en/stable/reference/requirements-file-format/',
  tags: ['package', 'directory', 'declared', 'language', 'python'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  alias: 'python-package-cataloger',
  wants: [
    {
      role: 'requirements',
      paths: ['**/*requirements*.txt', '**/requirements/*.txt'],
      maxBytes: 'lockFileBytesMax',
    },
    // Only where a requirements file includes it.
    { role: 'included', paths: INCLUDED, maxBytes: 'configFileBytesMax' },
  ],
  extract({ content, limits }) {
    return { fact: parseRequirementsFile(documentText(wholeOf(content)), limits.recordsMax) };
  },
  assemble(input) {
    const packages: Package[] = [];
    const problems: Problem[] = [];
    const { used, misses } = filesInUse(input);
    for (const visible of used) {
      const { requirements } = visible.fact;
      for (const requirement of requirements) {
        const version = requiredVersion(requirement);
        if (version !== undefined) {
          packages.push(packageOf(requirement, version, visible));
        }
      }
      appendAll(
        problems,
        notesOf(visible.fact).map((note) => problemOf(note, visible)),
      );
    }
    for (const { by, include } of misses) {
      const message = `it includes ${JSON.stringify(include)}, which was not read`;
      problems.push(problemOf({ code: 'P_RECORD', message }, by));
    }
    return { packages, problems };
  },
};

interface FilesInUse {
  readonly used: ReadonlySet<VisibleFact<RequirementsFile>>;
  /** What is included and is not there, or was not looked at under its name. */
  readonly misses: readonly {
    readonly by: VisibleFact<RequirementsFile>;
    readonly include: string;
  }[];
}

/**
 * The files that are requirements by their name, and what they include. Includes are looked up in
 * the view and nowhere else, each file once, so that they may go round.
 */
function filesInUse({ view, facts }: AssemblyInput<RequirementsFile>): FilesInUse {
  const byRef = new FileRefMap(facts.map((visible) => [visible.ref, visible]));
  const used = new Set(facts.filter(({ role }) => role === 'requirements'));
  const misses: FilesInUse['misses'][number][] = [];
  // A set also visits what is added on the way.
  for (const by of used) {
    const { path, fact } = by;
    for (const include of fact.includes) {
      const found = view.resolve(posix.resolve(posix.dirname(path), include));
      const visible = found && byRef.get(found.ref);
      if (visible === undefined) {
        misses.push({ by, include });
      } else {
        used.add(visible);
      }
    }
  }
  return { used, misses };
}

function notesOf({ requirements, malformedLines, isCutOff }: RequirementsFile): ProblemNote[] {
  const open = requirements.filter((each) => requiredVersion(each) === undefined);
  const cutOff: ProblemNote = {
    code: 'P_LIMIT',
    message: 'the file has more requirements than recordsMax',
  };
  return [
    ...open.map(
      ({ line }): ProblemNote => ({
        code: 'P_RECORD',
        message: 'the requirement is not for one version and was left out',
        line,
      }),
    ),
    ...malformedLines.map(
      (line): ProblemNote => ({ code: 'P_RECORD', message: 'the line is no requirement', line }),
    ),
    ...(isCutOff ? [cutOff] : []),
  ];
}

function problemOf(note: ProblemNote, { path, layer }: VisibleFact<RequirementsFile>): Problem {
  const at = layer === undefined ? {} : { layer };
  return { ...note, plugin: pythonRequirements.id, path, ...at };
}

function packageOf(
  requirement: RequirementLine,
  version: string,
  { path, layer }: VisibleFact<RequirementsFile>,
): Package {
  const name = pythonName(requirement.name);
  const { extras, constraint, url, markers, line } = requirement;
  const location = locationOf({ path, layer }, { line });
  return {
    name,
    version,
    type: 'python',
    language: 'python',
    purl: pypiPurl({ name, version }),
    foundBy: pythonRequirements.id,
    rule: 'a requirement that is pinned to one version',
    confidence: 0.9,
    locations: [location],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    metadata: {
      kind: 'python-pip-requirements-entry',
      value: {
        name: requirement.name,
        ...(extras.length === 0 ? {} : { extras }),
        versionConstraint: constraint,
        ...(url === '' ? {} : { url }),
        ...(markers === '' ? {} : { markers }),
      },
    },
  };
}
