import { present } from '../../core/assert.ts';
import type { VexDocument, VexStatement } from '../../core/decision.ts';
import type { Findings, SymbolEvidence } from '../../core/finding.ts';
import { type Inventory, type InventoryPackage, isComplete } from '../../core/inventory.ts';
import type { Reach, ReachClass, ReachedFile, ReachStep } from '../../core/reach.ts';
import { findWay } from '../../core/reach-way.ts';
import { fitStatement, type ProductWorld, productWorld } from './statement-fit.ts';
import { statementOutcomes } from './statement-outcomes.ts';
import type { StatementOutcome } from './vex-decider.ts';

/**
 * What the bytes say of a statement. `contradicted`: they show the opposite; `supported`: they show
 * what it claims; `open`: they can tell neither, and why.
 */
export type AuditVerdict = 'supported' | 'contradicted' | 'open';

/** One statement of somebody else, held against a target. */
export interface Audit {
  readonly document: VexDocument;
  readonly statement: VexStatement;
  readonly verdict: AuditVerdict;
  /** Sentences without the full stop, of the packages that decided it. */
  readonly reasons: readonly string[];
  /** How the entry point comes to the code that it is said not to come to. */
  readonly way: readonly ReachStep[];
}

interface Opinion {
  readonly verdict: AuditVerdict;
  readonly reason: string;
  readonly way?: readonly ReachStep[];
}

/** What an opinion may look at. */
interface World {
  readonly inventory: Inventory;
  readonly products: ProductWorld;
  readonly filesOf: (item: InventoryPackage) => readonly string[];
  /** Whether the sources were asked about a package. */
  readonly isEvaluated: (item: InventoryPackage) => boolean;
}

/**
 * Holds every statement against the bytes of the target and against what its entry point can load:
 * what a statement claims of configuration or of circumstances no byte can tell.
 *
 * @param findings of the target, with nothing derived from reach
 */
export function auditStatements(
  documents: readonly VexDocument[],
  inventory: Inventory,
  findings: Findings,
): readonly Audit[] {
  const files = Map.groupBy(
    inventory.relationships.filter((edge) => edge.kind === 'contains-file'),
    ({ from }) => from,
  );
  const unevaluated = new Set(findings.unevaluated.map(({ packageKey }) => packageKey));
  const world: World = {
    inventory,
    isEvaluated: ({ key }) => findings.database !== undefined && !unevaluated.has(key),
    products: productWorld(inventory),
    filesOf: ({ key }) =>
      (files.get(key) ?? []).map(({ path }) => path).filter((path) => !READING.test(path)),
  };
  return statementOutcomes(documents, inventory, findings).map((outcome) => audit(outcome, world));
}

/** Filesystem Hierarchy Standard 3.0, 4.11: what people read. */
const READING = /^\/usr\/share\/(?:bug|doc|doc-base|help|info|licenses|lintian|locale|man)\//;

