import type { Finding, Findings, Match } from '../core/finding.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import {
  type FindingExplanation,
  labelOf,
  type PackageLabel,
  type Place,
  type SourceView,
  type StatementStep,
} from './explanation.ts';

/** What is asked about: a vulnerability by any of its ids, on one package or on all. */
export interface Question {
  readonly id: string;
  /** A name, `name@version`, a package URL or a key. */
  readonly package?: string;
}

type Stated = Pick<FindingExplanation, 'state' | 'rule' | 'decisions'> & {
  readonly finding: Finding;
};

/** Every finding that fits, open or set aside, in the order of the findings. */
export function explainFindings(
  { id, package: wanted }: Question,
  inventory: Inventory,
  findings: Findings,
): readonly FindingExplanation[] {
  const packages = new Map(inventory.packages.map((one) => [one.key, one]));
  return [...statedFindings(findings)].flatMap((stated) => {
    const item = packages.get(stated.finding.packageKey);
    const isMeant =
      item !== undefined &&
      isKnownAs(stated.finding, id) &&
      (wanted === undefined || isCalled(item, wanted));
    return isMeant ? [explain(stated, item, inventory)] : [];
  });
}

function* statedFindings(findings: Findings): Iterable<Stated> {
  for (const finding of findings.findings) {
    yield { finding, state: 'open', decisions: finding.decisions ?? [] };
  }
  for (const { finding, decisions } of findings.dispositioned ?? []) {
    yield { finding, state: 'dispositioned', decisions };
  }
  for (const { finding, rule } of findings.ignored) {
    yield { finding, state: 'ignored', rule, decisions: [] };
  }
}

/** Ids are compared without regard to case, as people type them. */
function isKnownAs({ id, aliases, matches }: Finding, asked: string): boolean {
  const own = matches.flatMap(({ advisory }) => [advisory.vulnerability, ...advisory.cves]);
  return [id, ...aliases, ...own].some((one) => one.toLowerCase() === asked.toLowerCase());
}

/** Whether a package is meant by a name, `name@version`, a package URL without more, or a key. */
export function isCalled(item: InventoryPackage, wanted: string): boolean {
  const { name, version, purl, key } = item;
  const bare = purl.split(/[?#]/, 1)[0] ?? '';
  return [name, `${name}@${version}`, purl, bare, key].includes(wanted);
}

function explain(stated: Stated, item: InventoryPackage, inventory: Inventory): FindingExplanation {
  const { finding, ...state } = stated;
  const owners = ownersOf(item, inventory);
  return {
    kind: 'finding',
    id: finding.id,
    aliases: finding.aliases,
    severity: finding.severity,
    fixState: finding.fixState,
    package: labelOf(item),
    ...state,
    foundBy: `${item.foundBy}: ${item.rule}`,
    places: placesOf(item, inventory),
    owners,
    neededBy: pathTo(item, inventory),
    statements: finding.matches.flatMap(stepsOf),
    views: viewsOf(finding),
    notes: finding.notes ?? [],
    remedy: remedyOf(finding, item, owners),
  };
}

function placesOf(item: InventoryPackage, { target }: Inventory): readonly Place[] {
  const layers = target.kind === 'image' ? target.layers : [];
  return item.locations.map(({ path, line, layer }): Place => {
    const index = layers.findIndex(({ diffId }) => diffId === layer);
    const instruction = layers[index]?.instruction;
    return {
      path,
      ...(line === undefined ? {} : { line }),
      ...(layer === undefined || index === -1
        ? {}
        : { layer: { diffId: layer, number: index + 1, of: layers.length } }),
      ...(instruction === undefined ? {} : { instruction }),
    };
  });
}

function ownersOf({ key }: InventoryPackage, inventory: Inventory): readonly PackageLabel[] {
  const owners = new Set(
    inventory.relationships.flatMap((edge) =>
      edge.kind === 'owns-package' && edge.to === key ? [edge.from] : [],
    ),
  );
  return inventory.packages.filter((one) => owners.has(one.key)).map(labelOf);
}

/**
 * A shortest chain from a package that nothing needs. Where all lie on circles, from the one that
 * is farthest away.
 */
function pathTo({ key }: InventoryPackage, inventory: Inventory): readonly PackageLabel[] {
  const usersOf = Map.groupBy(
    inventory.relationships.filter((edge) => edge.kind === 'dependency-of'),
    (edge) => edge.from,
  );
  const previous = new Map<string, string | undefined>([[key, undefined]]);
  const queue = [key];
  let last = key;
  for (let at = 0; at < queue.length; at += 1) {
    last = queue[at] ?? last;
    const users = usersOf.get(last) ?? [];
    if (users.length === 0) {
      break;
    }
    for (const { to } of users.filter((edge) => !previous.has(edge.to))) {
      previous.set(to, last);
      queue.push(to);
    }
  }
  const packages = new Map(inventory.packages.map((one) => [one.key, one]));
  const chain: PackageLabel[] = [];
  for (let at: string | undefined = last; at !== undefined; at = previous.get(at)) {
    const item = packages.get(at);
    chain.push(...(item === undefined ? [] : [labelOf(item)]));
  }
  return chain.length < 2 ? [] : chain;
}

function stepsOf({ reasons }: Match): readonly StatementStep[] {
  return reasons.map(({ advisory, kind, searchedKey, range, comparisons, confidence }) => ({
    source: advisory.provider,
    vulnerability: advisory.vulnerability,
    effect: advisory.effect,
    key: searchedKey,
    range,
    comparisons,
    by: kind,
    confidence,
  }));
}

/** Each source and id once, those that matched first. */
function viewsOf({ matches }: Finding): readonly SourceView[] {
  const views = new Map<string, SourceView>();
  const add = (source: string, id: string, view: Omit<SourceView, 'source' | 'id'>): void => {
    const key = `${source}\0${id}`;
    views.set(key, views.get(key) ?? { source, id, ...view });
  };
  for (const { record, severity } of matches) {
    add(record.provider, record.id, { severity, status: record.status });
  }
  for (const { related, relatedSeverities = [] } of matches) {
    for (const [index, { provider, id, status }] of related.entries()) {
      add(provider, id, { severity: relatedSeverities[index] ?? 'unknown', status });
    }
  }
  return [...views.values()];
}

function remedyOf(
  { fixState, fixVersions }: Finding,
  item: InventoryPackage,
  owners: readonly PackageLabel[],
): string {
  const [owner] = owners;
  const what = owner === undefined ? item.name : `${owner.name}, which brought ${item.name} along`;
  const [version] = fixVersions;
  if (version !== undefined) {
    return owner === undefined
      ? `update ${item.name} from ${item.version} to ${version}`
      : `update ${what}: ${item.name} ${version} fixes it`;
  }
  switch (fixState) {
    case 'wont-fix':
      return `the vendor will not fix it: remove ${what}, or decide that it does not matter here`;
    case 'not-fixed':
      return `there is no fix yet: remove ${what}, or look again when there is one`;
    default:
      return `no source says whether it is fixed: look at its references`;
  }
}
