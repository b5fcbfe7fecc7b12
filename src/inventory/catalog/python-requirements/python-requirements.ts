import { posix } from 'node:path';
import { addToList } from '../../../foundation/core/add-to-list.ts';
import { appendAll } from '../../../foundation/core/append-all.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
import { readWhole } from '../../../foundation/core/bytes.ts';
import type { AssemblyInput, Cataloger, VisibleFact } from '../../../foundation/core/cataloger.ts';
import { FileRefMap } from '../../../foundation/core/file-ref-map.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Package } from '../../../foundation/core/package.ts';
import type { Problem, ProblemNote } from '../../../foundation/core/problem.ts';
import { decodeDocument } from '../../../foundation/syntax/json/bounded-json.ts';
import { normalizePythonName, toPypiPurl } from '../../ecosystem/python/python-name.ts';
import { findRequiredVersion } from '../../ecosystem/python/requirement.ts';
import {
  parseRequirementsFile,
  type RequirementLine,
  type RequirementsFile,
} from '../../ecosystem/python/requirements-file.ts';

/** Customary names of included files: by their directory or their purpose. */
const INCLUDED = [
  '**/*constraints*.txt',
  '**/reqs/*.txt',
  ...['base', 'common', 'core', 'main', 'prod', 'production', 'dev', 'test', 'tests', 'docs'].map(
    (purpose) => `**/${purpose}.txt`,
  ),
];

