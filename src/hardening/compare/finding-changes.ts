import type { DatabaseDescription } from '../../foundation/core/advisory.ts';
import type { ChangeCause, FindingChange, FoundOn } from '../../foundation/core/change.ts';
import type { Finding, Findings } from '../../foundation/core/finding.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import { type PackagePair, pairPackages } from './pair-packages.ts';

/** A target and the result of one scan of it. */
export interface Result {
  /** A distinguishing name, if the target's own name is ambiguous. */
  readonly name?: string;
  readonly inventory: Inventory;
  readonly findings: Findings;
  /** Version of the program, if the document declares it. */
  readonly toolVersion?: string;
  /** Whether the inventory lists all files of the target, not only those of packages. */
  readonly listsEveryFile?: boolean;
}

/**
 * Returns the change of every open finding between two results, with its cause. Two findings are
 * the same if they share any ID on paired packages: moved lines, higher versions without a fix, and
 * renamed packages do not make new findings.
 */
export function listFindingChanges(
  before: Result,
  after: Result,
  pairs: readonly PackagePair[] = pairPackages(before.inventory.packages, after.inventory.packages),
): readonly FindingChange[] {
  const was = groupByPackage(before.findings.findings);
  const is = groupByPackage(after.findings.findings);
  return pairs.flatMap((pair) => {
    const old = [...(was.get(pair.before?.key ?? '') ?? [])];
    const changes: FindingChange[] = [];
    for (const finding of is.get(pair.after?.key ?? '') ?? []) {
      const index = old.findIndex((one) => isSame(one, finding));
      const [same] = index === -1 ? [] : old.splice(index, 1);
      changes.push(
        same === undefined
          ? createIntroduced(finding, pair, { before, after })
          : createKept(same, finding, pair),
      );
    }
    return [...changes, ...old.map((finding) => createResolved(finding, pair, { before, after }))];
  });
}

function groupByPackage(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  return Map.groupBy(findings, ({ packageKey }) => packageKey);
}

function listFindingIds({ id, aliases }: Finding): readonly string[] {
  return [id, ...aliases];
}

function isSame(left: Finding, right: Finding): boolean {
  const ids = new Set(listFindingIds(left));
  return listFindingIds(right).some((id) => ids.has(id));
}

function pairFinding(finding: Finding, item: InventoryPackage | undefined): FoundOn | undefined {
  return item === undefined ? undefined : { finding, package: item };
}

function toSides(
  before: FoundOn | undefined,
  after: FoundOn | undefined,
): Pick<FindingChange, 'before' | 'after'> {
  return { ...(before && { before }), ...(after && { after }) };
}

function createKept(
  old: Finding,
  now: Finding,
  { before, after, how }: PackagePair,
): FindingChange {
  const detail =
    how === 'same' || how === 'moved'
      ? 'nothing changed'
      : `${formatLabel(before)} was updated to ${formatLabel(after)}, which is affected, too`;
  return { kind: 'kept', detail, ...toSides(pairFinding(old, before), pairFinding(now, after)) };
}

interface Results {
  readonly before: Result;
  readonly after: Result;
}

function createIntroduced(finding: Finding, pair: PackagePair, results: Results): FindingChange {
  const frame = {
    kind: 'introduced',
    ...toSides(undefined, pairFinding(finding, pair.after)),
  } as const;
  const own = findPackageCause(pair, results);
  if (own !== undefined) {
    return { ...frame, ...own };
  }
  const wasDecided = (results.before.findings.dispositioned ?? []).some(
    (one) => one.finding.packageKey === pair.before?.key && isSame(one.finding, finding),
  );
  return wasDecided
    ? { ...frame, cause: 'decision', detail: 'it is no longer suppressed' }
    : { ...frame, ...findJudgementCause(results, 'it is now known') };
}

function createResolved(finding: Finding, pair: PackagePair, results: Results): FindingChange {
  const frame = {
    kind: 'resolved',
    ...toSides(pairFinding(finding, pair.before), undefined),
  } as const;
  const decided = (results.after.findings.dispositioned ?? []).find(
    (one) => one.finding.packageKey === pair.after?.key && isSame(one.finding, finding),
  );
  if (decided !== undefined) {
    const reason = decided.decisions[0]?.reason ?? '';
    return { ...frame, cause: 'decision', detail: `suppressed: ${reason}` };
  }
  const own = findPackageCause(pair, results);
  return own === undefined
    ? { ...frame, ...findJudgementCause(results, 'no source reports it any more') }
    : { ...frame, ...own };
}

type Cause = Pick<FindingChange, 'cause' | 'detail'>;

/** Returns the change of the package itself; `undefined` if it did not change. */
function findPackageCause(
  { before, after, how }: PackagePair,
  results: Results,
): Cause | undefined {
  const cause: ChangeCause = isSameContent(results) ? 'catalog' : 'image';
  switch (how) {
    case 'added':
      return { cause, detail: `${formatLabel(after)} was added` };
    case 'removed':
      return { cause, detail: `${formatLabel(before)} was removed` };
    case 'version':
      return { cause, detail: `${formatLabel(before)} was updated to ${after?.version ?? ''}` };
    case 'renamed':
    case 'replaced':
      return { cause, detail: `${formatLabel(before)} was replaced by ${formatLabel(after)}` };
    default:
      return undefined;
  }
}

/** The package is the same, so the data or the program must differ. */
function findJudgementCause({ before, after }: Results, event: string): Cause {
  const [was, is] = [before.findings.database, after.findings.database];
  if (toDataIdentity(was) !== toDataIdentity(is)) {
    const since = is === undefined ? 'without a database' : `by the database of ${is.builtAt}`;
    return { cause: 'data', detail: `${event} ${since}` };
  }
  const [old = 'unknown', now = 'unknown'] = [before.toolVersion, after.toolVersion];
  const by =
    old === now
      ? `version ${now} with other options or from another build`
      : `versions ${old} and ${now}`;
  return { cause: 'matcher', detail: `${event} on the same data, by ${by}` };
}

/** Returns the content identity of the database, independent of time and place. */
function toDataIdentity(database: DatabaseDescription | undefined): string {
  return database === undefined
    ? ''
    : JSON.stringify(database.providers.map(({ id, inputDigest }) => [id, inputDigest]));
}

function isSameContent({ before, after }: Results): boolean {
  const [was, is] = [before.inventory.target, after.inventory.target];
  return was.kind === 'image' && is.kind === 'image' && was.imageId === is.imageId;
}

function formatLabel(item: InventoryPackage | undefined): string {
  return item === undefined ? '' : `${item.name} ${item.version}`;
}
