import type {
  Advisory,
  AdvisoryQualifiers,
  AdvisoryRange,
  CpeProduct,
  Fix,
  FixReference,
  FixState,
  OperatingSystem,
  RecordRef,
  VulnerabilityStatus,
} from '../core/advisory.ts';
import { assert } from '../core/assert.ts';
import { foldCase } from '../core/fold-case.ts';

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
export type RangeTuple = readonly [scheme: string, constraint: string, fix?: FixTuple];
export type ProductTuple = readonly [string, string, string, ...string[]];
export type PackageTuple = readonly [ecosystem: string, name: string];

export type StatementTuple = readonly [
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
 * Returns the text of a statement for comparisons: a JSON array without anything that depends on
 * its database.
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

/** Who a statement is from, and what it is about: a part of the key under which it is stored. */
export interface StatementHead {
  readonly vulnerability: string;
  readonly provider: string;
  readonly effect: Statement['effect'];
  /** Folded to lower case; empty for a product. */
  readonly ecosystem: string;
  readonly packageName: string;
}

/** Stands for the list of CVEs that only has the vulnerability itself. */
const OWN_CVE = 1;

/** Everything that {@link StatementHead} does not have. Zeros at the end are left out. */
type ContentTuple = readonly [
  status: VulnerabilityStatus,
  aliases: readonly string[],
  cves: readonly string[] | typeof OWN_CVE,
  ranges: readonly RangeTuple[],
  qualifiers?: AdvisoryQualifiers | 0,
  product?: ProductTuple | 0,
  /** In the spelling of the source, if it differs from the head. */
  packageId?: PackageTuple | 0,
];

/** Returns the text of everything in a statement that its head does not have. */
export function encodeContent(statement: Statement): string {
  const { ecosystem = '', packageName, product, cves, vulnerability } = statement;
  const isKnown =
    packageName === undefined ||
    (product === undefined &&
      ecosystem === foldCase(ecosystem) &&
      packageName === foldCase(packageName));
  const tuple: unknown[] = [
    statement.status,
    statement.aliases,
    cves.length === 1 && cves[0] === vulnerability ? OWN_CVE : cves,
    statement.ranges.map(encodeRange),
    statement.qualifiers ?? 0,
    product === undefined ? 0 : encodeProduct(product),
    isKnown ? 0 : [ecosystem, packageName],
  ];
  while (tuple.at(-1) === 0) {
    tuple.pop();
  }
  return JSON.stringify(tuple);
}

/** Returns the statement of a head and a result of {@link encodeContent}, with its place. */
export function decodeContent(
  text: string,
  head: StatementHead,
  place: { readonly record: RecordRef; readonly system: OperatingSystem | undefined },
): Advisory {
  const tuple = JSON.parse(text) as ContentTuple;
  const cves = tuple[2];
  const qualifiers = tuple[4] ?? 0;
  const product = tuple[5] ?? 0;
  const packageId = tuple[6] ?? 0;
  const { ecosystem, packageName } = head;
  return {
    vulnerability: head.vulnerability,
    provider: head.provider,
    status: tuple[0],
    aliases: tuple[1],
    cves: cves === OWN_CVE ? [head.vulnerability] : cves,
    effect: head.effect,
    ...(place.system === undefined ? undefined : { operatingSystem: place.system }),
    ...(product === 0 ? { ecosystem, packageName } : { product: decodeProduct(product) }),
    ...(packageId === 0 ? undefined : { ecosystem: packageId[0], packageName: packageId[1] }),
    ranges: tuple[3].map(decodeRange),
    ...(qualifiers === 0 ? undefined : { qualifiers }),
    record: place.record,
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

export function decodeRange(tuple: RangeTuple): AdvisoryRange {
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

export function decodeProduct(tuple: ProductTuple): CpeProduct {
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
