import { present } from '../../core/assert.ts';
import type { VexDocument, VexStatement } from '../../core/decision.ts';
import type { Findings, SymbolEvidence } from '../../core/finding.ts';
import { isOftenOmitted } from '../../core/installed-files.ts';
import { type Inventory, type InventoryPackage, isComplete } from '../../core/inventory.ts';
import type { Reach, ReachClass, ReachedFile, ReachStep } from '../../core/reach.ts';
import { findWay } from '../../core/reach-way.ts';
import { createProductContext, matchStatement, type ProductContext } from './statement-fit.ts';
import { listStatementOutcomes } from './statement-outcomes.ts';
import type { StatementOutcome } from './vex-decider.ts';

/**
 * Verdict of the bytes on a statement. `contradicted`: they show the opposite; `supported`: they
 * confirm it; `open`: they show neither.
 */
export type AuditVerdict = 'supported' | 'contradicted' | 'open';

/** One third-party statement, checked against a target. */
export interface Audit {
  readonly document: VexDocument;
  readonly statement: VexStatement;
  readonly verdict: AuditVerdict;
  /** Sentences without the full stop, about the packages that decided it. */
  readonly reasons: readonly string[];
  /** Path from the entry point to the code that the statement declares unreachable. */
  readonly way: readonly ReachStep[];
}

interface Opinion {
  readonly verdict: AuditVerdict;
  readonly reason: string;
  readonly way?: readonly ReachStep[];
}

/** Context of an opinion. */
interface AuditContext {
  readonly inventory: Inventory;
  readonly products: ProductContext;
  readonly listFiles: (item: InventoryPackage) => readonly string[];
  /** Returns whether a package was looked up in the sources. */
  readonly isEvaluated: (item: InventoryPackage) => boolean;
}

/**
 * Checks every statement against the bytes of the target and the files reachable from its entry
 * point. Bytes cannot confirm claims about configuration or circumstances.
 *
 * @param findings of the target, without decisions derived from reachability
 */
export function checkStatements(
  documents: readonly VexDocument[],
  inventory: Inventory,
  findings: Findings,
): readonly Audit[] {
  const files = Map.groupBy(
    inventory.relationships.filter((edge) => edge.kind === 'contains-file'),
    ({ from }) => from,
  );
  const unevaluated = new Set(findings.unevaluated.map(({ packageKey }) => packageKey));
  const world: AuditContext = {
    inventory,
    isEvaluated: ({ key }) => findings.database !== undefined && !unevaluated.has(key),
    products: createProductContext(inventory),
    listFiles: ({ key, installedFiles }) =>
      (installedFiles ?? files.get(key) ?? [])
        .map(({ path }) => path)
        .filter((path) => !isOftenOmitted(path)),
  };
  return listStatementOutcomes(documents, inventory, findings).map((outcome) =>
    checkStatement(outcome, world),
  );
}

function checkStatement(outcome: StatementOutcome, world: AuditContext): Audit {
  const { document, statement } = outcome;
  const fits = world.inventory.packages.map((item) => ({
    item,
    match: matchStatement(statement, item, world.products),
  }));
  const isWhole = fits.some(({ match }) => match.isMatch && match.namesTargetOnly);
  // A statement about the target concerns its vulnerable packages, not the others.
  const vulnerable = new Set(outcome.applied.map(({ item }) => item.key));
  const packages = fits.filter(
    ({ item, match }) => match.isMatch && (!isWhole || vulnerable.has(item.key)),
  );
  const opinions =
    packages.length > 0
      ? packages.map(({ item }) => judgeStatement(outcome, item, world))
      : [isWhole ? NOTHING_VULNERABLE : judgeAbsent(statement, world.inventory)];
  const verdict = present(
    VERDICTS.find((word) => opinions.some((one) => one.verdict === word)),
    'a verdict',
  );
  const deciding = opinions.filter((one) => one.verdict === verdict);
  return {
    document,
    statement,
    verdict,
    reasons: [...new Set(deciding.map(({ reason }) => reason))],
    way: deciding.find(({ way }) => way !== undefined)?.way ?? [],
  };
}

const NOTHING_VULNERABLE: Opinion = {
  verdict: 'open',
  reason: 'it is about the target, which has no package with this vulnerability',
};

