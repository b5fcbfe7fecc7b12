import type {
  Advisory,
  AdvisoryQualifiers,
  AdvisoryRange,
  CpeProduct,
  Fix,
  FixReference,
  FixState,
  OperatingSystem,
  VulnerabilityStatus,
} from '../core/advisory.ts';
import { assert } from '../core/assert.ts';

/** What a source says about one package or product, before it has a place in a database. */
export type Statement = Omit<Advisory, 'record' | 'operatingSystem'>;

type ReferenceTuple = readonly [url: string, id?: string, tags?: readonly string[]];
type FixTuple = readonly [
  state: FixState,
  version: string,
  date: string,
  kind: string,
  references: readonly ReferenceTuple[],
];
type RangeTuple = readonly [scheme: string, constraint: string, fix?: FixTuple];
type ProductTuple = readonly [string, string, string, ...string[]];
type PackageTuple = readonly [ecosystem: string, name: string];

type StatementTuple = readonly [
  vulnerability: string,
  provider: string,
  effect: 0 | 1,
  status: VulnerabilityStatus,
  aliases: readonly string[],
  cves: readonly string[],
  ranges: readonly RangeTuple[],
  qualifiers: AdvisoryQualifiers | 0,
  product: ProductTuple | 0,
  packageOfProduct: PackageTuple | 0,
];

/**
 * One row: the package as its source spells it, and the statements with the numbers of their
 * records.
 */
type RowTuple = readonly [
  ecosystem: string,
  name: string,
  statements: readonly (readonly [record: number, ...StatementTuple])[],
];

/**
 * The text by which a statement is stored, hashed and ordered: a JSON array without anything that
 * depends on the database it lies in.
 */
export function encodeStatement(statement: Statement): string {
  const { product, ecosystem, packageName } = statement;
  const ofProduct = product === undefined ? 0 : encodeProduct(product);
  const isPackageOfProduct = product !== undefined && packageName !== undefined;
  const tuple: StatementTuple = [
    statement.vulnerability,
    statement.provider,
    statement.effect === 'affected' ? 0 : 1,
    statement.status,
    statement.aliases,
    statement.cves,
    statement.ranges.map(encodeRange),
    statement.qualifiers ?? 0,
    ofProduct,
    isPackageOfProduct ? [ecosystem ?? '', packageName] : 0,
  ];
  return JSON.stringify(tuple);
}

/**
 * The row as it is stored. `texts` are those of {@link encodeStatement}, beside the numbers of
 * their records.
 */
export function encodeRow(
  ecosystem: string,
  name: string,
  statements: readonly { readonly record: number; readonly text: string }[],
): string {
  const items = statements.map(({ record, text }) => `[${record},${text.slice(1)}`);
  return `[${JSON.stringify(ecosystem)},${JSON.stringify(name)},[${items.join(',')}]]`;
}

/**
 * The advisories of a row that {@link encodeRow} made. `system`: the release that was asked for.
 */
export function decodeRow(
  text: string,
  shard: string,
  system: OperatingSystem | undefined,
): readonly Advisory[] {
  const [ecosystem, packageName, statements] = JSON.parse(text) as RowTuple;
  return statements.map(([number, ...tuple]) => {
    const [vulnerability, provider, effect, status, aliases, cves, ranges, qualifiers] = tuple;
    const [, , , , , , , , product, packageOfProduct] = tuple;
    return {
      vulnerability,
      provider,
      status,
      aliases,
      cves,
      effect: effect === 0 ? 'affected' : 'unaffected',
      ...(system === undefined ? {} : { operatingSystem: system }),
      ...(product === 0 ? { ecosystem, packageName } : { product: decodeProduct(product) }),
      ...(packageOfProduct === 0
        ? {}
        : { ecosystem: packageOfProduct[0], packageName: packageOfProduct[1] }),
      ranges: ranges.map(decodeRange),
      ...(qualifiers === 0 ? {} : { qualifiers }),
      record: { shard, number },
    } as const;
  });
}

function encodeRange(range: AdvisoryRange): RangeTuple {
  const { scheme, constraint, fix } = range;
  return fix === undefined ? [scheme, constraint] : [scheme, constraint, encodeFix(fix)];
}

function encodeFix(fix: Fix): FixTuple {
  const { state, version = '', available, references } = fix;
  return [
    state,
    version,
    available?.date ?? '',
    available?.kind ?? '',
    references.map(encodeReference),
  ];
}

function encodeReference({ url, id, tags }: FixReference): ReferenceTuple {
  if (tags.length > 0) {
    return [url, id ?? '', tags];
  }
  return id === undefined ? [url] : [url, id];
}

function decodeRange([scheme, constraint, fix]: RangeTuple): AdvisoryRange {
  return fix === undefined ? { scheme, constraint } : { scheme, constraint, fix: decodeFix(fix) };
}

function decodeFix([state, version, date, kind, references]: FixTuple): Fix {
  return {
    state,
    ...(version === '' ? {} : { version }),
    ...(date === '' ? {} : { available: { date, kind } }),
    references: references.map(decodeReference),
  };
}

function decodeReference([url, id = '', tags = []]: ReferenceTuple): FixReference {
  return id === '' ? { url, tags } : { url, id, tags };
}

/** Trailing empty attributes are left out: nearly every product has part, vendor and name alone. */
function encodeProduct(product: CpeProduct): ProductTuple {
  const attributes: [string, string, string, ...string[]] = [
    product.part,
    product.vendor,
    product.product,
    product.edition,
    product.language,
    product.softwareEdition,
    product.targetSoftware,
    product.targetHardware,
    product.other,
  ];
  while (attributes.length > 3 && attributes.at(-1) === '') {
    attributes.pop();
  }
  return attributes;
}

function decodeProduct(tuple: ProductTuple): CpeProduct {
  assert(tuple.length <= 9, 'a product has at most nine attributes');
  const [part, vendor, product, edition = '', language = '', softwareEdition = ''] = tuple;
  const [, , , , , , targetSoftware = '', targetHardware = '', other = ''] = tuple;
  return {
    part,
    vendor,
    product,
    edition,
    language,
    softwareEdition,
    targetSoftware,
    targetHardware,
    other,
  };
}
