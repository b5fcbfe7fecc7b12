import { GraphNotes, type RecordedGraph, type Recorder } from './graph.ts';
import { runTool } from './run-tool.ts';

interface CargoMetadata {
  readonly packages: readonly {
    readonly id: string;
    readonly name: string;
    readonly version: string;
    readonly source: string | null;
  }[];
  readonly workspace_members: readonly string[];
  readonly resolve: {
    readonly nodes: readonly {
      readonly id: string;
      readonly deps: readonly {
        readonly pkg: string;
        readonly dep_kinds: readonly { readonly kind: string | null }[];
      }[];
    }[];
  };
}

/** What members need without development, over all platforms and features. */
function readCargoMetadata(output: string): RecordedGraph {
  const notes = new GraphNotes();
  const { packages, workspace_members: members, resolve } = JSON.parse(output) as CargoMetadata;
  const ids = new Map(packages.map((each) => [each.id, `${each.name}@${each.version}`]));
  for (const { name, source } of packages) {
    if (source === null) {
      notes.addLocal(name);
    }
  }
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const reached = new Set(members);
  // A set also visits what is added on the way.
  for (const id of reached) {
    notes.addPackage(ids.get(id) ?? id);
    for (const { pkg, dep_kinds: kinds } of nodes.get(id)?.deps ?? []) {
      if (kinds.some(({ kind }) => kind !== 'dev')) {
        notes.addEdge(ids.get(id) ?? id, ids.get(pkg) ?? pkg);
        reached.add(pkg);
      }
    }
  }
  return notes.finish();
}

/** Requirements of the main module: with Go 1.17 and later all that its build needs. */
function readGoGraph(output: string): RecordedGraph {
  const notes = new GraphNotes();
  for (const line of output.split('\n')) {
    const [from = '', to = ''] = line.split(' ');
    if (from !== '' && !from.includes('@') && !/^(?:go|toolchain)@/.test(to)) {
      notes.addLocal(from);
      notes.addPackage(to);
    }
  }
  return notes.finish(false);
}

/** `  - Installing vendor/name (v1.2.3)` */
function readComposerDryRun(output: string): RecordedGraph {
  const notes = new GraphNotes();
  for (const [, name, version] of output.matchAll(/- Installing (\S+) \(([^\s)]+)/g)) {
    notes.addPackage(`${name}@${version}`);
  }
  return notes.finish(false);
}

/** The first level of the tree, which is what a POM itself settles. */
function readMavenTree(output: string): RecordedGraph {
  const notes = new GraphNotes();
  for (const line of output.split('\n')) {
    const [, group, artifact, , version] =
      /^(?:\[INFO\] )?[+\\]- ([^:]+):([^:]+):([^:]+):(?:[^:]+:)?([^:]+):(?:compile|runtime|provided)\b/.exec(
        line,
      ) ?? [];
    if (group !== undefined) {
      notes.addPackage(`${group}:${artifact}@${version}`);
    }
  }
  return notes.finish(false);
}

const CARGO = 'cargo metadata --format-version 1 --locked --all-features';
const GO = 'go mod graph';
const COMPOSER = 'composer install --no-dev --dry-run --no-plugins --no-scripts --no-ansi';
const MAVEN = 'mvn -B dependency:tree';

export const otherRecorders: Readonly<Record<string, Recorder>> = {
  cargo: {
    files: ['Cargo.lock', 'Cargo.toml'],
    tool: ['cargo', '--version'],
    command: `${CARGO}, without edges of kind dev`,
    record: (folder) => readCargoMetadata(runTool(folder, CARGO)),
  },
  go: {
    files: ['go.mod', 'go.sum'],
    tool: ['go', 'version'],
    command: `${GO}, edges of the main module`,
    record: (folder) => readGoGraph(runTool(folder, GO)),
  },
  composer: {
    files: ['composer.lock'],
    tool: ['composer', '--version'],
    command: COMPOSER,
    record: (folder) => readComposerDryRun(runTool(folder, `${COMPOSER} 2>&1`)),
  },
  maven: {
    files: ['pom.xml'],
    tool: ['mvn', '--version'],
    command: `${MAVEN}, first level`,
    record: (folder) => readMavenTree(runTool(folder, MAVEN)),
  },
};