function audit(outcome: StatementOutcome, world: World): Audit {
  const { document, statement } = outcome;
  const fits = world.inventory.packages.map((item) => ({
    item,
    fit: fitStatement(statement, item, world.products),
  }));
  const isWhole = fits.some(({ fit }) => fit.isFit && fit.isWhole);
  // A statement on the target is about what of it has the vulnerability, and not about the rest.
  const vulnerable = new Set(outcome.applied.map(({ item }) => item.key));
  const packages = fits.filter(
    ({ item, fit }) => fit.isFit && (!isWhole || vulnerable.has(item.key)),
  );
  const opinions =
    packages.length > 0
      ? packages.map(({ item }) => opinionOn(outcome, item, world))
      : [isWhole ? NOTHING_VULNERABLE : absent(statement, world.inventory)];
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

/** One contradiction is enough; one doubt forbids to call a statement supported. */
const VERDICTS = ['contradicted', 'open', 'supported'] as const;

function absent({ status, justification }: VexStatement, inventory: Inventory): Opinion {
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

function opinionOn(outcome: StatementOutcome, item: InventoryPackage, world: World): Opinion {
  const { status, justification } = outcome.statement;
  switch (status) {
    case 'fixed':
      return fixed(outcome, item, world);
    case 'not_affected':
      switch (justification) {
        case 'component_not_present':
          return notPresent(item, world);
        case 'vulnerable_code_not_present':
          return codeNotPresent(outcome, item, world);
        case 'vulnerable_code_not_in_execute_path':
          return notInPath(outcome, item, world);
        default:
          return {
            verdict: 'open',
            reason: `${named(item)}: the claim cannot be checked against the image`,
          };
      }
    default:
      return {
        verdict: 'open',
        reason: `${named(item)}: it makes no claim that the image can refute`,
      };
  }
}

function fixed(
  { applied }: StatementOutcome,
  item: InventoryPackage,
  { isEvaluated }: World,
): Opinion {
  const own = applied.find((one) => one.item.key === item.key);
  if (own !== undefined) {
    const [reason] = own.finding.matches.flatMap(({ reasons }) => reasons);
    const range =
      reason === undefined ? '' : ` by "${reason.range}" of ${reason.advisory.provider}`;
    return { verdict: 'contradicted', reason: `${named(item)} is affected${range}` };
  }
  return isEvaluated(item)
    ? { verdict: 'supported', reason: `${named(item)}: no source lists it as affected` }
    : { verdict: 'open', reason: `${named(item)}: it could not be matched against any source` };
}

function notPresent(item: InventoryPackage, { filesOf, inventory }: World): Opinion {
  const files = filesOf(item);
  const [first] = files;
  if (first !== undefined) {
    const others = files.length === 1 ? '' : ` and ${files.length - 1} more`;
    return { verdict: 'contradicted', reason: `${named(item)} is present: ${first}${others}` };
  }
  if (item.ownedFiles.length > 0 && isComplete(inventory)) {
    return {
      verdict: 'supported',
      reason: `${named(item)} is recorded, but none of its files exists`,
    };
  }
  const [place] = item.locations;
  return item.ownedFiles.length === 0 && place !== undefined
    ? { verdict: 'contradicted', reason: `${named(item)} is present, by ${place.path}` }
    : { verdict: 'open', reason: `${named(item)}: parts of the target could not be read` };
}

/** Only where a source names functions can bytes tell. */
function codeNotPresent(
  outcome: StatementOutcome,
  item: InventoryPackage,
  { filesOf }: World,
): Opinion {
  const symbols = symbolsOf(outcome, item);
  const found = symbols.flatMap((one) => one.found);
  if (found.length > 0) {
    return { verdict: 'contradicted', reason: `${named(item)} contains ${found.join(', ')}` };
  }
  if (symbols.length > 0) {
    return { verdict: 'supported', reason: `${named(item)} contains none of the functions` };
  }
  return item.ownedFiles.length > 0 && filesOf(item).length === 0
    ? { verdict: 'supported', reason: `${named(item)} is recorded, but none of its files exists` }
    : {
        verdict: 'open',
        reason: `${named(item)}: no source names the vulnerable functions or files`,
      };
}

/** What sources name of a package, and which of that it holds. */
function symbolsOf(
  { applied }: StatementOutcome,
  item: InventoryPackage,
): readonly SymbolEvidence[] {
  return applied
    .filter((one) => one.item.key === item.key)
    .flatMap(({ finding }) =>
      finding.matches.flatMap(({ reasons }) => reasons.flatMap((one) => one.symbols ?? [])),
    );
}

function notInPath(outcome: StatementOutcome, item: InventoryPackage, world: World): Opinion {
  const { reach } = world.inventory;
  const own = reach?.packages.find(({ packageKey }) => packageKey === item.key)?.reach;
  if (reach === undefined || reach.unknown !== undefined || own === undefined) {
    const why = reach?.unknown ?? 'its files are not known';
    return {
      verdict: 'open',
      reason: `${named(item)}: reachability is unknown, because ${why}`,
    };
  }
  switch (own) {
    case 'unreachable':
      return {
        verdict: 'supported',
        reason: `${named(item)} is not reachable from the entry point`,
      };
    case 'tainted':
      return {
        verdict: 'open',
        reason: `${named(item)} is not reachable by any rule, but some reachable code cannot be followed`,
      };
    case 'data':
      return { verdict: 'open', reason: `only data of ${named(item)} is used` };
    default:
      return onTheWay(outcome, item, { ...world, reach, own });
  }
}

interface ReachedWorld extends World {
  readonly reach: Reach;
  /** Class of the package. */
  readonly own: ReachClass;
}

/**
 * That a package is loaded does not tell that the vulnerable part of it runs: only a way to that
 * part refutes the claim.
 */
function onTheWay(
  outcome: StatementOutcome,
  item: InventoryPackage,
  { inventory, filesOf, reach, own }: ReachedWorld,
): Opinion {
  const paths = new Set([...filesOf(item), ...item.locations.map(({ path }) => path)]);
  const reached = reach.files.filter(({ path }) => paths.has(path));
  const loaded = reached.filter(({ strength }) => SURE.has(strength));
  const held = symbolsOf(outcome, item).flatMap(({ found }) => found);
  const vulnerable =
    held.length > 0 ? loaded[0] : loaded.find(isNamedBy(outcome.statement, inventory));
  if (vulnerable !== undefined) {
    const { path, strength } = vulnerable;
    const what = held.length > 0 ? `contains ${held.join(', ')}` : 'is named by the statement';
    return {
      verdict: 'contradicted',
      reason: `the entry point reaches ${path} of ${named(item)} (${strength}), which ${what}`,
      way: findWay(path, reach),
    };
  }
  const used = reached.find(({ strength }) => strength === own);
  return {
    verdict: 'open',
    reason: `the entry point reaches ${used?.path ?? 'a file'} of ${named(item)} (${own}), but it is unknown whether the vulnerable code is in it`,
    way: used === undefined ? [] : findWay(used.path, reach),
  };
}

const SURE: ReadonlySet<ReachClass> = new Set(['required', 'likely']);

/**
 * Whether a statement names a file itself: by its path, or among the parts by its digest. The
 * digest of a product is that of a whole package.
 */
function isNamedBy(
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
  // A digest that is left empty is not that of the files whose digest is not known.
  digests.delete('');
  for (const { path, sha256 = '' } of files) {
    if (digests.has(sha256)) {
      paths.add(path);
    }
  }
  return ({ path }) => paths.has(path);
}

function named({ name, version }: InventoryPackage): string {
  return `${name} ${version}`;
}
