import { addToList } from '../../core/add-to-list.ts';
import { compareText } from '../../core/compare-text.ts';
import type { Decision, VexDocument, VexStatement } from '../../core/decision.ts';
import { defined } from '../../core/defined.ts';
import type { Alert, Finding } from '../../core/finding.ts';
import type { Inventory, InventoryPackage } from '../../core/inventory.ts';
import { formatCount } from '../../core/screen-text.ts';
import type { Case, Decider } from '../decider.ts';
import { createProductContext, matchStatement, type ProductContext } from './statement-fit.ts';
import { parseStatementTime } from './statement-time.ts';

/** A statement with its document and its position among all statements. */
interface Placed {
  readonly document: VexDocument;
  readonly statement: VexStatement;
  readonly place: number;
}

interface NearMiss {
  readonly item: InventoryPackage;
  readonly finding: Finding;
  readonly miss: string;
  readonly closeness: number;
}

/** A finding that a statement is about. */
export interface Application {
  readonly item: InventoryPackage;
  readonly finding: Finding;
  readonly decision: Decision;
  /** Whether no later statement is about it, too. */
  readonly isLatest: boolean;
}

/** Outcome of one statement. */
export interface StatementOutcome {
  readonly document: VexDocument;
  readonly statement: VexStatement;
  readonly applied: readonly Application[];
  /** For an unmatched statement: the difference to the nearest finding. */
  readonly nearest?: NearMiss;
}

export interface VexDecider extends Decider {
  /**
   * Returns the outcome of each statement for the findings decided so far, in the order of the
   * documents.
   */
  listOutcomes(): readonly StatementOutcome[];
}

/** Maximum number of statements that are listed one by one; the rest is counted. */
const MISSES_LISTED_MAX = 20;

/**
 * Creates the decider for the statements of VEX documents. IDs include aliases on both sides. Of
 * several statements about one package the latest counts; of equally old ones, that of the later
 * document. Unmatched statements are reported with their nearest miss. OpenVEX 0.2.0, "Status
 * Progression".
 */
export function createVexDecider(
  documents: readonly VexDocument[],
  inventory: Inventory,
): VexDecider {
  const placed = documents
    .flatMap((document) => document.statements.map((statement) => ({ document, statement })))
    .map((one, place) => ({ ...one, place }));
  const byId = new Map<string, Placed[]>();
  for (const one of placed) {
    for (const id of listStatementIds(one.statement)) {
      addToList(byId, id, one);
    }
  }
  const world = createProductContext(inventory);
  const used = new Map<number, Application[]>();
  const misses = new Map<number, NearMiss>();
  return {
    decide: (one) => decideFinding(findStatements(one, byId), one, { world, used, misses }),
    listAlerts: () => [
      ...documents.flatMap(createProblemAlerts),
      ...createMissAlerts(placed, misses, used),
      ...createAbsentAlerts(placed, misses, used),
    ],
    listOutcomes: () =>
      placed.map(({ document, statement, place }) => {
        const applied = used.get(place) ?? [];
        const nearest = applied.length === 0 ? misses.get(place) : undefined;
        return { document, statement, applied, ...defined({ nearest }) };
      }),
  };
}

function listStatementIds({ vulnerability, aliases }: VexStatement): readonly string[] {
  return [...new Set([vulnerability, ...aliases].map((id) => id.toLowerCase()))];
}

function listFindingIds({ id, aliases, matches }: Finding): readonly string[] {
  const ofMatches = matches.flatMap(({ record, advisory, related }) => [
    record.id,
    ...record.aliases,
    ...advisory.cves,
    ...related.map((one) => one.id),
  ]);
  return [...new Set([id, ...aliases, ...ofMatches].map((one) => one.toLowerCase()))];
}

/** The latest first. */
function findStatements(
  { finding }: Case,
  byId: ReadonlyMap<string, readonly Placed[]>,
): readonly Placed[] {
  const found = new Set(listFindingIds(finding).flatMap((id) => byId.get(id) ?? []));
  return [...found].toSorted(
    (left, right) =>
      parseStatementTime(right.statement) - parseStatementTime(left.statement) ||
      right.place - left.place,
  );
}

interface Ledger {
  readonly world: ProductContext;
  readonly used: Map<number, Application[]>;
  readonly misses: Map<number, NearMiss>;
}

