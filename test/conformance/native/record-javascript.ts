import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphNotes, type RecordedGraph, type Recorder } from './graph.ts';
import { readInstalledModules } from './installed-modules.ts';
import { runTool } from './run-tool.ts';

interface NpmNode {
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, NpmNode>>;
}

/** `npm ls` repeats a package wherever it is needed, but lists its dependencies only once. */
function readNpmTree(output: string): RecordedGraph {
  const notes = new GraphNotes();
  const root = JSON.parse(output) as NpmNode;
  notes.addLocal(root.name ?? '');
  const visit = (node: NpmNode, id: string | undefined): void => {
    for (const [key, needed] of Object.entries(node.dependencies ?? {})) {
      if (needed.version === undefined) {
        continue;
      }
      const name = needed.name ?? key;
      const neededId = `${name}@${needed.version}`;
      if (needed.resolved?.startsWith('file:') === true && !needed.resolved.endsWith('.tgz')) {
        notes.addLocal(name);
      }
      notes.addPackage(neededId);
      if (id !== undefined) {
        notes.addEdge(id, neededId);
      }
      visit(needed, neededId);
    }
  };
  visit(root, undefined);
  return notes.finish();
}

interface PnpmNode {
  readonly from?: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, PnpmNode>>;
  readonly optionalDependencies?: Readonly<Record<string, PnpmNode>>;
}

interface PnpmProject extends Omit<PnpmNode, 'version'> {
  readonly name?: string;
}

function readPnpmTree(output: string): RecordedGraph {
  const notes = new GraphNotes();
  const visit = (node: Omit<PnpmNode, 'version'>, id: string | undefined): void => {
    const needed = { ...node.dependencies, ...node.optionalDependencies };
    for (const [key, each] of Object.entries(needed)) {
      const name = each.from ?? key;
      if (/^(?:link|file):/.test(each.version)) {
        notes.addLocal(name);
      }
      const neededId = `${name}@${each.version.replace(/\(.*$/, '')}`;
      notes.addPackage(neededId);
      if (id !== undefined) {
        notes.addEdge(id, neededId);
      }
      visit(each, neededId);
    }
  };
  for (const project of JSON.parse(output) as PnpmProject[]) {
    notes.addLocal(project.name ?? '');
    visit(project, undefined);
  }
  return notes.finish();
}

interface PnpPackage {
  readonly packageDependencies: readonly (readonly [string, string | readonly string[] | null])[];
  readonly packagePeers?: readonly string[];
  readonly linkType: 'HARD' | 'SOFT';
}

type PnpRegistry = readonly (readonly [
  string | null,
  readonly (readonly [string | null, PnpPackage])[],
])[];

/** Reads Yarn's own map of what each package loads; peers are left out, as in the lock. */
function readPnpData(folder: string): RecordedGraph {
  const text = readFileSync(join(folder, '.pnp.data.json'), 'utf8');
  const { packageRegistryData } = JSON.parse(text) as { packageRegistryData: PnpRegistry };
  const notes = new GraphNotes();
  const writeReference = (name: string, reference: string): string =>
    `${name}@${/(?:npm:|^)(\d[^:#]*)$/.exec(reference)?.[1] ?? parsePnpVersion(reference)}`;
  for (const [name, versions] of packageRegistryData) {
    for (const [reference, about] of versions) {
      if (
        name === null ||
        reference === null ||
        about.linkType === 'SOFT' ||
        reference.startsWith('file:')
      ) {
        notes.addLocal(name ?? '');
        continue;
      }
      const id = writeReference(name, reference);
      notes.addPackage(id);
      const peers = new Set(about.packagePeers);
      for (const [needed, target] of about.packageDependencies) {
        const [real, version] =
          typeof target === 'string' ? [needed, target] : [target?.[0], target?.[1]];
        if (real !== undefined && version !== undefined && real !== name && !peers.has(needed)) {
          notes.addEdge(id, writeReference(real, version));
        }
      }
    }
  }
  return notes.finish();
}

/** `patch:name@npm%3A1.0.0#…::version=1.0.0&hash=…` */
function parsePnpVersion(reference: string): string {
  return (
    /version=([^&]+)/.exec(reference)?.[1] ?? /npm%3A([^#:]+)/.exec(reference)?.[1] ?? reference
  );
}

const PNP_SETTINGS = 'YARN_PNP_ENABLE_INLINING=false YARN_ENABLE_IMMUTABLE_INSTALLS=false';

export const javascriptRecorders: Readonly<Record<string, Recorder>> = {
  npm: {
    files: ['package-lock.json', 'npm-shrinkwrap.json'],
    tool: ['npm', '--version'],
    command: 'npm ls --omit=dev --all --package-lock-only --json --long',
    record: (folder) => readNpmTree(runTool(folder, javascriptRecorders['npm']?.command ?? '')),
  },
  // For workspaces: npm ls also lists what they need for their own development.
  'npm-install': {
    format: 'npm',
    files: ['package-lock.json', 'package.json'],
    tool: ['npm', '--version'],
    command: 'npm install --omit=dev, and node_modules',
    record(folder) {
      runTool(
        folder,
        'rm -rf node_modules && npm install --omit=dev --ignore-scripts --no-save --no-audit >&2',
      );
      return readInstalledModules(folder, true);
    },
  },
  pnpm: {
    files: ['pnpm-lock.yaml'],
    tool: ['pnpm', '--version'],
    command:
      'pnpm list --prod --lockfile-only --depth Infinity --json $(test ! -f pnpm-workspace.yaml || echo --recursive)',
    record: (folder) => readPnpmTree(runTool(folder, javascriptRecorders['pnpm']?.command ?? '')),
  },
  yarn: {
    files: ['yarn.lock', 'package.json'],
    tool: ['yarn', '--version'],
    command: 'yarn workspaces focus --all --production, and .pnp.data.json',
    record(folder) {
      runTool(folder, `${PNP_SETTINGS} yarn workspaces focus --all --production >&2`);
      return readPnpData(folder);
    },
  },
  yarn1: {
    files: ['yarn.lock', 'package.json'],
    tool: ['yarn1', '--version'],
    command: 'yarn install --production --frozen-lockfile --ignore-platform, and node_modules',
    record(folder) {
      runTool(
        folder,
        'rm -rf node_modules && yarn1 install --production --frozen-lockfile --ignore-scripts --ignore-platform --ignore-engines >&2',
      );
      return readInstalledModules(folder, false);
    },
  },
  bun: {
    files: ['bun.lock', 'package.json'],
    tool: ['bun', '--version'],
    command: 'bun install --production --frozen-lockfile --cpu=* --os=*, and node_modules',
    record(folder) {
      runTool(
        folder,
        "rm -rf node_modules && bun install --production --frozen-lockfile --ignore-scripts --linker hoisted '--cpu=*' '--os=*' >&2",
      );
      return readInstalledModules(folder, true);
    },
  },
};
