import { addToList } from '../../../foundation/core/add-to-list.ts';
import { present } from '../../../foundation/core/assert.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
import type { DependencyEdge } from '../../../foundation/core/cataloger.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { findSchemeByName } from '../../../foundation/version/scheme-by-name.ts';
import type { DpkgRecord } from '../../ecosystem/dpkg/dpkg-record.ts';

/** One way to satisfy a dependency, such as `perl:any (>= 5.6)`. Debian Policy, 7.1. */
interface Relation {
  readonly name: string;
  /** `any`, or an architecture; empty if unspecified. */
  readonly qualifier: string;
  readonly operator: string;
  readonly version: string;
}

interface Provider {
  readonly item: Package;
  /** Version of the package itself, or as stated with the provided name. */
  readonly version: unknown;
  readonly architecture: string;
}

const SCHEME = present(findSchemeByName('dpkg'), 'a scheme for versions of dpkg');
const RELATION = /^([^\s:(<>=[]+)(?::([a-z0-9-]+))?\s*(?:\(?\s*([<>=]{1,2})\s*([^)\s]+)\s*\)?)?/;
/** Old records use `<` and `>` inclusively. Debian Policy, 7.1. */
const HOLDS: ReadonlyMap<string, (order: number) => boolean> = new Map(
  Object.entries({
    '<<': (order) => order < 0,
    '<': (order) => order <= 0,
    '<=': (order) => order <= 0,
    '=': (order) => order === 0,
    '>=': (order) => order >= 0,
    '>': (order) => order >= 0,
    '>>': (order) => order > 0,
  }),
);

/**
 * Returns the dependencies of each package: of several alternatives, the first that is installed in
 * a matching version, as apt chooses it. A name provided without a version does not satisfy a
 * versioned dependency (Debian Policy, 7.5). If no installed package matches, the installation was
 * forced, and any package with the name is used. Each edge occurs once; edges beyond the budget are
 * left out.
 */
export function createDpkgEdges(
  recordOf: ReadonlyMap<Package, DpkgRecord>,
  budget: Budget,
): DependencyEdge[] {
  const providers = indexProviders(recordOf);
  const edges: DependencyEdge[] = [];
  for (const [item, record] of recordOf) {
    const needed = new Set<Package>();
    for (const dependency of new Set([...record.depends, ...record.preDepends])) {
      const alternatives = [...new Set(dependency.split('|'))].map(parseRelation);
      const candidates = alternatives.map(({ name }) => providers.get(name)?.length ?? 0);
      if (!budget.takeCandidates(candidates.reduce((sum, count) => sum + count, 0))) {
        return edges;
      }
      for (const provider of chooseProviders(alternatives, providers, record)) {
        needed.add(provider.item);
      }
    }
    needed.delete(item);
    if (!budget.hasRoom('dependenciesMax', edges.length + needed.size)) {
      return edges;
    }
    for (const from of needed) {
      edges.push({ from, to: item });
    }
  }
  return edges;
}

type Providers = ReadonlyMap<string, readonly Provider[]>;

function indexProviders(recordOf: ReadonlyMap<Package, DpkgRecord>): Providers {
  const found = new Map<string, Provider[]>();
  for (const [item, record] of recordOf) {
    const { architecture } = record;
    addToList(found, record.package, { item, version: SCHEME.parse(record.version), architecture });
    for (const provided of record.provides) {
      const { name, version } = parseRelation(provided);
      addToList(found, name, { item, version: SCHEME.parse(version), architecture });
    }
  }
  return found;
}

function parseRelation(text: string): Relation {
  const [, name = '', qualifier = '', operator = '', version = ''] =
    RELATION.exec(text.trim()) ?? [];
  return { name, qualifier, operator, version };
}

function chooseProviders(
  alternatives: readonly Relation[],
  providers: Providers,
  { architecture }: DpkgRecord,
): readonly Provider[] {
  const named = alternatives.map((relation) =>
    preferArchitecture(providers.get(relation.name) ?? [], relation, architecture),
  );
  for (const [number, relation] of alternatives.entries()) {
    const matching = (named[number] ?? []).filter(createVersionFilter(relation));
    if (matching.length > 0) {
      return matching;
    }
  }
  return named.find((found) => found.length > 0) ?? [];
}

/** Packages of the requested architecture, or else of the depending package's, come first. */
function preferArchitecture(
  providers: readonly Provider[],
  { qualifier }: Relation,
  own: string,
): readonly Provider[] {
  if (qualifier === 'any') {
    return providers;
  }
  const wanted = qualifier === '' ? own : qualifier;
  const same = providers.filter(({ architecture }) => [wanted, 'all', ''].includes(architecture));
  return same.length > 0 ? same : providers;
}

function createVersionFilter({ operator, version }: Relation): (provider: Provider) => boolean {
  const holds = HOLDS.get(operator);
  if (holds === undefined) {
    return () => true;
  }
  const wanted = SCHEME.parse(version);
  return (provider) =>
    provider.version !== undefined &&
    wanted !== undefined &&
    holds(SCHEME.compare(provider.version, wanted));
}
