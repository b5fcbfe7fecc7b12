import type { DatabaseDescription } from '../core/advisory.ts';
import type { ChangeCause, FindingChange, FoundOn } from '../core/change.ts';
import type { Finding, Findings } from '../core/finding.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import { type PackagePair, pairPackages } from './pair-packages.ts';

/** A target as it was looked at once. */
export interface Result {
  /** What it is called where the target's own name does not tell the two apart. */
  readonly name?: string;
  readonly inventory: Inventory;
  readonly findings: Findings;
  /** Version of the program, where the document tells it. */
  readonly toolVersion?: string;
  /** Whether the inventory lists all files of the target, not only those of packages. */
  readonly listsEveryFile?: boolean;
}

/**
 * What became of every open finding from one look to the other, with its cause. A finding is the
 * same where any id of it is, on a package that the pairing takes for the same: lines that moved,
 * versions that rose without a fix, and packages that were renamed make no new ones.
 */
export function findingChanges(
  before: Result,
  after: Result,
  pairs: readonly PackagePair[] = pairPackages(before.inventory.packages, after.inventory.packages),
): readonly FindingChange[] {
  const was = byPackage(before.findings.findings);
  const is = byPackage(after.findings.findings);
  return pairs.flatMap((pair) => {
    const old = [...(was.get(pair.before?.key ?? '') ?? [])];
    const changes: FindingChange[] = [];
    for (const finding of is.get(pair.after?.key ?? '') ?? []) {
      const index = old.findIndex((one) => isSame(one, finding));
      const [same] = index === -1 ? [] : old.splice(index, 1);
      changes.push(
        same === undefined
          ? introduced(finding, pair, { before, after })
          : kept(same, finding, pair),
      );
    }
    return [...changes, ...old.map((finding) => resolved(finding, pair, { before, after }))];
  });
}

function byPackage(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  return Map.groupBy(findings, ({ packageKey }) => packageKey);
}

function idsOf({ id, aliases }: Finding): readonly string[] {
  return [id, ...aliases];
}

function isSame(left: Finding, right: Finding): boolean {
  const ids = new Set(idsOf(left));
  return idsOf(right).some((id) => ids.has(id));
}

function foundOn(finding: Finding, item: InventoryPackage | undefined): FoundOn | undefined {
  return item === undefined ? undefined : { finding, package: item };
}

function sides(
  before: FoundOn | undefined,
  after: FoundOn | undefined,
): Pick<FindingChange, 'before' | 'after'> {
  return { ...(before && { before }), ...(after && { after }) };
}

function kept(old: Finding, now: Finding, { before, after, how }: PackagePair): FindingChange {
  const detail =
    how === 'same' || how === 'moved'
      ? 'nothing changed'
      : `${labelOf(before)} was updated to ${labelOf(after)}, which is affected, too`;
  return { kind: 'kept', detail, ...sides(foundOn(old, before), foundOn(now, after)) };
}

interface Results {
  readonly before: Result;
  readonly after: Result;
}

function introduced(finding: Finding, pair: PackagePair, results: Results): FindingChange {
  const frame = { kind: 'introduced', ...sides(undefined, foundOn(finding, pair.after)) } as const;
  const own = packageCause(pair, results);
  if (own !== undefined) {
    return { ...frame, ...own };
  }
  const wasDecided = (results.before.findings.dispositioned ?? []).some(
    (one) => one.finding.packageKey === pair.before?.key && isSame(one.finding, finding),
  );
  return wasDecided
    ? { ...frame, cause: 'decision', detail: 'it is no longer suppressed' }
    : { ...frame, ...judgementCause(results, 'it is now known') };
}

function resolved(finding: Finding, pair: PackagePair, results: Results): FindingChange {
  const frame = { kind: 'resolved', ...sides(foundOn(finding, pair.before), undefined) } as const;
  const decided = (results.after.findings.dispositioned ?? []).find(
    (one) => one.finding.packageKey === pair.after?.key && isSame(one.finding, finding),
  );
  if (decided !== undefined) {
    const reason = decided.decisions[0]?.reason ?? '';
    return { ...frame, cause: 'decision', detail: `suppressed: ${reason}` };
  }
  const own = packageCause(pair, results);
  return own === undefined
    ? { ...frame, ...judgementCause(results, 'no source reports it any more') }
    : { ...frame, ...own };
}

type Cause = Pick<FindingChange, 'cause' | 'detail'>;

/** What changed in the package itself; `undefined` where nothing did. */
function packageCause({ before, after, how }: PackagePair, results: Results): Cause | undefined {
  const cause: ChangeCause = isSameContent(results) ? 'catalog' : 'image';
  switch (how) {
    case 'added':
      return { cause, detail: `${labelOf(after)} was added` };
    case 'removed':
      return { cause, detail: `${labelOf(before)} was removed` };
    case 'version':
      return { cause, detail: `${labelOf(before)} was updated to ${after?.version ?? ''}` };
    case 'renamed':
    case 'replaced':
      return { cause, detail: `${labelOf(before)} was replaced by ${labelOf(after)}` };
    default:
      return undefined;
  }
}

/** The package is the same, so that data or program must speak otherwise. */
function judgementCause({ before, after }: Results, told: string): Cause {
  const [was, is] = [before.findings.database, after.findings.database];
  if (dataIdentity(was) !== dataIdentity(is)) {
    const since = is === undefined ? 'without a database' : `by the database of ${is.builtAt}`;
    return { cause: 'data', detail: `${told} ${since}` };
  }
  const [old = 'unknown', now = 'unknown'] = [before.toolVersion, after.toolVersion];
  const by =
    old === now
      ? `version ${now} with other options or from another build`
      : `versions ${old} and ${now}`;
  return { cause: 'matcher', detail: `${told} on the same data, by ${by}` };
}

/** What the database was made of, whenever and wherever that was. */
function dataIdentity(database: DatabaseDescription | undefined): string {
  return database === undefined
    ? ''
    : JSON.stringify(database.providers.map(({ id, inputDigest }) => [id, inputDigest]));
}

function isSameContent({ before, after }: Results): boolean {
  const [was, is] = [before.inventory.target, after.inventory.target];
  return was.kind === 'image' && is.kind === 'image' && was.imageId === is.imageId;
}

function labelOf(item: InventoryPackage | undefined): string {
  return item === undefined ? '' : `${item.name} ${item.version}`;
}
