import type { Decision } from '../../core/decision.ts';
import type { Alert, Finding, Findings } from '../../core/finding.ts';
import type { Inventory } from '../../core/inventory.ts';

/** The parts of a result that show its decisions. */
export interface DecidedResult {
  readonly inventory: Inventory;
  readonly findings: Findings;
}

/**
 * Returns alerts for findings that an earlier result suppressed by a derived decision and that are
 * open now, because the evidence is gone. A conclusion that still has other evidence stays. A
 * package of another version is another package.
 */
export function listWithdrawnDecisions(
  before: DecidedResult,
  now: DecidedResult,
): readonly Alert[] {
  const nameThen = indexIdentities(before);
  const nameNow = indexIdentities(now);
  const exactly = new Map(now.findings.findings.map((finding) => [toExactKey(finding), finding]));
  const wasOpen = new Set(before.findings.findings.map(toExactKey));
  // A copy that was open before did not lose a justification.
  const elsewhere = new Map(
    now.findings.findings
      .filter((finding) => !wasOpen.has(toExactKey(finding)))
      .map((finding) => [toIdentityKey(finding, nameNow), finding]),
  );
  return (before.findings.dispositioned ?? []).flatMap(({ finding, decisions }) => {
    const [earlier] = decisions;
    const isStillThere = nameNow.has(finding.packageKey);
    const current = isStillThere
      ? exactly.get(toExactKey(finding))
      : elsewhere.get(toIdentityKey(finding, nameThen));
    return earlier?.kind === 'derived' && current !== undefined
      ? [createAlert(current, earlier)]
      : [];
  });
}

function toExactKey({ packageKey, id }: Finding): string {
  return `${id} ${packageKey}`;
}

/** Returns identities of packages by their keys. */
function indexIdentities({ inventory }: DecidedResult): ReadonlyMap<string, string> {
  return new Map(
    inventory.packages.map(({ key, type, name, version }) => [
      key,
      JSON.stringify([type, name, version]),
    ]),
  );
}

function toIdentityKey({ packageKey, id }: Finding, names: ReadonlyMap<string, string>): string {
  return `${id} ${names.get(packageKey) ?? packageKey}`;
}

function createAlert(finding: Finding, { source, reason }: Decision): Alert {
  return {
    kind: 'decision-withdrawn',
    message: `${finding.id} needs review again: "${reason}" (${source}) no longer holds`,
    packageKeys: [finding.packageKey],
  };
}
