import type { DatabaseSync } from 'node:sqlite';
import { findStatedScheme, isGuessed, isOrderedOtherwise, judgeNatively } from './border-ranges.ts';
import type { BorderRow, HeldRange } from './border-rows.ts';
import type { NativeOrders } from './native-orders.ts';

/** Evidence that proves a difference. */
export interface BorderEvidence {
  readonly orders: NativeOrders;
  readonly stated: StatedRanges;
  /** Whether ours reports that it could not evaluate a vulnerability of the package. */
  isUnevaluated(row: BorderRow): boolean;
}

/**
 * A reason why the answers may differ. It applies to a row only if its condition holds for that row
 * itself.
 */
export interface BorderGround {
  readonly id: string;
  readonly kinds: readonly BorderRow['kind'][];
  isProven(row: BorderRow, evidence: BorderEvidence): boolean;
}

/** Grounds of the default mode. With `--parity` no differences are allowed. */
export const BORDER_GROUNDS: readonly BorderGround[] = [
  {
    // The ecosystem's own tool rejects the version, and ours reports so.
    id: 'version-refused',
    kinds: ['missing'],
    isProven: (row, evidence) =>
      row.ranges.every((range) => judgeRow(row, range, evidence) === 'version-refused') &&
      evidence.isUnevaluated(row),
  },
  {
    // By the ecosystem's own tool, the version is outside every range in which Grype found it.
    id: 'not-in-range',
    kinds: ['missing'],
    isProven: (row, evidence) =>
      row.ranges.every((range) => judgeRow(row, range, evidence) === 'out'),
  },
  {
    // By the ecosystem's own tool, the version is inside the range of a statement.
    id: 'in-range',
    kinds: ['extra'],
    isProven: (row, evidence) =>
      row.ranges.some(
        (range) =>
          judgeRow(row, range, evidence) === 'in' &&
          evidence.stated.has('affected', row, range.constraint),
      ),
  },
  {
    // An erratum gives the first unaffected version of the package, and this version is earlier.
    id: 'before-erratum',
    kinds: ['extra'],
    isProven: (row, evidence) =>
      row.list.startsWith('almalinux-') &&
      row.ranges.every(
        (range) =>
          judgeRow(row, range, evidence) === 'in' &&
          evidence.stated.has('unaffected', row, range.constraint.replace(/^</, '>=')),
      ),
  },
  {
    // The ecosystem's own tool rejects the bound; docs/versions.md describes how ours reads it.
    id: 'bound-refused',
    kinds: ['missing', 'extra'],
    isProven: (row, evidence) =>
      row.ranges.some((range) => judgeRow(row, range, evidence) === 'bound-refused'),
  },
  {
    // The package's own tool rejects the version, and the tool of the statement's scheme decides.
    id: 'by-scheme-of-statement',
    kinds: ['missing', 'extra'],
    isProven: (row, { orders, ...evidence }) => {
      const verdicts = row.ranges
        .filter((range) => judgeNatively(row, range, orders) === 'version-refused')
        .map((range) => judgeNatively(row, range, orders, findStatedScheme(range)));
      return row.kind === 'missing'
        ? verdicts.length === row.ranges.length && verdicts.every((one) => one === 'out')
        : row.ranges.some((range) => evidence.stated.has('affected', row, range.constraint)) &&
            verdicts.includes('in');
    },
  },
  {
    // docs/versions.md explains why ours orders such a version differently from the tool.
    id: 'ordered-otherwise',
    kinds: ['missing', 'extra'],
    isProven: (row) => row.ranges.every((range) => isOrderedOtherwise(row, range)),
  },
  {
    // The statement names no scheme, and the package has none, or one that rejects the version.
    id: 'guessed',
    kinds: ['missing', 'extra'],
    isProven: (row, evidence) =>
      row.ranges.every(
        (range) =>
          isGuessed(row, range) ||
          (range.format === 'unknown' && judgeRow(row, range, evidence) === 'version-refused'),
      ),
  },
];

function judgeRow(row: BorderRow, range: HeldRange, { orders }: BorderEvidence) {
  return judgeNatively(row, range, orders);
}

/**
 * Every range of the statements about a vulnerability, both separately and joined as Grype joins
 * them.
 */
export class StatedRanges {
  readonly #ranges = new Map<string, Set<string>>();

  /**
   * @param source Grype's own database, not our import of it; read only once because it has no
   *   index
   */
  constructor(source: DatabaseSync) {
    const pairs = source.prepare('SELECT name, alias FROM vulnerability_aliases').all();
    const aliases = new Map(
      [...Map.groupBy(pairs, ({ name }) => String(name))].map(([name, rows]) => [
        name,
        rows.map(({ alias }) => String(alias)),
      ]),
    );
    for (const effect of ['affected', 'unaffected']) {
      for (const about of ['package', 'cpe']) {
        const rows = source.prepare(
          `SELECT v.name AS id, b.value AS text FROM ${effect}_${about}_handles a
           JOIN blobs b ON b.id = a.blob_id
           JOIN vulnerability_handles v ON v.id = a.vulnerability_id`,
        );
        for (const { id, text } of rows.iterate()) {
          const stated = JSON.parse(String(text)) as Stated;
          const others = aliases.get(String(id)) ?? [];
          for (const one of new Set([String(id), ...(stated.cves ?? []), ...others])) {
            this.#add(`${effect} ${one}`, stated);
          }
        }
      }
    }
  }

  #add(key: string, { ranges = [] }: Stated): void {
    const known = this.#ranges.get(key) ?? new Set();
    this.#ranges.set(key, known);
    const constraints = ranges.map(({ version }) => version.constraint ?? '');
    [...constraints, constraints.join('||')].forEach((one) => known.add(dropSpaces(one)));
  }

  has(effect: 'affected' | 'unaffected', { id }: BorderRow, constraint: string): boolean {
    return this.#ranges.get(`${effect} ${id}`)?.has(dropSpaces(constraint)) ?? false;
  }
}

interface Stated {
  readonly cves?: readonly string[];
  readonly ranges?: readonly { readonly version: { readonly constraint?: string } }[];
}

function dropSpaces(constraint: string): string {
  return constraint === 'none' ? '' : constraint.replaceAll(' ', '');
}
