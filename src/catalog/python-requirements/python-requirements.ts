import { posix } from 'node:path';
import { appendAll } from '../../core/append-all.ts';
import type { Budget } from '../../core/budget.ts';
import { readWhole } from '../../core/bytes.ts';
import type { AssemblyInput, Cataloger, VisibleFact } from '../../core/cataloger.ts';
import { FileRefMap } from '../../core/file-ref-map.ts';
import { createLocation } from '../../core/location.ts';
import type { Package } from '../../core/package.ts';
import type { Problem, ProblemNote } from '../../core/problem.ts';
import { pypiPurl, pythonName } from '../../ecosystem/python/python-name.ts';
import { requiredVersion } from '../../ecosystem/python/requirement.ts';
import {
  parseRequirementsFile,
  type RequirementLine,
  type RequirementsFile,
} from '../../ecosystem/python/requirements-file.ts';
import { decodeDocument } from '../../syntax/json/bounded-json.ts';

/** What requirements files include is called so by custom: by its folder, or by its purpose. */
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
    return { fact: parseRequirementsFile(decodeDocument(readWhole(content)), limits.recordsMax) };
  },
  assemble(input) {
    const packages: Package[] = [];
    const problems: Problem[] = [];
    const { used, misses } = filesInUse(input);
    const findPins = pinFinder(input.budget);
    for (const [visible, constraints] of used) {
      const open: RequirementLine[] = [];
      for (const requirement of visible.fact.requirements) {
        const own = requiredVersion(requirement);
        const versions = own === undefined ? findPins(requirement.name, constraints) : [own];
        for (const version of versions) {
          packages.push(packageOf(requirement, version, visible));
        }
        appendAll(open, versions.length === 0 ? [requirement] : []);
      }
      appendAll(
        problems,
        notesOf(visible.fact, open).map((note) => problemOf(note, visible)),
      );
    }
    for (const { by, include } of misses) {
      const message = `the included file ${JSON.stringify(include)} was not read`;
      problems.push(problemOf({ code: 'P_RECORD', message }, by));
    }
    return { packages, problems };
  },
};

type VisibleRequirements = VisibleFact<RequirementsFile>;

/** A file of constraints asks for nothing, also in a folder of requirements. */
function isRequired({ role, path }: VisibleRequirements): boolean {
  return role === 'requirements' && !/^constraints/i.test(posix.basename(path));
}

interface FilesInUse {
  /** With the files whose constraints hold for each. */
  readonly used: ReadonlyMap<VisibleRequirements, ReadonlySet<VisibleRequirements>>;
  /** What is included and is not there, or was not looked at under its name. */
  readonly misses: readonly { readonly by: VisibleRequirements; readonly include: string }[];
}

/**
 * The files that are requirements by their name, and what they include. Includes are looked up in
 * the view and nowhere else, each file once, so that they may go round. Constraints hold for what
 * is included, too.
 */
function filesInUse({ view, facts, budget }: AssemblyInput<RequirementsFile>): FilesInUse {
  const byRef = new FileRefMap(facts.map((visible) => [visible.ref, visible]));
  const find = (by: VisibleRequirements, path: string): VisibleRequirements | undefined => {
    const found = view.resolve(posix.resolve(posix.dirname(by.path), path));
    return found && byRef.get(found.ref);
  };
  const used = new Map<VisibleRequirements, Set<VisibleRequirements>>(
    facts.filter(isRequired).map((each) => [each, new Set()]),
  );
  const misses: FilesInUse['misses'][number][] = [];
  // A map also visits what is added on the way.
  for (const [by, constraints] of used) {
    for (const path of by.fact.constraints) {
      const found = find(by, path);
      if (found !== undefined) {
        constraints.add(found);
      }
    }
    for (const include of by.fact.includes) {
      const visible = find(by, include);
      if (visible === undefined) {
        misses.push({ by, include });
      } else if (!used.has(visible)) {
        used.set(visible, new Set(budget.takeSteps(constraints.size) ? constraints : []));
      }
    }
  }
  return { used, misses };
}

/** Finds the versions that constraints pin a project to, as long as the budget has steps. */
function pinFinder(
  budget: Budget,
): (name: string, constraints: ReadonlySet<VisibleRequirements>) => readonly string[] {
  const pinsByFile = new Map<VisibleRequirements, ReadonlyMap<string, readonly string[]>>();
  return (name, constraints) => {
    const versions = new Set<string>();
    for (const visible of budget.takeSteps(constraints.size) ? constraints : []) {
      const pins = pinsByFile.get(visible) ?? readPins(visible.fact);
      pinsByFile.set(visible, pins);
      for (const version of pins.get(pythonName(name)) ?? []) {
        versions.add(version);
      }
    }
    return [...versions];
  };
}

function readPins({ requirements }: RequirementsFile): ReadonlyMap<string, readonly string[]> {
  const pins = new Map<string, string[]>();
  for (const requirement of requirements) {
    const version = requiredVersion(requirement);
    const name = pythonName(requirement.name);
    const known = pins.get(name) ?? [];
    pins.set(name, known);
    appendAll(known, version === undefined ? [] : [version]);
  }
  return pins;
}

function notesOf(
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
  const location = createLocation({ path, layer }, { line });
  return {
    name,
    version,
    type: 'python',
    language: 'python',
    purl: pypiPurl({ name, version }),
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