function decideFinding(
  statements: readonly Placed[],
  { finding, package: item }: Case,
  { world, used, misses }: Ledger,
): readonly Decision[] {
  const decisions: Decision[] = [];
  for (const placed of statements) {
    const match = matchStatement(placed.statement, item, world);
    if (match.isMatch) {
      const decision = toDecision(placed, finding, match.trace);
      const isLatest = decisions.length === 0;
      decisions.push(decision);
      addToList(used, placed.place, { item, finding, decision, isLatest });
      continue;
    }
    const known = misses.get(placed.place);
    if (known === undefined || known.closeness < match.closeness) {
      misses.set(placed.place, { item, finding, miss: match.miss, closeness: match.closeness });
    }
  }
  return decisions;
}

function toDecision(
  { document, statement }: Placed,
  finding: Finding,
  trace: readonly string[],
): Decision {
  const { status, justification, detail, impactStatement, actionStatement, timestamp } = statement;
  // OpenVEX 0.2.0, "Status Labels", and CSAF 2.0, 6.1.31 require a reason for "not affected".
  const isReasoned = [justification, detail, impactStatement].some((text) => text !== undefined);
  const isSuppressing = status === 'fixed' || (status === 'not_affected' && isReasoned);
  const id =
    statement.vulnerability.toLowerCase() === finding.id.toLowerCase()
      ? `vulnerability: ${finding.id}`
      : `vulnerability: ${statement.vulnerability} is another id of ${finding.id}`;
  return {
    kind: 'vex',
    effect: isSuppressing ? 'set-aside' : 'note',
    status,
    ...defined({ justification, detail }),
    reason:
      impactStatement ??
      actionStatement ??
      `the statement says "${status}"${isSuppressing || status !== 'not_affected' ? '' : UNREASONED}`,
    author: document.author,
    source: formatSource({ document, statement }),
    ...defined({ actionStatement, madeAt: timestamp }),
    trace: [id, ...trace, ...(document.signature === undefined ? [] : [document.signature])],
  };
}

/** The reason why a "not affected" statement is only a note. */
const UNREASONED = ' without a justification or an impact statement, so it has no effect';

function formatSource({ document, statement }: Pick<Placed, 'document' | 'statement'>): string {
  return `${document.origin}, statement ${statement.index}`;
}

function createProblemAlerts({ origin, problems }: VexDocument): readonly Alert[] {
  return problems.map((problem) => ({
    kind: 'statement-not-understood',
    message: `${origin}: ${problem}`,
    packageKeys: [],
  }));
}

/** Alerts for statements about a found vulnerability that name no package with it. */
function createMissAlerts(
  placed: readonly Placed[],
  misses: ReadonlyMap<number, NearMiss>,
  used: ReadonlyMap<number, unknown>,
): readonly Alert[] {
  const missed = placed.flatMap((one) => {
    const miss = used.has(one.place) ? undefined : misses.get(one.place);
    return miss === undefined ? [] : [{ ...one, miss }];
  });
  const rest = missed.length - MISSES_LISTED_MAX;
  return [
    ...missed.slice(0, MISSES_LISTED_MAX).map(({ miss, ...one }): Alert => {
      const { vulnerability, status } = one.statement;
      return {
        kind: 'statement-unmatched',
        message: `${formatSource(one)} (${vulnerability}, ${status}) matches no finding; the nearest is ${miss.item.name} ${miss.item.version}: ${miss.miss}`,
        packageKeys: [miss.item.key],
      };
    }),
    ...(rest > 0
      ? [
          {
            kind: 'statement-unmatched',
            message: `${formatCount(rest, 'more statement matches', 'more statements match')} no finding`,
            packageKeys: [],
          } as const,
        ]
      : []),
  ];
}

/**
 * Alerts for statements about vulnerabilities that were not found: only counted, because feeds
 * contain many.
 */
function createAbsentAlerts(
  placed: readonly Placed[],
  misses: ReadonlyMap<number, NearMiss>,
  used: ReadonlyMap<number, unknown>,
): readonly Alert[] {
  const absent = placed.filter(({ place }) => !used.has(place) && !misses.has(place));
  return [...Map.groupBy(absent, ({ document }) => document.origin)]
    .toSorted(([left], [right]) => compareText(left, right))
    .map(([origin, { length }]) => ({
      kind: 'statement-unmatched',
      message: `${origin}: ${formatCount(length, 'statement is', 'statements are')} about vulnerabilities that were not found`,
      packageKeys: [],
    }));
}
