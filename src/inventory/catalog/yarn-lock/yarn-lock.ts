import { posix } from 'node:path';
import { readText } from '../../../foundation/core/bytes.ts';
import type {
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import {
  assembleNodeLocks,
  extractInstalled,
  INSTALLED_MANIFEST,
  type InstalledLicenses,
  isOfDependency,
  type NodeLockFact,
} from '../../ecosystem/npm/node-lock.ts';
import {
  type ProjectManifest,
  parseProjectManifest,
} from '../../ecosystem/npm/project-manifest.ts';
import { selectYarnPackages, type YarnPackage } from '../../ecosystem/npm/yarn-graph.ts';
import { parseYarnLock, type YarnEntry } from '../../ecosystem/npm/yarn-lock-file.ts';
import { ProjectManifests, type YarnWorkspace } from '../../ecosystem/npm/yarn-project.ts';
import { type PackageList, readListRecords } from '../../ecosystem/package-list.ts';

interface YarnLock {
  readonly entries: readonly YarnPackage[];
  readonly workspaces: readonly YarnWorkspace[];
}

type YarnFact = YarnLock | ProjectManifest | InstalledLicenses;

/**
 * Packages locked by Yarn, except those that the project manifests only require for development.
 * The projects themselves are left out.
 */
export const yarnLock: Cataloger<YarnFact> = {
  id: 'yarn-lock',
  alias: 'javascript-lock-cataloger',
  version: 3,
  title: 'JavaScript packages locked by Yarn',
  spec: 'https://yarnpkg.com/configuration/yarnrc',
  tags: ['declared', 'directory', 'javascript', 'language', 'npm', 'package'],
  can: { licenses: 'partly', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    { role: 'lock', paths: ['**/yarn.lock'], maxBytes: 'lockFileBytesMax' },
    INSTALLED_MANIFEST,
    { role: 'project', paths: ['**/package.json'], maxBytes: 'configFileBytesMax' },
  ],
  extract,
  assemble: (input) =>
    assembleNodeLocks(
      { ...input, facts: selectProductionFacts(input) },
      {
        foundBy: yarnLock.id,
        rule: 'an entry in yarn.lock',
        kind: 'javascript-yarn-lock-entry',
      },
    ),
};

function extract(file: WantedFile): Extraction<YarnFact> {
  if (file.role === INSTALLED_MANIFEST.role) {
    return extractInstalled(file);
  }
  if (isOfDependency(file)) {
    return {};
  }
  if (file.role === 'lock') {
    return extractLock(file);
  }
  const manifest = parseProjectManifest(file.content);
  return manifest === undefined ? {} : { fact: manifest };
}

function extractLock({ content, limits, budget }: WantedFile): Extraction<YarnLock> {
  const all = parseYarnLock(readText(content), budget);
  const entries = all.filter(({ resolved }) => !WORKSPACE.test(resolved));
  const workspaces = all.flatMap(({ resolved, descriptors, dependencies }) => {
    const [, folder] = WORKSPACE.exec(resolved) ?? [];
    return folder === undefined ? [] : [{ folder, descriptors, requests: dependencies }];
  });
  const { packages, problems } = readListRecords(entries, 'entry', limits, readYarnPackage);
  return { fact: { entries: packages, workspaces }, problems };
}

const WORKSPACE = /@workspace:(.*)$/;

function readYarnPackage(entry: YarnEntry): YarnPackage | undefined {
  const { name, version, line, descriptors, resolved, integrity, dependencies } = entry;
  if (name === '' || version === '') {
    return undefined;
  }
  return {
    name,
    version,
    line,
    provides: descriptors,
    requests: dependencies,
    // For a linked directory, Yarn 1 has only the descriptor.
    isLocal: [resolved, ...descriptors].some((each) => /@(?:link|portal):/.test(each)),
    metadata: { resolved, integrity, dependencies: Object.fromEntries(dependencies) },
  };
}

/**
 * Returns lock files with the packages that production installs, and licenses; manifests are
 * consumed.
 */
function selectProductionFacts({
  view,
  facts,
  budget,
}: AssemblyInput<YarnFact>): VisibleFact<NodeLockFact>[] {
  const manifests = new ProjectManifests(
    view,
    facts.flatMap(({ fact, ...visible }) =>
      'workspaces' in fact && 'production' in fact ? [{ ...visible, fact, earlier: [] }] : [],
    ),
    budget,
  );
  return facts.flatMap(({ fact, ...visible }): VisibleFact<NodeLockFact>[] => {
    if ('licenses' in fact) {
      return [{ ...visible, fact, earlier: [] }];
    }
    return 'entries' in fact
      ? [{ ...visible, fact: resolveLock(fact, visible.path, manifests), earlier: [] }]
      : [];
  });
}

function resolveLock(lock: YarnLock, path: string, manifests: ProjectManifests): PackageList {
  const { entries, workspaces } = lock;
  const folder = posix.dirname(path);
  const root = manifests.findManifest(folder);
  if (root === undefined) {
    return { packages: selectYarnPackages(entries, { workspaces, projects: [], resolutions: {} }) };
  }
  // Yarn 1 records the requested ranges beside its resolutions.
  const isFormer = workspaces.length === 0;
  return {
    packages: selectYarnPackages(entries, {
      workspaces,
      projects: isFormer
        ? manifests.findMatchedProjects(folder, root)
        : manifests.findListedProjects(folder, workspaces),
      resolutions: isFormer ? {} : root.resolutions,
    }),
  };
}
