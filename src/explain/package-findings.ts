import { defined } from '../core/defined.ts';
import { UserError } from '../core/error.ts';
import { type Findings, isExploited } from '../core/finding.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import { getEpssScore } from '../core/located-finding.ts';
import { listNearest } from '../core/option-suggestion.ts';
import { toLabel } from '../core/package-context.ts';
import { formatSuggestion } from '../core/suggestion-hint.ts';
import { shortenText } from '../present/markup.ts';
import { hasId, isCalled, listStatedFindings, type Stated } from './explain-finding.ts';
import type { FindingSummary, PackageFindings, Rank } from './explanation.ts';
import { createRanking } from './finding-rank.ts';

/** `CVE-2023-0286`, `GHSA-…`, also several separated by commas. */
const KNOWN_ID = /^(?:cve-\d|ghsa-)/i;
/** `RUSTSEC-2020-0071`, `ALAS2-2023-1`, `RHSA-2023:1234`, `openSUSE-SU-2023:0001-1`. */
const LIKELY_ID = /^[a-z][a-z\d]+(?:-[a-z\d.]+)*-\d+[-:]\d/i;

/**
 * Returns the packages that a text names, or `undefined` if it is an ID of a vulnerability. A text
 * that has the form of an ID stays one even if a package has this name: images choose the names of
 * their packages.
 *
 * @throws UserError `E_USAGE` if it is neither
 */
export function findNamedPackages(
  text: string,
  { packages }: Inventory,
  findings: Findings,
): readonly InventoryPackage[] | undefined {
  const hasFinding = [...listStatedFindings(findings)].some(({ finding }) => hasId(finding, text));
  if (hasFinding || KNOWN_ID.test(text)) {
    return;
  }
  const named = packages.filter((item) => isCalled(item, text));
  if (named.length > 0) {
    return named;
  }
  if (LIKELY_ID.test(text)) {
    return;
  }
  throw createUnknownNameError(text, packages);
}

const NAMES_SHOWN_MAX = 5;
const NAME_CHARS_MAX = 64;

function createUnknownNameError(text: string, packages: readonly InventoryPackage[]): UserError {
  const near = listNearNames(text, packages).map((name) => shortenText(name, NAME_CHARS_MAX));
  return new UserError(
    'E_USAGE',
    `no package and no finding is called "${shortenText(text, NAME_CHARS_MAX)}"`,
    { hint: formatSuggestion(near, 'run "plimsoll sbom TARGET" to list the packages') },
  );
}

/**
 * Lists names like a text: other versions of the package, packages built from a source package of
 * this name, misspelled names, and names that contain it.
 */
function listNearNames(text: string, packages: readonly InventoryPackage[]): readonly string[] {
  const name = toBareName(text).toLowerCase();
  const filterPackages = (test: (item: InventoryPackage) => boolean): readonly InventoryPackage[] =>
    packages.filter(test);
  const near = [
    ...filterPackages((item) => item.name.toLowerCase() === name).map(
      ({ name: own, version }) => `${own}@${version}`,
    ),
    ...filterPackages(({ upstreams }) =>
      upstreams.some((one) => one.name.toLowerCase() === name),
    ).map((item) => item.name),
    ...listNearest(
      name,
      packages.map((item) => item.name),
      NAMES_SHOWN_MAX,
    ),
    ...(name.length < 3
      ? []
      : filterPackages((item) => item.name.toLowerCase().includes(name))
    ).map((item) => item.name),
  ];
  return [...new Set(near)].slice(0, NAMES_SHOWN_MAX);
}

/** Removes the type, namespace and version of a package URL, or the version after a name. */
function toBareName(text: string): string {
  const path = text.split(/[?#]/, 1)[0] ?? '';
  const bare = path.replace(/(?<=.)@[^@/]*$/, '');
  return bare.startsWith('pkg:') ? (bare.split('/').at(-1) ?? '') : bare;
}

/** Lists the findings of packages: open ones first, the most urgent first. */
export function listPackageFindings(
  packages: readonly InventoryPackage[],
  inventory: Inventory,
  findings: Findings,
): readonly PackageFindings[] {
  const rankOf = createRanking(inventory, findings);
  const byKey = Map.groupBy(listStatedFindings(findings), ({ finding }) => finding.packageKey);
  return packages.map((item) => ({
    kind: 'package-findings',
    package: toLabel(item),
    findings: (byKey.get(item.key) ?? [])
      .map((stated) => summarize(stated, rankOf(stated.finding)))
      .toSorted(compareRank),
    unjudged: findings.unevaluated.flatMap(({ packageKey, detail }) =>
      packageKey === item.key ? [detail] : [],
    ),
  }));
}

/** Findings without a position follow the others, the highest risk first. */
function compareRank({ rank: left }: FindingSummary, { rank: right }: FindingSummary): number {
  const [one, other] = [left.position ?? Infinity, right.position ?? Infinity];
  return one === other ? right.risk - left.risk : one - other;
}

function summarize({ finding, state, rule }: Stated, rank: Rank): FindingSummary {
  const [fixVersion] = finding.fixVersions;
  return {
    id: finding.id,
    aliases: finding.aliases,
    severity: finding.severity,
    fixState: finding.fixState,
    ...defined({ fixVersion }),
    state,
    ...defined({ rule, epss: getEpssScore(finding), reach: finding.reach }),
    isExploited: isExploited(finding),
    rank,
  };
}
