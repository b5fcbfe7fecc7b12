import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import {
  SURFACE_AGES,
  SURFACE_IDS,
  SURFACE_SHARES,
  SURFACE_TITLES,
  type SurfaceDimension,
  type SurfaceId,
} from '../../foundation/core/surface.ts';
import {
  type Inability,
  type Ranking,
  type Side,
  type SurfaceComparison,
  type SurfaceRow,
} from './difference.ts';
import { SURFACE_CONSTANTS } from './surface-constants.data.ts';

/** Maximum difference in percentage points of coverage at which two sides are still ranked. */
const COVERAGE_POINTS_MAX = 10;
const WEIGHTINGS = 1_000;
/** Any constant will do. */
const SEED = 0x504c_494d;
const LARGEST_SHOWN = 3;

interface Sides {
  readonly before: Side;
  readonly after: Side;
}

/** Compares the surfaces of both sides by dimension, and ranks them if they are comparable. */
export function compareSurfaces(
  before: Inventory,
  after: Inventory,
  sides: Sides,
): SurfaceComparison {
  const rows = SURFACE_IDS.map((id) =>
    toRow(id, getDimension(before, id), getDimension(after, id)),
  );
  const scores = {
    ...(before.surface?.scores && { before: before.surface.scores }),
    ...(after.surface?.scores && { after: after.surface.scores }),
  };
  return {
    rows,
    ...((before.surface?.scores ?? after.surface?.scores) ? { scores } : {}),
    ranking: rank(rows, sides),
  };
}

function getDimension({ surface }: Inventory, id: SurfaceId): SurfaceDimension {
  const found = surface?.dimensions.find((one) => one.id === id);
  return found ?? { id, items: [], note: 'the attack surface of one side was not measured' };
}

function toRow(id: SurfaceId, before: SurfaceDimension, after: SurfaceDimension): SurfaceRow {
  const note = before.note ?? after.note;
  const [was, is] = [new Set(before.items), new Set(after.items)];
  const isKnown = before.value !== undefined && after.value !== undefined;
  const sortTexts = (items: readonly string[]): readonly string[] =>
    isKnown ? items.toSorted(compareText) : [];
  return {
    id,
    ...defined({ before: before.value, after: after.value }),
    onlyBefore: sortTexts(before.items.filter((item) => !is.has(item))),
    onlyAfter: sortTexts(after.items.filter((item) => !was.has(item))),
    ...defined({ note }),
  };
}

/** Countable dimensions known for both sides: only these are comparable. */
export interface CountedRow extends SurfaceRow {
  readonly before: number;
  readonly after: number;
}

export function selectCountedRows(rows: readonly SurfaceRow[]): readonly CountedRow[] {
  return rows.flatMap((row) => {
    const { id, before, after } = row;
    const isCount = !SURFACE_SHARES.has(id) && !SURFACE_AGES.has(id);
    return isCount && before !== undefined && after !== undefined
      ? [{ ...row, before, after }]
      : [];
  });
}

function rank(rows: readonly SurfaceRow[], sides: Sides): Ranking {
  const counted = selectCountedRows(rows);
  const reasons = listRefusals(counted, sides);
  if (reasons.length > 0) {
    return { kind: 'refused', reasons };
  }
  const smaller = counted.filter(({ before, after }) => after < before);
  const larger = counted.filter(({ before, after }) => after > before);
  const dimensions = counted.length;
  if (smaller.length === 0 && larger.length === 0) {
    return { kind: 'equal', dimensions };
  }
  if (smaller.length === 0 || larger.length === 0) {
    const one = larger.length === 0 ? 'after' : 'before';
    return { kind: 'dominance', smaller: one, dimensions, largest: selectLargest(counted) };
  }
  return rankByWeights(counted, smaller, larger);
}

function listRefusals(counted: readonly CountedRow[], { before, after }: Sides): readonly string[] {
  const unreadable = [before, after].flatMap(({ name, coverage }) =>
    coverage.unreadable === undefined ? [] : [`${name}: ${coverage.unreadable}`],
  );
  const [was, is] = [before.coverage.explainedShare, after.coverage.explainedShare];
  const points = was === undefined || is === undefined ? 0 : Math.abs(was - is) * 100;
  return [
    ...(counted.length === 0 ? ['no attack surface dimension is known for both'] : []),
    ...unreadable,
    ...(points > COVERAGE_POINTS_MAX
      ? [
          `their coverage differs by ${points.toFixed(1)} percentage points, more than ${COVERAGE_POINTS_MAX}`,
        ]
      : []),
    ...((was === undefined) !== (is === undefined)
      ? ['it is unknown which bytes of one side belong to packages']
      : []),
  ];
}

