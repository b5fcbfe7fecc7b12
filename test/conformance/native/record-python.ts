import { GraphNotes, type RecordedGraph, type Recorder } from './graph.ts';
import { runTool } from './run-tool.ts';

const normalized = (name: string): string => name.replace(/[-_.]+/g, '-').toLowerCase();

/** `name[extra]==1.0 ; marker`; a local directory has no version. */
function requirementId(line: string): string | undefined {
  const [, name, version] = /^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;]+)/.exec(line) ?? [];
  return name === undefined ? undefined : `${normalized(name)}@${version}`;
}

interface CycloneDocument {
  readonly components?: readonly {
    readonly 'bom-ref': string;
    readonly name: string;
    readonly version?: string;
  }[];
  readonly dependencies?: readonly {
    readonly ref: string;
    readonly dependsOn?: readonly string[];
  }[];
}

function readCyclone(output: string): RecordedGraph {
  const notes = new GraphNotes();
  const { components = [], dependencies = [] } = JSON.parse(output) as CycloneDocument;
  const ids = new Map<string, string>();
  for (const { 'bom-ref': ref, name, version } of components) {
    const id = `${normalized(name)}@${version ?? ''}`;
    ids.set(ref, id);
    notes.addPackage(id);
  }
  for (const { ref, dependsOn = [] } of dependencies) {
    for (const needed of dependsOn) {
      const [dependent, target] = [ids.get(ref), ids.get(needed)];
      if (dependent !== undefined && target !== undefined) {
        notes.addEdge(dependent, target);
      }
    }
  }
  return notes.finish();
}

function readRequirements(output: string): RecordedGraph {
  const notes = new GraphNotes();
  for (const line of output.split('\n')) {
    const id = requirementId(line);
    if (id !== undefined) {
      notes.addPackage(id);
    }
  }
  return notes.finish(false);
}

/** Removes the projects themselves. */
function withoutProjects({ local, packages, edges }: RecordedGraph, folder: string): RecordedGraph {
  const names = runTool(folder, "grep -rhE '^name = ' --include=pyproject.toml . || true")
    .split('\n')
    .flatMap((line) => /^name = "([^"]+)"/.exec(line)?.[1] ?? [])
    .map(normalized);
  const isForeign = (id: string): boolean => !names.includes(id.slice(0, id.indexOf('@')));
  return {
    local: [...new Set([...local, ...names])].sort(),
    packages: packages.filter(isForeign),
    ...(edges && { edges: edges.filter((edge) => edge.split(' > ').every(isForeign)) }),
  };
}

const UV = 'uv export --no-dev --all-packages --frozen -q --format cyclonedx1.5';
const POETRY = 'poetry export --without-hashes';
const PDM = 'pdm export --prod --without-hashes -f requirements';

export const pythonRecorders: Readonly<Record<string, Recorder>> = {
  uv: {
    files: ['uv.lock', 'pyproject.toml'],
    tool: ['uv', '--version'],
    command: UV,
    record: (folder) => withoutProjects(readCyclone(runTool(folder, UV)), folder),
  },
  poetry: {
    files: ['poetry.lock', 'pyproject.toml'],
    tool: ['poetry', '--version'],
    command: POETRY,
    record: (folder) => withoutProjects(readRequirements(runTool(folder, POETRY)), folder),
  },
  pdm: {
    files: ['pdm.lock', 'pyproject.toml'],
    tool: ['pdm', '--version'],
    command: PDM,
    record: (folder) => withoutProjects(readRequirements(runTool(folder, PDM)), folder),
  },
};
