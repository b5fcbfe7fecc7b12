import { posix } from 'node:path';
import { appendAll } from '../../../foundation/core/append-all.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
import type {
  AssemblyInput,
  DependencyEdge,
  VisibleFact,
} from '../../../foundation/core/cataloger.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { normalizePythonName } from '../../ecosystem/python/python-name.ts';
import { parsePythonRequirement } from '../../ecosystem/python/requirement.ts';
import { resolveRequirements } from '../../ecosystem/resolve-requirements.ts';
import type { PythonFact } from './python-fact.ts';

/** An installed project, its requirements and its location. */
export interface InstalledProject {
  readonly pkg: Package;
  readonly metadataPath: string;
  readonly requiresDist: readonly string[];
}

type SitePackages = ReadonlyMap<string, readonly InstalledProject[]>;

/**
 * Returns edges between the projects on the path of one interpreter: those of one directory, and
 * for a virtual environment with access to the system's packages also those. A requirement of an
 * extra counts if the required package is installed, because no file records which extras were
 * requested.
 */
export function resolveEnvironmentEdges(
  projects: readonly InstalledProject[],
  { facts, budget }: AssemblyInput<PythonFact>,
): DependencyEdge[] {
  const sites: SitePackages = Map.groupBy(projects, ({ metadataPath }) => findSite(metadataPath));
  const environments = facts.flatMap((visible) => toEnvironments(visible, sites));
  const own = new Set(environments.map(({ site }) => site));
  const shared = [...sites.keys()].filter((site) => !own.has(site));
  const searchPaths = [
    ...shared.map((site) => [site]),
    ...environments.map(({ site, version, hasSystemSite }) => [
      site,
      ...(hasSystemSite ? shared.filter((other) => isOfVersion(other, version)) : []),
    ]),
  ];
  const edges: DependencyEdge[] = [];
  for (const path of searchPaths) {
    // Many environments can contain the same projects of the system.
    const needs = path.flatMap((site) => sites.get(site) ?? []).map(countRequirements);
    const count = needs.reduce((sum, each) => sum + each, path.length);
    if (!budget.takeCandidates(count)) {
      break;
    }
    const more = resolveProjectEdges(resolveSearchPath(path, sites), budget);
    if (!budget.hasRoom('dependenciesMax', edges.length + more.length)) {
      break;
    }
    appendAll(edges, more);
  }
  return edges;
}

function countRequirements({ requiresDist }: InstalledProject): number {
  return 1 + requiresDist.length;
}

/** Returns the nearest parent directory for packages, or an empty string. */
function findSite(metadataPath: string): string {
  let folder = posix.dirname(metadataPath);
  while (folder !== '/' && !['site-packages', 'dist-packages'].includes(posix.basename(folder))) {
    folder = posix.dirname(folder);
  }
  return folder === '/' ? '' : folder;
}

interface Environment {
  readonly site: string;
  /** Major and minor version: `3.11`. */
  readonly version: string;
  readonly hasSystemSite: boolean;
}

function toEnvironments(
  { path, fact }: VisibleFact<PythonFact>,
  sites: SitePackages,
): Environment[] {
  if (fact.kind !== 'environment') {
    return [];
  }
  const version = fact.version.split('.').slice(0, 2).join('.');
  const site = posix.join(posix.dirname(path), 'lib', `python${version}`, 'site-packages');
  return sites.has(site) ? [{ site, version, hasSystemSite: fact.hasSystemSite }] : [];
}

/** All versions of Python 3 share `/usr/lib/python3/dist-packages`. */
function isOfVersion(site: string, version: string): boolean {
  const major = version.split('.', 1)[0] ?? '';
  const interpreter = posix.basename(posix.dirname(site));
  return interpreter === `python${version}` || interpreter === `python${major}`;
}

/** The first project with a name on a search path hides the others. */
function resolveSearchPath(searchPath: readonly string[], sites: SitePackages): InstalledProject[] {
  const seen = new Set<string>();
  return searchPath.flatMap((site) => {
    const visible = (sites.get(site) ?? []).filter(({ pkg }) => !seen.has(pkg.name));
    for (const { pkg } of visible) {
      seen.add(pkg.name);
    }
    return visible;
  });
}

function resolveProjectEdges(
  projects: readonly InstalledProject[],
  budget: Budget,
): DependencyEdge[] {
  return resolveRequirements(
    projects.map(({ pkg, requiresDist }) => ({
      item: pkg,
      provides: [pkg.name],
      requires: requiresDist.flatMap((text) => {
        const requirement = parsePythonRequirement(text);
        return requirement === undefined ? [] : [normalizePythonName(requirement.name)];
      }),
    })),
    budget,
  );
}
