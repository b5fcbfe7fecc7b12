import type { Decision } from '../../core/decision.ts';
import type { Alert, Finding, Findings } from '../../core/finding.ts';
import type { Inventory } from '../../core/inventory.ts';

/** A result, as far as it tells what was decided. */
export interface DecidedResult {
  readonly inventory: Inventory;
  readonly findings: Findings;
}

/**
 * What an earlier result set aside by its own conclusion, and what is open now, since the evidence
 * of that is no longer there. A conclusion that still holds from other evidence stands. A package
 * of another version is another package.
 */
export function withdrawnDecisions(before: DecidedResult, now: DecidedResult): readonly Alert[] {
  const nameThen = namesOf(before);
  const nameNow = namesOf(now);
  const exactly = new Map(now.findings.findings.map((finding) => [exactKeyOf(finding), finding]));
  const wasOpen = new Set(before.findings.findings.map(exactKeyOf));
  // A copy that was open before lost no justification.
  const elsewhere = new Map(
    now.findings.findings
      .filter((finding) => !wasOpen.has(exactKeyOf(finding)))
      .map((finding) => [keyOf(finding, nameNow), finding]),
  );
  return (before.findings.dispositioned ?? []).flatMap(({ finding, decisions }) => {
    const [earlier] = decisions;
    const isStillThere = nameNow.has(finding.packageKey);
    const current = isStillThere
      ? exactly.get(exactKeyOf(finding))
      : elsewhere.get(keyOf(finding, nameThen));
    return earlier?.kind === 'derived' && current !== undefined ? [alertOf(current, earlier)] : [];
  });
}

function exactKeyOf({ packageKey, id }: Finding): string {
  return `${id} ${packageKey}`;
}

/** What packages are called by, by their keys. */
function namesOf({ inventory }: DecidedResult): ReadonlyMap<string, string> {
  return new Map(
    inventory.packages.map(({ key, type, name, version }) => [
      key,
      JSON.stringify([type, name, version]),
    ]),
  );
}

function keyOf({ packageKey, id }: Finding, names: ReadonlyMap<string, string>): string {
  return `${id} ${names.get(packageKey) ?? packageKey}`;
}

function alertOf(finding: Finding, { source, reason }: Decision): Alert {
  return {
    kind: 'decision-withdrawn',
    message: `${finding.id} needs review again: "${reason}" (${source}) no longer holds`,
    packageKeys: [finding.packageKey],
  };
}
