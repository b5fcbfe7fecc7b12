import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GraphNotes, type RecordedGraph } from './graph.ts';

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, object>>;
}

/**
 * Reads the packages that an installation put into module directories, and the package that each
 * loads: the nearest one upwards. Links lead to projects.
 */
export function readInstalledModules(folder: string, hasPeers: boolean): RecordedGraph {
  const notes = new GraphNotes();
  const { name = '', dependencies = {} } = readManifest(folder);
  notes.addLocal(name);
  for (const [needed, range] of Object.entries(dependencies)) {
    if (range.startsWith('file:')) {
      notes.addLocal(needed);
    }
  }
  for (const modules of findModules(folder)) {
    for (const each of listModuleNames(modules)) {
      const place = join(modules, each);
      const manifest = existsSync(join(place, 'package.json')) ? readManifest(place) : undefined;
      if (manifest === undefined) {
        continue;
      }
      if (lstatSync(place).isSymbolicLink()) {
        notes.addLocal(manifest.name ?? each);
        continue;
      }
      const id = `${manifest.name}@${manifest.version}`;
      notes.addPackage(id);
      for (const needed of listNeededNames(manifest, hasPeers)) {
        const found = findModule(place, needed, folder);
        if (found !== undefined) {
          const other = readManifest(found);
          notes.addEdge(id, `${other.name}@${other.version}`);
        }
      }
    }
  }
  return notes.finish();
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function listNeededNames(manifest: Manifest, hasPeers: boolean): string[] {
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = manifest;
  // An optional peer may be declared in only one of the two members.
  const peers = hasPeers ? { ...peerDependencies, ...peerDependenciesMeta } : {};
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peers });
}

function* findModules(folder: string): Iterable<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith('.')) {
      if (entry.name === 'node_modules') {
        yield path;
      }
      yield* findModules(path);
    }
  }
}

function listModuleNames(modules: string): string[] {
  return readdirSync(modules).flatMap((name) =>
    name.startsWith('.')
      ? []
      : name.startsWith('@')
        ? readdirSync(join(modules, name)).map((each) => `${name}/${each}`)
        : [name],
  );
}

function findModule(from: string, name: string, root: string): string | undefined {
  for (let folder = realpathSync(from); folder.startsWith(root); folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name);
    if (existsSync(join(path, 'package.json'))) {
      return path;
    }
  }
  return undefined;
}