/** Python projects that a requirements file, or its constraints, pin to one version. */
export const pythonRequirements: Cataloger<RequirementsFile> = {
  id: 'python-requirements',
  version: 5,
  title: 'Python projects pinned by requirements files',
  spec: 'https://pip.pypa.io/en/stable/reference/requirements-file-format/',
  tags: ['package', 'directory', 'declared', 'language', 'python'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  alias: 'python-package-cataloger',
  isOwnable: true,
  wants: [
    {
      role: 'requirements',
      paths: ['**/*requirements*.txt', '**/requirements/*.txt'],
      maxBytes: 'lockFileBytesMax',
    },
    // Only if a requirements file includes it.
    { role: 'included', paths: INCLUDED, maxBytes: 'configFileBytesMax' },
  ],
  extract({ content, limits }) {
    return { fact: parseRequirementsFile(decodeDocument(readWhole(content)), limits.recordsMax) };
  },
  assemble(input) {
    const packages: Package[] = [];
    const problems: Problem[] = [];
    const { used, misses } = findUsedFiles(input);
    const findPins = createPinFinder(input.budget);
    for (const [visible, constraints] of used) {
      const open: RequirementLine[] = [];
      for (const requirement of visible.fact.requirements) {
        const own = findRequiredVersion(requirement);
        const versions = own === undefined ? findPins(requirement.name, constraints) : [own];
        for (const version of versions) {
          packages.push(toPinnedPackage(requirement, version, visible));
        }
        appendAll(open, versions.length === 0 ? [requirement] : []);
      }
      appendAll(
        problems,
        createNotes(visible.fact, open).map((note) => toRequirementProblem(note, visible)),
      );
    }
    for (const { by, include } of misses) {
      const message = `the included file ${JSON.stringify(include)} was not read`;
      problems.push(toRequirementProblem({ code: 'P_RECORD', message }, by));
    }
    return { packages, problems };
  },
};

type VisibleRequirements = VisibleFact<RequirementsFile>;

/** A constraints file requires nothing, even in a directory of requirements. */
function isRequired({ role, path }: VisibleRequirements): boolean {
  return role === 'requirements' && !/^constraints/i.test(posix.basename(path));
}

interface FilesInUse {
  /** With the files whose constraints apply to each. */
  readonly used: ReadonlyMap<VisibleRequirements, ReadonlySet<VisibleRequirements>>;
  /** Included files that are missing, or that were not read because of their name. */
  readonly misses: readonly { readonly by: VisibleRequirements; readonly include: string }[];
}

/**
 * Returns the files that are requirements by their name, and the files that they include. Includes
 * are only resolved in the view, each file once, so cycles are harmless. Constraints apply to
 * included files, too.
 */
function findUsedFiles({ view, facts, budget }: AssemblyInput<RequirementsFile>): FilesInUse {
  const byRef = new FileRefMap(facts.map((visible) => [visible.ref, visible]));
  const findRequirements = (
    by: VisibleRequirements,
    path: string,
  ): VisibleRequirements | undefined => {
    const found = view.resolve(posix.resolve(posix.dirname(by.path), path));
    return found && byRef.get(found.ref);
  };
  const used = new Map<VisibleRequirements, Set<VisibleRequirements>>(
    facts.filter(isRequired).map((each) => [each, new Set()]),
  );
  const misses: FilesInUse['misses'][number][] = [];
  // A map also visits entries added during the iteration.
  for (const [by, constraints] of used) {
    for (const path of by.fact.constraints) {
      const found = findRequirements(by, path);
      if (found !== undefined) {
        constraints.add(found);
      }
    }
    for (const include of by.fact.includes) {
      const visible = findRequirements(by, include);
      if (visible === undefined) {
        misses.push({ by, include });
      } else if (!used.has(visible)) {
        used.set(visible, new Set(budget.takeSteps(constraints.size) ? constraints : []));
      }
    }
  }
  return { used, misses };
}

/** Finds the versions that constraints pin a project to, while the budget has steps. */
function createPinFinder(
  budget: Budget,
): (name: string, constraints: ReadonlySet<VisibleRequirements>) => readonly string[] {
  const pinsByFile = new Map<VisibleRequirements, ReadonlyMap<string, readonly string[]>>();
  return (name, constraints) => {
    const versions = new Set<string>();
    for (const visible of budget.takeSteps(constraints.size) ? constraints : []) {
      const pins = pinsByFile.get(visible) ?? readPins(visible.fact);
      pinsByFile.set(visible, pins);
      for (const version of pins.get(normalizePythonName(name)) ?? []) {
        versions.add(version);
      }
    }
    return [...versions];
  };
}

function readPins({ requirements }: RequirementsFile): ReadonlyMap<string, readonly string[]> {
  const pins = new Map<string, string[]>();
  for (const requirement of requirements) {
    const version = findRequiredVersion(requirement);
    if (version !== undefined) {
      addToList(pins, normalizePythonName(requirement.name), version);
    }
  }
  return pins;
}

function createNotes(
  { malformedLines, isCutOff }: RequirementsFile,
  open: readonly RequirementLine[],
): ProblemNote[] {
  const cutOff: ProblemNote = {
    code: 'P_LIMIT',
    message: 'the file has more requirements than recordsMax allows',
  };
  return [
    ...open.map(
      ({ line }): ProblemNote => ({
        code: 'P_RECORD',
        message: 'the requirement was left out: it is not pinned to one version',
        line,
      }),
    ),
    ...malformedLines.map(
      (line): ProblemNote => ({ code: 'P_RECORD', message: 'the line is not a requirement', line }),
    ),
    ...(isCutOff ? [cutOff] : []),
  ];
}

function toRequirementProblem(
  note: ProblemNote,
  { path, layer }: VisibleFact<RequirementsFile>,
): Problem {
  const at = layer === undefined ? {} : { layer };
  return { ...note, plugin: pythonRequirements.id, path, ...at };
}

function toPinnedPackage(
  requirement: RequirementLine,
  version: string,
  { path, layer }: VisibleFact<RequirementsFile>,
): Package {
  const name = normalizePythonName(requirement.name);
  const { extras, constraint, url, markers, line } = requirement;
  const location = createLocation({ path, layer }, { line });
  return {
    name,
    version,
    type: 'python',
    language: 'python',
    purl: toPypiPurl({ name, version }),
    foundBy: pythonRequirements.id,
    rule: 'a requirement pinned to one version',
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
