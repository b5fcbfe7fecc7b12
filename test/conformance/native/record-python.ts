import { GraphNotes, type RecordedGraph, type Recorder } from './graph.ts';
import { runTool } from './run-tool.ts';

const normalizeName = (name: string): string => name.replace(/[-_.]+/g, '-').toLowerCase();

/** `name[extra]==1.0 ; marker`; a local directory has no version. */
function parseRequirement(line: string): string | undefined {
  const [, name, version] = /^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;]+)/.exec(line) ?? [];
  return name === undefined ? undefined : `${normalizeName(name)}@${version}`;
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

function readCyclone(output: string, notes: GraphNotes): RecordedGraph {
  const { components = [], dependencies = [] } = JSON.parse(output) as CycloneDocument;
  const ids = new Map<string, string>();
  for (const { 'bom-ref': ref, name, version } of components) {
    const id = `${normalizeName(name)}@${version ?? ''}`;
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

function readRequirements(output: string, notes: GraphNotes): RecordedGraph {
  for (const line of output.split('\n')) {
    const id = parseRequirement(line);
    if (id !== undefined) {
      notes.addPackage(id);
    }
  }
  return notes.finish(false);
}

/** Creates notes without the projects themselves. */
function createNotes(folder: string): GraphNotes {
  const notes = new GraphNotes();
  const lines = runTool(folder, "grep -rhE '^name = ' --include=pyproject.toml . || true");
  for (const line of lines.split('\n')) {
    const [, name] = /^name = "([^"]+)"/.exec(line) ?? [];
    if (name !== undefined) {
      notes.addLocal(normalizeName(name));
    }
  }
  return notes;
}

const UV = 'uv export --no-dev --all-packages --frozen -q --format cyclonedx1.5';
const POETRY = 'poetry export --without-hashes';
const PDM = 'pdm export --prod --without-hashes -f requirements';

export const pythonRecorders: Readonly<Record<string, Recorder>> = {
  uv: {
    files: ['uv.lock', 'pyproject.toml'],
    tool: ['uv', '--version'],
    command: UV,
    record: (folder) => readCyclone(runTool(folder, UV), createNotes(folder)),
  },
  poetry: {
    files: ['poetry.lock', 'pyproject.toml'],
    tool: ['poetry', '--version'],
    command: POETRY,
    record: (folder) => readRequirements(runTool(folder, POETRY), createNotes(folder)),
  },
  pdm: {
    files: ['pdm.lock', 'pyproject.toml'],
    tool: ['pdm', '--version'],
    command: PDM,
    record: (folder) => readRequirements(runTool(folder, PDM), createNotes(folder)),
  },
};
