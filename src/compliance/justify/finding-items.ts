import { compareText } from '../../foundation/core/compare-text.ts';
import type { Decision } from '../../foundation/core/decision.ts';
import { defined } from '../../foundation/core/defined.ts';
import {
  type Finding,
  isExploited,
  SEVERITIES,
  type SeverityWord,
} from '../../foundation/core/finding.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import { createFacts } from './facts.ts';
import { computeItemId, type ItemCause, type JustificationItem, joinDistinct } from './item.ts';
import { digestPackages, type PackageContent } from './package-contents.ts';

/** A finding, with the decision that suppresses it if there is one. */
export interface DecidedFinding {
  readonly finding: Finding;
  readonly decisions: readonly Decision[];
  readonly isOpen: boolean;
}

interface FoundCase extends DecidedFinding {
  readonly item: InventoryPackage;
}

/** Lists the items to justify about findings. Copies of one package with one finding are one. */
export function listFindingItems(
  findings: readonly DecidedFinding[],
  inventory: Inventory,
): readonly JustificationItem[] {
  const packages = new Map(inventory.packages.map((item) => [item.key, item]));
  const contents = findings.length === 0 ? new Map() : digestPackages(inventory);
  const cases = findings.flatMap((one): readonly FoundCase[] => {
    const item = packages.get(one.finding.packageKey);
    return item === undefined ? [] : [{ ...one, item }];
  });
  const groups = Map.groupBy(cases, ({ finding, item }) => computeFindingItemId(finding, item));
  const { distro } = inventory;
  const system = [distro?.id, distro?.versionId].filter(Boolean).join(' ');
  return [...groups].map(([id, copies]) => toItem(id, copies, { contents, system }));
}

/**
 * The ID does not depend on the version of the package, nor on which of its IDs a vulnerability is
 * filed under.
 */
export function computeFindingItemId(
  { id, aliases }: Pick<Finding, 'id' | 'aliases'>,
  { type, name }: Pick<InventoryPackage, 'type' | 'name'>,
): string {
  const [cve] = [id, ...aliases].filter((one) => one.startsWith('CVE-')).toSorted(compareText);
  return computeItemId('finding', cve ?? id, type, name);
}

interface Surroundings {
  readonly contents: ReadonlyMap<string, PackageContent>;
  /** The operating system, such as `debian 12`. */
  readonly system: string;
}

function toItem(
  id: string,
  copies: readonly FoundCase[],
  surroundings: Surroundings,
): JustificationItem {
  const [first] = copies as readonly [FoundCase];
  const { finding, item } = first;
  const severity = findHighest(copies.map((one) => one.finding.severity));
  const open = copies.filter(({ isOpen }) => isOpen);
  const settling = open.length === 0 ? first.decisions[0] : undefined;
  const proposal = open.flatMap(({ decisions }) => decisions).find(isProposal);
  const versions = joinDistinct(copies.map((one) => one.item.version));
  return {
    id,
    kind: 'finding',
    change: 'finding',
    subject: `${finding.id} in ${item.name} ${versions} (${item.type})`,
    count: copies.length,
    severity,
    evidence: listFindingFacts(copies, severity, surroundings.contents),
    ...defined({
      proposed: proposal && formatProposal(proposal),
      cause: findCause(first, severity, { system: surroundings.system, proposal }),
    }),
    subjectKeys: copies.map((one) => `finding ${one.finding.id} ${one.finding.packageKey}`),
    ...(settling === undefined
      ? {}
      : { settledBy: { author: settling.author, source: settling.source } }),
  };
}

function listFindingFacts(
  copies: readonly FoundCase[],
  severity: SeverityWord,
  contents: Surroundings['contents'],
): JustificationItem['evidence'] {
  const reach = copies.flatMap(({ finding }) => finding.reach ?? []);
  const digests = copies.flatMap(({ item }) => contents.get(item.key)?.digest ?? []);
  const [{ finding: first, item: owner }] = copies as readonly [FoundCase];
  return createFacts({
    vulnerability: first.id,
    package: owner.name,
    type: owner.type,
    version: joinDistinct(copies.map(({ item }) => item.version)),
    severity,
    exploited: copies.some(({ finding }) => isExploited(finding)) ? 'yes' : 'no',
    fix: joinDistinct(
      copies.map(({ finding: { fixState, fixVersions } }) =>
        fixVersions.length === 0 ? fixState : fixVersions.join(' or '),
      ),
    ),
    reach: joinDistinct(reach),
    content: joinDistinct(digests),
  });
}

/** A program's conclusion that it cannot prove, or the statement of a document about it. */
function isProposal({ kind, effect }: Decision): boolean {
  return effect === 'suggestion' && kind !== 'rule';
}

function formatProposal({ reason, source }: Decision): string {
  return `${reason} (${source})`;
}

interface CauseContext {
  readonly system: string;
  readonly proposal: Decision | undefined;
}

/**
 * Exploited vulnerabilities are never part of a group: each needs its own reason. Negligible ones
 * of a distribution have one cause, and so have those of a source package with the same proposal.
 */
function findCause(
  { finding, item }: FoundCase,
  severity: SeverityWord,
  { system, proposal }: CauseContext,
): ItemCause | undefined {
  if (isExploited(finding)) {
    return undefined;
  }
  const source = item.upstreams[0]?.name ?? item.name;
  if (severity === 'negligible' && item.language === '' && proposal === undefined) {
    return { id: `negligible ${system}`, title: `negligible severity in ${system}` };
  }
  const how = proposal === undefined ? '' : ` ${proposal.source}`;
  return {
    id: `source ${source} ${item.type}${how}`,
    title: `source package ${source} (${item.type})`,
  };
}

/** Returns the highest of several severities. */
export function findHighest(severities: readonly SeverityWord[]): SeverityWord {
  const ranks = severities.map((word) => SEVERITIES.indexOf(word));
  return SEVERITIES[Math.max(0, ...ranks)] ?? 'unknown';
}
