import type { DatabaseSync } from 'node:sqlite';
import { isGuessed, isOrderedOtherwise, nativeVerdict, statedSchemeOf } from './border-ranges.ts';
import type { BorderRow, HeldRange } from './border-rows.ts';
import type { NativeOrders } from './native-orders.ts';

/** What a difference is proven by. */
export interface BorderEvidence {
  readonly orders: NativeOrders;
  readonly stated: StatedRanges;
  /** Whether ours says that it could not judge a vulnerability of the package. */
  isUnevaluated(row: BorderRow): boolean;
}

/** Why the answers may differ; a row counts as one only where the condition holds for itself. */
export interface BorderGround {
  readonly id: string;
  readonly kinds: readonly BorderRow['kind'][];
  isProven(row: BorderRow, evidence: BorderEvidence): boolean;
}

/** Grounds of the default mode. With `--parity` nothing may differ. */
export const BORDER_GROUNDS: readonly BorderGround[] = [
  {
    // The ecosystem's own tool does not take the text for a version, and ours says so.
    id: 'version-refused',
    kinds: ['missing'],
    isProven: (row, evidence) =>
      row.ranges.every((range) => verdictOf(row, range, evidence) === 'version-refused') &&
      evidence.isUnevaluated(row),
  },
  {
    // By the ecosystem's own tool the version lies in none of the ranges that Grype found it in.
    id: 'not-in-range',
    kinds: ['missing'],
    isProven: (row, evidence) =>
      row.ranges.every((range) => verdictOf(row, range, evidence) === 'out'),
  },
  {
    // A statement has a range in which the version lies by the ecosystem's own tool.
    id: 'in-range',
    kinds: ['extra'],
    isProven: (row, evidence) =>
      row.ranges.some(
        (range) =>
          verdictOf(row, range, evidence) === 'in' &&
          evidence.stated.has('affected', row, range.constraint),
      ),
  },
  {
    // An erratum says from which version on the package is not affected, and this one is earlier.
    id: 'before-erratum',
    kinds: ['extra'],
    isProven: (row, evidence) =>
      row.list.startsWith('almalinux-') &&
      row.ranges.every(
        (range) =>
          verdictOf(row, range, evidence) === 'in' &&
          evidence.stated.has('unaffected', row, range.constraint.replace(/^</, '>=')),
      ),
  },
  {
    // The bound is none for the ecosystem's own tool; what ours reads it as is in docs/versions.md.
    id: 'bound-refused',
    kinds: ['missing', 'extra'],
    isProven: (row, evidence) =>
      row.ranges.some((range) => verdictOf(row, range, evidence) === 'bound-refused'),
  },
  {
    // The package's own tool does not take the version, and that of the statement's scheme settles
    // it.
    id: 'by-scheme-of-statement',
    kinds: ['missing', 'extra'],
    isProven: (row, { orders, ...evidence }) => {
      const verdicts = row.ranges
        .filter((range) => nativeVerdict(row, range, orders) === 'version-refused')
        .map((range) => nativeVerdict(row, range, orders, statedSchemeOf(range)));
      return row.kind === 'missing'
        ? verdicts.length === row.ranges.length && verdicts.every((one) => one === 'out')
        : row.ranges.some((range) => evidence.stated.has('affected', row, range.constraint)) &&
            verdicts.includes('in');
    },
  },
  {
    // docs/versions.md says why ours orders such a version otherwise than the tool.
    id: 'ordered-otherwise',
    kinds: ['missing', 'extra'],
    isProven: (row) => row.ranges.every((range) => isOrderedOtherwise(row, range)),
  },
  {
    // The statement names no scheme, and the package has none, or one that does not take the
    // version.
    id: 'guessed',
    kinds: ['missing', 'extra'],
    isProven: (row, evidence) =>
      row.ranges.every(
        (range) =>
          isGuessed(row, range) ||
          (range.format === 'unknown' && verdictOf(row, range, evidence) === 'version-refused'),
      ),
  },
];

function verdictOf(row: BorderRow, range: HeldRange, { orders }: BorderEvidence) {
  return nativeVerdict(row, range, orders);
}

/** Every range of the statements about a vulnerability, alone and joined as Grype does. */
export class StatedRanges {
  readonly #ranges = new Map<string, Set<string>>();

  /** @param source Grype's own database, not our import of it; read once, since it has no index */
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
    [...constraints, constraints.join('||')].forEach((one) => known.add(plain(one)));
  }

  has(effect: 'affected' | 'unaffected', { id }: BorderRow, constraint: string): boolean {
    return this.#ranges.get(`${effect} ${id}`)?.has(plain(constraint)) ?? false;
  }
}

interface Stated {
  readonly cves?: readonly string[];
  readonly ranges?: readonly { readonly version: { readonly constraint?: string } }[];
}

function plain(constraint: string): string {
  return constraint === 'none' ? '' : constraint.replaceAll(' ', '');
}