/** Returns the dimensions that differ by the greatest factor, in either direction. */
function selectLargest(counted: readonly CountedRow[]): readonly SurfaceId[] {
  const computeFactor = ({ before, after }: CountedRow): number =>
    Math.abs(Math.log2((1 + before) / (1 + after)));
  return counted
    .filter(({ before, after }) => before !== after)
    .toSorted(
      (left, right) => computeFactor(right) - computeFactor(left) || compareText(left.id, right.id),
    )
    .slice(0, LARGEST_SHOWN)
    .map(({ id }) => id);
}

function rankByWeights(
  counted: readonly CountedRow[],
  smaller: readonly CountedRow[],
  larger: readonly CountedRow[],
): Ranking {
  const equal = counted.map(() => 1 / counted.length);
  const [logsBefore, logsAfter] = [
    computeFreeLogs(counted, 'before'),
    computeFreeLogs(counted, 'after'),
  ];
  const wins = countWins(logsAfter.map((log, position) => log - (logsBefore[position] ?? 0)));
  const one = wins.after >= wins.before ? 'after' : 'before';
  return {
    kind: 'weighted',
    smaller: one,
    dimensions: counted.length,
    indexBefore: computeIndex(logsBefore, equal),
    indexAfter: computeIndex(logsAfter, equal),
    share: wins[one] / WEIGHTINGS,
    weightings: WEIGHTINGS,
    largest: selectLargest(counted),
    against: (one === 'after' ? larger : smaller).map(({ id }) => id),
  };
}

/**
 * Counts how often each side has the higher index, by the lead of the second one in each dimension.
 * The comparison depends neither on the sum of the weights nor on the form of the index, which
 * grows with the weighted sum of the logarithms.
 */
function countWins(leads: readonly number[]): { readonly before: number; readonly after: number } {
  const random = createSeededRandom(SEED);
  const wins = { before: 0, after: 0 };
  for (let trial = 0; trial < WEIGHTINGS; trial += 1) {
    let sum = 0;
    for (let position = 0; position < leads.length; position += 1) {
      sum += random() * (leads[position] ?? 0);
    }
    wins.after += sum > 0 ? 1 : 0;
    wins.before += sum < 0 ? 1 : 0;
  }
  return wins;
}

/**
 * Returns the index from 0 to 100, where 100 has no surface at all: 100·Π(1 − s)^w over the
 * dimensions.
 *
 * @param logs ln(1 − s) of each dimension
 * @param weights one for each
 */
export function computeIndex(logs: readonly number[], weights: readonly number[]): number {
  let exponent = 0;
  for (let position = 0; position < logs.length; position += 1) {
    exponent += (weights[position] ?? 0) * (logs[position] ?? 0);
  }
  return 100 * Math.exp(exponent);
}

/**
 * Returns ln(1 − s) of each dimension, with s = x / (x + c) and c the constant of
 * `docs/surface.md`.
 */
export function computeFreeLogs(
  counted: readonly CountedRow[],
  side: 'before' | 'after',
): readonly number[] {
  return counted.map((row) => {
    const constant = SURFACE_CONSTANTS[row.id] ?? 1;
    return Math.log(1 - row[side] / (row[side] + constant));
  });
}

/** Mulberry32 of Tommy Ettinger: small, and the same everywhere. Not for secrets. */
function createSeededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const TOOLS: readonly SurfaceId[] = [
  'shells',
  'package-managers',
  'downloaders',
  'interpreters',
  'compilers',
];

/** Returns the abilities that one side lacks and may need: fewer is not better in itself. */
export function listInabilities(rows: readonly SurfaceRow[], sides: Sides): readonly Inability[] {
  const listLacking = (side: 'before' | 'after', other: 'before' | 'after'): readonly Inability[] =>
    TOOLS.flatMap((id) => {
      const row = rows.find((one) => one.id === id);
      const isLacking = row?.[side] === 0 && (row[other] ?? 0) > 0;
      return isLacking ? [{ side, what: `it has no ${SURFACE_TITLES[id]}` }] : [];
    });
  const [was, is] = [sides.before.cLibrary, sides.after.cLibrary];
  const library: readonly Inability[] =
    was !== undefined && is !== undefined && was !== is
      ? [
          {
            side: 'after',
            what: `its C library is ${is}, not ${was}: programs built for ${was} do not start`,
          },
        ]
      : [];
  const user: readonly Inability[] =
    sides.before.user === 'root' && sides.after.user !== undefined && sides.after.user !== 'root'
      ? [{ side: 'after', what: `it runs as ${sides.after.user}, which lacks the rights of root` }]
      : [];
  return [
    ...listLacking('after', 'before'),
    ...library,
    ...user,
    ...listLacking('before', 'after'),
  ];
}
