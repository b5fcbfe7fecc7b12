import { type Assessment, assessCompleteness } from '../../foundation/core/assessment.ts';
import type { ControlResult } from '../../foundation/core/control.ts';
import type { Findings } from '../../foundation/core/finding.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import {
  JUSTIFIED_KINDS,
  type Justification,
  type JustificationSummary,
  type JustifiedKind,
} from '../../foundation/core/justification.ts';
import type { ExceptionUse } from '../../foundation/core/policy-verdict.ts';
import { findEnvironmentCaution } from '../../hardening/compare/cautions.ts';
import { listControlItems } from './control-items.ts';
import { listDifferenceItems } from './difference-items.ts';
import { listExceptionItems } from './exception-items.ts';
import { type DecidedFinding, listFindingItems } from './finding-items.ts';
import type { JustificationItem } from './item.ts';
import { type JudgedEntries, judgeEntries } from './judge-entries.ts';
import { type ComparedResults } from './package-items.ts';

/** The facts of a run from which the items to justify are derived. */
export interface JustifyInput {
  readonly assessment: Pick<Assessment, 'inventory' | 'findings' | 'coverage'>;
  /** The approved result and its differences; absent without a baseline. */
  readonly compared?: ComparedResults;
  readonly exceptions: readonly ExceptionUse[];
  /** Answers to the controls of packs. */
  readonly controls?: readonly ControlResult[];
  readonly entries: readonly Justification[];
  /** RFC 3339. */
  readonly now: string;
  readonly maxDays?: number;
}

/** All items, and how each entry was used. */
export interface JustifiedItems extends JudgedEntries {
  readonly items: readonly JustificationItem[];
  /** The entries that were judged, in the order of `uses`. */
  readonly entries: readonly Justification[];
  /** Digests or names of the results that were compared; absent without a baseline. */
  readonly compared?: { readonly before: string; readonly after: string };
  /** Why further items may exist; empty if there are none. */
  readonly incomplete: readonly string[];
  /** Parts that were not compared. */
  readonly notCompared: readonly string[];
}

const DIFFERENCE_KINDS = ['configuration', 'package', 'executable', 'privilege'] as const;

/** Lists everything that needs a reason, and judges the entries by it. */
export function justifyItems(input: JustifyInput): JustifiedItems {
  const { assessment, compared, entries, exceptions, controls = [], now, maxDays } = input;
  const { inventory, findings } = assessment;
  const decided = findings === undefined ? [] : listDecided(findings);
  const plain = [
    ...listFindingItems(decided, inventory),
    ...(compared === undefined ? [] : listDifferenceItems(compared)),
    ...listControlItems(controls),
  ];
  const kinds = new Set<JustifiedKind>([
    ...(findings?.database === undefined ? [] : (['finding'] as const)),
    ...(compared === undefined ? [] : DIFFERENCE_KINDS),
    'exception',
    'control',
  ]);
  const options = { now, kinds, ...(maxDays === undefined ? {} : { maxDays }) };
  const { uses } = judgeEntries(entries, plain, options);
  const dispositioned = findings?.dispositioned ?? [];
  const ending = listExceptionItems({ exceptions, dispositioned, uses }, now);
  const items = [...plain, ...ending];
  return {
    items,
    entries,
    incomplete: listGaps(assessment, compared),
    notCompared: compared === undefined ? [] : listUncompared(compared),
    ...judgeEntries(entries, items, options),
    ...(compared === undefined
      ? {}
      : { compared: { before: nameResult(compared.before), after: nameResult(compared.after) } }),
  };
}

/** Parts of the approved result that were not read may have changed, too. */
function listGaps(
  assessment: JustifyInput['assessment'],
  compared: ComparedResults | undefined,
): readonly string[] {
  return [
    ...assessCompleteness(assessment).reasons.map(({ reason }) => reason),
    ...(compared?.difference.before.coverage.reasons ?? []).map(
      (reason) => `in the baseline: ${reason}`,
    ),
  ];
}

/** Saved results have no values of environment variables, and may list only some files. */
function listUncompared({ before, after, difference }: ComparedResults): readonly string[] {
  const { filesNote } = difference;
  return [
    ...(filesNote === undefined ? [] : [filesNote]),
    ...(hasCapabilities(difference) ? [] : ['the capabilities of files were not compared']),
    ...findEnvironmentCaution(before, after),
  ];
}

function hasCapabilities({ surface }: ComparedResults['difference']): boolean {
  const row = surface.rows.find(({ id }) => id === 'capability-files');
  return row?.before !== undefined && row.after !== undefined;
}

function nameResult({ target }: Inventory): string {
  return target.kind === 'image' ? target.manifestDigest : target.name;
}

/** Filters of the command line hide findings, and justify none. */
function listDecided({ findings, dispositioned = [] }: Findings): readonly DecidedFinding[] {
  return [
    ...findings.map((finding) => ({ finding, decisions: finding.decisions ?? [], isOpen: true })),
    ...dispositioned.map(({ finding, decisions }) => {
      const kept = decisions.filter(({ source }) => !source.startsWith('--'));
      return { finding, decisions: kept, isOpen: kept[0]?.effect !== 'set-aside' };
    }),
  ];
}

/** Lists findings before any decision. */
export function listUndecidedItems(
  findings: Findings,
  inventory: Inventory,
): readonly JustificationItem[] {
  const undecided = findings.findings.map((finding) => ({ finding, decisions: [], isOpen: true }));
  return listFindingItems(undecided, inventory);
}

/** Returns whether an item has a reason that counts. */
export function isSettled(
  { id, settledBy }: JustificationItem,
  { applied }: Pick<JudgedEntries, 'applied'>,
): boolean {
  return settledBy !== undefined || applied.has(id);
}

/** Counts findings and changes with and without a reason. */
export function summarizeItems(justified: JustifiedItems): JustificationSummary {
  const { items, uses, compared, incomplete, notCompared } = justified;
  const open = items.filter((item) => !isSettled(item, justified));
  const leftByKind = { ...NONE_LEFT };
  for (const { kind, count } of open) {
    leftByKind[kind] += count;
  }
  return {
    total: items.reduce((sum, { count }) => sum + count, 0),
    left: open.reduce((sum, { count }) => sum + count, 0),
    leftByKind,
    isCompared: compared !== undefined,
    incomplete,
    notCompared,
    entries: uses,
  };
}

const NONE_LEFT = Object.fromEntries(JUSTIFIED_KINDS.map((kind) => [kind, 0])) as Record<
  JustifiedKind,
  number
>;
