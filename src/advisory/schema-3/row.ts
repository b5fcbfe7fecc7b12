import type { Advisory, OperatingSystem } from '../../core/advisory.ts';
import { decodeProduct, decodeRange, type StatementTuple } from '../statement.ts';

/**
 * One row: the package in the source's spelling, and the statements with the numbers of their
 * records.
 */
type RowTuple = readonly [
  ecosystem: string,
  name: string,
  statements: readonly (readonly [record: number, ...StatementTuple])[],
];

/**
 * Returns the advisories of a row. `system`: the requested release.
 */
export function decodeRow(
  text: string,
  shard: string,
  system: OperatingSystem | undefined,
): readonly Advisory[] {
  const row = JSON.parse(text) as RowTuple;
  const packageId = { ecosystem: row[0], packageName: row[1] };
  return row[2].map((tuple) => decodeStatement(tuple, { packageId, shard, system }));
}

interface RowPlace {
  readonly packageId: { readonly ecosystem: string; readonly packageName: string };
  readonly shard: string;
  readonly system: OperatingSystem | undefined;
}

/** By index, because destructuring creates an object for each member, and rows have many. */
function decodeStatement(
  tuple: RowTuple[2][number],
  { packageId, shard, system }: RowPlace,
): Advisory {
  const qualifiers = tuple[8];
  const product = tuple[9];
  const packageOfProduct = tuple[10];
  return {
    vulnerability: tuple[1],
    provider: tuple[2],
    status: tuple[4],
    aliases: tuple[5],
    cves: tuple[6],
    effect: tuple[3] === 0 ? 'affected' : 'unaffected',
    ...(system === undefined ? undefined : { operatingSystem: system }),
    ...(product === 0 ? packageId : { product: decodeProduct(product) }),
    ...(packageOfProduct === 0
      ? undefined
      : { ecosystem: packageOfProduct[0], packageName: packageOfProduct[1] }),
    ranges: tuple[7].map(decodeRange),
    ...(qualifiers === 0 ? undefined : { qualifiers }),
    record: { shard, key: String(tuple[0]) },
  };
}