/** One contradiction is enough; one open verdict prevents `supported`. */
const VERDICTS = ['contradicted', 'open', 'supported'] as const;

function judgeAbsent({ status, justification }: VexStatement, inventory: Inventory): Opinion {
  const isClaimed = status === 'not_affected' && justification === 'component_not_present';
  if (!isClaimed) {
    return { verdict: 'open', reason: 'the target does not contain the named product' };
  }
  return isComplete(inventory)
    ? { verdict: 'supported', reason: 'the target does not contain the named product' }
    : {
        verdict: 'open',
        reason: 'the named product was not found, but parts of the target could not be read',
      };
}

function judgeStatement(
  outcome: StatementOutcome,
  item: InventoryPackage,
  world: AuditContext,
): Opinion {
  const { status, justification } = outcome.statement;
  switch (status) {
    case 'fixed':
      return judgeFixed(outcome, item, world);
    case 'not_affected':
      switch (justification) {
        case 'component_not_present':
          return judgeNotPresent(item, world);
        case 'vulnerable_code_not_present':
          return judgeCodeNotPresent(outcome, item, world);
        case 'vulnerable_code_not_in_execute_path':
          return judgeNotInPath(outcome, item, world);
        default:
          return {
            verdict: 'open',
            reason: `${formatPackage(item)}: the claim cannot be checked against the image`,
          };
      }
    default:
      return {
        verdict: 'open',
        reason: `${formatPackage(item)}: it makes no claim that the image can refute`,
      };
  }
}

function judgeFixed(
  { applied }: StatementOutcome,
  item: InventoryPackage,
  { isEvaluated }: AuditContext,
): Opinion {
  const own = applied.find((one) => one.item.key === item.key);
  if (own !== undefined) {
    const [reason] = own.finding.matches.flatMap(({ reasons }) => reasons);
    const range =
      reason === undefined ? '' : ` by "${reason.range}" of ${reason.advisory.provider}`;
    return { verdict: 'contradicted', reason: `${formatPackage(item)} is affected${range}` };
  }
  return isEvaluated(item)
    ? { verdict: 'supported', reason: `${formatPackage(item)}: no source lists it as affected` }
    : {
        verdict: 'open',
        reason: `${formatPackage(item)}: it could not be matched against any source`,
      };
}

function judgeNotPresent(item: InventoryPackage, { listFiles, inventory }: AuditContext): Opinion {
  const files = listFiles(item);
  const [first] = files;
  if (first !== undefined) {
    const others = files.length === 1 ? '' : ` and ${files.length - 1} more`;
    return {
      verdict: 'contradicted',
      reason: `${formatPackage(item)} is present: ${first}${others}`,
    };
  }
  if (isFileListKnown(item, inventory) && isComplete(inventory)) {
    return {
      verdict: 'supported',
      reason: `${formatPackage(item)} is recorded, but none of its files exists`,
    };
  }
  const [place] = item.locations;
  return !isFileListKnown(item, inventory) && place !== undefined
    ? { verdict: 'contradicted', reason: `${formatPackage(item)} is present, by ${place.path}` }
    : { verdict: 'open', reason: `${formatPackage(item)}: parts of the target could not be read` };
}

/**
 * Returns whether the package recorded files and it is known which of them exist: a document may
 * list the recorded ones alone.
 */
function isFileListKnown(
  { installedFiles, ownedFiles }: InventoryPackage,
  { files }: Inventory,
): boolean {
  return ownedFiles.length > 0 && (files.length > 0 || installedFiles !== undefined);
}

/** Bytes can only decide if a source names functions. */
function judgeCodeNotPresent(
  outcome: StatementOutcome,
  item: InventoryPackage,
  { inventory, listFiles }: AuditContext,
): Opinion {
  const symbols = listSymbolEvidence(outcome, item);
  const found = symbols.flatMap((one) => one.found);
  if (found.length > 0) {
    return {
      verdict: 'contradicted',
      reason: `${formatPackage(item)} contains ${found.join(', ')}`,
    };
  }
  if (symbols.length > 0) {
    return {
      verdict: 'supported',
      reason: `${formatPackage(item)} contains none of the functions`,
    };
  }
  return isFileListKnown(item, inventory) && listFiles(item).length === 0
    ? {
        verdict: 'supported',
        reason: `${formatPackage(item)} is recorded, but none of its files exists`,
      }
    : {
        verdict: 'open',
        reason: `${formatPackage(item)}: no source names the vulnerable functions or files`,
      };
}

