import { addToList } from '../../core/add-to-list.ts';
import { compareText } from '../../core/compare-text.ts';
import type { Decision, VexDocument, VexStatement } from '../../core/decision.ts';
import type { Alert, Finding } from '../../core/finding.ts';
import type { Inventory, InventoryPackage } from '../../core/inventory.ts';
import { formatCount } from '../../core/screen-text.ts';
import type { Case, Decider } from '../decider.ts';
import { fitStatement, type ProductWorld, productWorld } from './statement-fit.ts';
import { instantOf } from './statement-time.ts';

/** A statement with its document and its place among all that were given. */
interface Placed {
  readonly document: VexDocument;
  readonly statement: VexStatement;
  readonly place: number;
}

interface NearMiss {
  readonly item: InventoryPackage;
  readonly finding: Finding;
  readonly miss: string;
  readonly nearness: number;
}

/** A finding that a statement speaks of. */
export interface Application {
  readonly item: InventoryPackage;
  readonly finding: Finding;
  readonly decision: Decision;
  /** Whether no later statement speaks of it, too. */
  readonly isLatest: boolean;
}

/** What became of one statement. */
export interface StatementOutcome {
  readonly document: VexDocument;
  readonly statement: VexStatement;
  readonly applied: readonly Application[];
  /** Where it fitted nothing: what kept it from the finding that came nearest. */
  readonly nearest?: NearMiss;
}

export interface VexDecider extends Decider {
  /** What became of each statement, in the order of the documents, of the findings seen so far. */
  outcomes(): readonly StatementOutcome[];
}

/** Statements are listed one by one up to so many, the rest is counted. */
const MISSES_LISTED_MAX = 20;

/**
 * The statements of VEX documents. Ids are closed over aliases on both sides. Of several statements
 * on one package the latest counts, of equally old ones that of the later document. Statements that
 * fit no finding are told, with the nearest miss. OpenVEX 0.2.0, "Status Progression".
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
    for (const id of idsOfStatement(one.statement)) {
      addToList(byId, id, one);
    }
  }
  const world = productWorld(inventory);
  const used = new Map<number, Application[]>();
  const misses = new Map<number, NearMiss>();
  return {
    decide: (one) => decideBy(statementsOn(one, byId), one, { world, used, misses }),
    alerts: () => [
      ...documents.flatMap(problemAlerts),
      ...missAlerts(placed, misses, used),
      ...absentAlerts(placed, misses, used),
    ],
    outcomes: () =>
      placed.map(({ document, statement, place }) => {
        const applied = used.get(place) ?? [];
        const nearest = applied.length === 0 ? misses.get(place) : undefined;
        return { document, statement, applied, ...(nearest === undefined ? {} : { nearest }) };
      }),
  };
}

function idsOfStatement({ vulnerability, aliases }: VexStatement): readonly string[] {
  return [...new Set([vulnerability, ...aliases].map((id) => id.toLowerCase()))];
}

function idsOfFinding({ id, aliases, matches }: Finding): readonly string[] {
  const ofMatches = matches.flatMap(({ record, advisory, related }) => [
    record.id,
    ...record.aliases,
    ...advisory.cves,
    ...related.map((one) => one.id),
  ]);
  return [...new Set([id, ...aliases, ...ofMatches].map((one) => one.toLowerCase()))];
}

/** The latest first. */
function statementsOn(
  { finding }: Case,
  byId: ReadonlyMap<string, readonly Placed[]>,
): readonly Placed[] {
  const found = new Set(idsOfFinding(finding).flatMap((id) => byId.get(id) ?? []));
  return [...found].toSorted(
    (left, right) =>
      instantOf(right.statement) - instantOf(left.statement) || right.place - left.place,
  );
}

interface Ledger {
  readonly world: ProductWorld;
  readonly used: Map<number, Application[]>;
  readonly misses: Map<number, NearMiss>;
}

function decideBy(
  statements: readonly Placed[],
  { finding, package: item }: Case,
  { world, used, misses }: Ledger,
): readonly Decision[] {
  const decisions: Decision[] = [];
  for (const placed of statements) {
    const fit = fitStatement(placed.statement, item, world);
    if (fit.isFit) {
      const decision = decisionOf(placed, finding, fit.trace);
      const isLatest = decisions.length === 0;
      decisions.push(decision);
      addToList(used, placed.place, { item, finding, decision, isLatest });
      continue;
    }
    const known = misses.get(placed.place);
    if (known === undefined || known.nearness < fit.nearness) {
      misses.set(placed.place, { item, finding, miss: fit.miss, nearness: fit.nearness });
    }
  }
  return decisions;
}

function decisionOf(
  { document, statement }: Placed,
  finding: Finding,
  trace: readonly string[],
): Decision {
  const { status, justification, detail, impactStatement, actionStatement, timestamp } = statement;
  // OpenVEX 0.2.0, "Status Labels", and CSAF 2.0, 6.1.31 require a reason for "not affected".
  const isReasoned = [justification, detail, impactStatement].some((text) => text !== undefined);
  const isSetAside = status === 'fixed' || (status === 'not_affected' && isReasoned);
  const id =
    statement.vulnerability.toLowerCase() === finding.id.toLowerCase()
      ? `vulnerability: ${finding.id}`
      : `vulnerability: ${statement.vulnerability} is another id of ${finding.id}`;
  return {
    kind: 'vex',
    effect: isSetAside ? 'set-aside' : 'note',
    status,
    ...(justification === undefined ? {} : { justification }),
    ...(detail === undefined ? {} : { detail }),
    reason:
      impactStatement ??
      actionStatement ??
      `the statement says "${status}"${isSetAside || status !== 'not_affected' ? '' : UNREASONED}`,
    author: document.author,
    source: sourceOf({ document, statement }),
    ...(actionStatement === undefined ? {} : { actionStatement }),
    ...(timestamp === undefined ? {} : { madeAt: timestamp }),
    trace: [id, ...trace, ...(document.signature === undefined ? [] : [document.signature])],
  };
}

/** Why a statement of "not affected" is only a note. */
const UNREASONED = ' without a justification or an impact statement, so it has no effect';

function sourceOf({ document, statement }: Pick<Placed, 'document' | 'statement'>): string {
  return `${document.origin}, statement ${statement.index}`;
}

function problemAlerts({ origin, problems }: VexDocument): readonly Alert[] {
  return problems.map((problem) => ({
    kind: 'statement-not-understood',
    message: `${origin}: ${problem}`,
    packageKeys: [],
  }));
}

/** Statements on a vulnerability that is found, which speak of no package that has it. */
function missAlerts(
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
        message: `${sourceOf(one)} (${vulnerability}, ${status}) matches no finding; the nearest is ${miss.item.name} ${miss.item.version}: ${miss.miss}`,
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

/** Statements on vulnerabilities that are not found at all: counted, since feeds hold many. */
function absentAlerts(
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
