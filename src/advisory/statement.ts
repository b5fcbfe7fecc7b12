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

/** A source's statement about one package or product, before it has a place in a database. */
export type Statement = Omit<Advisory, 'record' | 'operatingSystem'>;

/** Returns whether a statement names an affected package without a fix. */
export function isUnfixed({ effect, ranges }: Statement): boolean {
  return (
    effect === 'affected' &&
    ranges.some(({ fix }) => fix?.state === 'not-fixed' || fix?.state === 'wont-fix')
  );
}

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
 * One row: the package in the source's spelling, and the statements with the numbers of their
 * records.
 */
type RowTuple = readonly [
  ecosystem: string,
  name: string,
  statements: readonly (readonly [record: number, ...StatementTuple])[],
];

/**
 * Returns the text that is stored, hashed and sorted for a statement: a JSON array without anything
 * that depends on its database.
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

/** The parts of {@link encodeStatement}: many statements share one of them. */
export interface StatementParts {
  readonly vulnerability: string;
  readonly provider: string;
  readonly effect: Statement['effect'];
  /** Result of {@link encodeNames}. */
  readonly names: string;
  /** Result of {@link encodeBody}. */
  readonly body: string;
}

/** Returns the status and the other IDs of a statement as members of a JSON array. */
export function encodeNames({ status, aliases, cves }: Statement): string {
  return aliases.length + cves.length === 0
    ? `${JSON.stringify(status)},[],[]`
    : JSON.stringify([status, aliases, cves]).slice(1, -1);
}

/** Returns the other IDs of {@link encodeNames}. */
export function decodeNames(names: string): readonly string[] {
  const [, aliases, cves] = JSON.parse(`[${names}]`) as [
    string,
    readonly string[],
    readonly string[],
  ];
  return [...aliases, ...cves];
}

/** Returns the versions and the product of a statement as members of a JSON array. */
export function encodeBody({ ranges, qualifiers, ...about }: Statement): string {
  const { product, ecosystem, packageName } = about;
  const body = [
    ranges.map(encodeRange),
    qualifiers ?? 0,
    product === undefined ? 0 : encodeProduct(product),
    product === undefined || packageName === undefined ? 0 : [ecosystem ?? '', packageName],
  ];
  return JSON.stringify(body).slice(1, -1);
}

/** Returns the text of {@link encodeStatement} from its parts. */
export function joinStatement({ vulnerability, provider, ...parts }: StatementParts): string {
  const mark = parts.effect === 'affected' ? 0 : 1;
  const ids = `[${JSON.stringify(vulnerability)},${JSON.stringify(provider)}`;
  return `${ids},${mark},${parts.names},${parts.body}]`;
}

/**
 * Encodes a row. `texts` are results of {@link encodeStatement}; the record numbers are stored next
 * to them.
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
 * Returns the advisories of a row created by {@link encodeRow}. `system`: the requested release.
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
    record: { shard, number: tuple[0] },
  };
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

function decodeRange(tuple: RangeTuple): AdvisoryRange {
  const scheme = tuple[0];
  const constraint = tuple[1];
  const fix = tuple[2];
  return fix === undefined ? { scheme, constraint } : { scheme, constraint, fix: decodeFix(fix) };
}

function decodeFix(tuple: FixTuple): Fix {
  const version = tuple[1];
  const date = tuple[2];
  return {
    state: tuple[0],
    ...(version === '' ? undefined : { version }),
    ...(date === '' ? undefined : { available: { date, kind: tuple[3] } }),
    references: tuple[4].map(decodeReference),
  };
}

function decodeReference(tuple: ReferenceTuple): FixReference {
  const url = tuple[0];
  const id = tuple[1] ?? '';
  const tags = tuple[2] ?? [];
  return id === '' ? { url, tags } : { url, id, tags };
}

/** Trailing empty attributes are left out: nearly every product only has part, vendor and name. */
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