/** Returns the functions that sources name for a package, and those that it contains. */
function listSymbolEvidence(
  { applied }: StatementOutcome,
  item: InventoryPackage,
): readonly SymbolEvidence[] {
  return applied
    .filter((one) => one.item.key === item.key)
    .flatMap(({ finding }) =>
      finding.matches.flatMap(({ reasons }) => reasons.flatMap((one) => one.symbols ?? [])),
    );
}

function judgeNotInPath(
  outcome: StatementOutcome,
  item: InventoryPackage,
  world: AuditContext,
): Opinion {
  const { reach } = world.inventory;
  const own = reach?.packages.find(({ packageKey }) => packageKey === item.key)?.reach;
  if (reach === undefined || reach.unknown !== undefined || own === undefined) {
    const why = reach?.unknown ?? 'its files are not known';
    return {
      verdict: 'open',
      reason: `${formatPackage(item)}: reachability is unknown, because ${why}`,
    };
  }
  switch (own) {
    case 'unreachable':
      return {
        verdict: 'supported',
        reason: `${formatPackage(item)} is not reachable from the entry point`,
      };
    case 'tainted':
      return {
        verdict: 'open',
        reason: `${formatPackage(item)} is not reachable by any rule, but some reachable code cannot be followed`,
      };
    case 'data':
      return { verdict: 'open', reason: `only data of ${formatPackage(item)} is used` };
    default:
      return judgeReachable(outcome, item, { ...world, reach, own });
  }
}

interface ReachedWorld extends AuditContext {
  readonly reach: Reach;
  /** Class of the package. */
  readonly own: ReachClass;
}

/**
 * A loaded package does not prove that its vulnerable part runs: only a path to that part refutes
 * the claim.
 */
function judgeReachable(
  outcome: StatementOutcome,
  item: InventoryPackage,
  { inventory, listFiles, reach, own }: ReachedWorld,
): Opinion {
  const paths = new Set([...listFiles(item), ...item.locations.map(({ path }) => path)]);
  const reached = reach.files.filter(({ path }) => paths.has(path));
  const loaded = reached.filter(({ strength }) => SURE.has(strength));
  const held = listSymbolEvidence(outcome, item).flatMap(({ found }) => found);
  const vulnerable =
    held.length > 0 ? loaded[0] : loaded.find(createFileTest(outcome.statement, inventory));
  if (vulnerable !== undefined) {
    const { path, strength } = vulnerable;
    const what = held.length > 0 ? `contains ${held.join(', ')}` : 'is named by the statement';
    return {
      verdict: 'contradicted',
      reason: `the entry point reaches ${path} of ${formatPackage(item)} (${strength}), which ${what}`,
      way: findWay(path, reach),
    };
  }
  const used = reached.find(({ strength }) => strength === own);
  return {
    verdict: 'open',
    reason: `the entry point reaches ${used?.path ?? 'a file'} of ${formatPackage(item)} (${own}), but it is unknown whether the vulnerable code is in it`,
    way: used === undefined ? [] : findWay(used.path, reach),
  };
}

const SURE: ReadonlySet<ReachClass> = new Set(['required', 'likely']);

/**
 * Returns whether a statement names a file itself: by path, or by digest in its subcomponents. The
 * digest of a product is that of a whole package.
 */
function createFileTest(
  { products }: VexStatement,
  { files }: Inventory,
): (file: Pick<ReachedFile, 'path'>) => boolean {
  const parts = products.flatMap(({ subcomponents }) => subcomponents);
  const paths = new Set(
    [...products, ...parts].flatMap(({ identifiers }) =>
      identifiers.map((one) => one.replace(/^file:\/\//, '')),
    ),
  );
  const digests = new Set(parts.flatMap(({ hashes }) => hashes.map(({ value }) => value)));
  // An empty digest must not match files without a known digest.
  digests.delete('');
  for (const { path, sha256 = '' } of files) {
    if (digests.has(sha256)) {
      paths.add(path);
    }
  }
  return ({ path }) => paths.has(path);
}

function formatPackage({ name, version }: InventoryPackage): string {
  return `${name} ${version}`;
}
