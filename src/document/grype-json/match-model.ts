import type { Finding, Match, MatchReason } from '../../foundation/core/finding.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { DistroModel } from './distro-model.ts';
import { FORMAT_NAMES } from './names.data.ts';
import { getNamespace } from './namespace.ts';
import { createRelatedModels, createVulnerabilityModel } from './vulnerability-model.ts';

/** One statement about one package, which Grype calls a match. */
export interface MatchEntry {
  readonly match: Match;
  readonly finding: Finding;
  readonly package: InventoryPackage;
}

/** All members except the package, which is the same in all of its matches. */
export function matchModel(entry: MatchEntry, distro: DistroModel): object {
  const { match } = entry;
  return {
    vulnerability: createVulnerabilityModel(match, getRisk(entry)),
    relatedVulnerabilities: createRelatedModels(match),
    matchDetails: match.reasons.map((reason) => createDetailModel(reason, entry, distro)),
  };
}

export function getRisk({ match, finding }: MatchEntry): number {
  return match.risk ?? finding.risk;
}

function createDetailModel(reason: MatchReason, entry: MatchEntry, distro: DistroModel): object {
  const suggested = findSuggestedVersion(entry);
  const found = {
    vulnerabilityID: reason.advisory.vulnerability,
    versionConstraint: formatConstraint(reason),
    cpes: reason.kind === 'cpe' ? reason.foundCpes : undefined,
    matchedSymbols: reason.symbols?.found.length === 0 ? undefined : reason.symbols?.found,
  };
  const fix = suggested === undefined ? undefined : { suggestedVersion: suggested };
  return {
    type: getType(reason),
    matcher: `${reason.matcher}-matcher`,
    searchedBy: createSearch(reason, entry, distro),
    found,
    fix,
  };
}

function getType({ kind }: MatchReason): string {
  return kind === 'cpe' ? 'cpe-match' : `exact-${kind}-match`;
}

function createSearch(reason: MatchReason, entry: MatchEntry, distro: DistroModel): object {
  const namespace = getNamespace(reason.advisory);
  const named = { name: reason.searchedName, version: reason.searchedVersion };
  if (reason.kind === 'cpe') {
    return { namespace, cpes: reason.searchedCpes, package: named };
  }
  if (reason.advisory.operatingSystem === undefined) {
    return { language: entry.package.language, namespace, package: named };
  }
  const system = { type: distro.name, version: distro.version };
  return { distro: system, package: named, namespace };
}

/** Joins all ranges of the statement as one expression, with the name of the version format. */
function formatConstraint({ advisory }: MatchReason): string {
  let text = '';
  let scheme = '';
  for (const range of advisory.ranges) {
    if (range.constraint === '') {
      continue;
    }
    text = text === '' ? range.constraint : `${text}||${range.constraint}`;
    if (range.scheme !== '' && (scheme === '' || range.scheme < scheme)) {
      scheme = range.scheme;
    }
  }
  return `${text === '' ? 'none' : text} (${FORMAT_NAMES.get(scheme.toLowerCase()) ?? 'unknown'})`;
}

/**
 * The first of the finding's fixed versions, lowest above the installed one first, that fixes this
 * match.
 */
function findSuggestedVersion({ match, finding }: MatchEntry): string | undefined {
  return finding.fixVersions.find((version) => match.fixes.some((fix) => fix.version === version));
}
