import { addToList } from '../../core/add-to-list.ts';
import type { AdvisoryQualifiers } from '../../core/advisory.ts';
import type { Bytes } from '../../core/bytes.ts';
import { defined } from '../../core/defined.ts';
import { toText } from '../../core/to-text.ts';
import type { FeedItem, FeedOmission, FeedOutcome, FeedStatement, FeedSystem } from './contract.ts';
import { type CsafDocument, type CsafProduct, parseCsafDocument } from './csaf-document.ts';
import { indexProductFacts, type ProductFacts } from './csaf-facts.ts';
import {
  type CsafErratum,
  createCsafRecord,
  createFixedRange,
  createOpenRange,
  createUnaffectedRange,
  listCsafWeaknesses,
} from './csaf-record.ts';
import { toErratumSeverity } from './erratum.ts';
import { type FeedObject, leaveOut, listObjects, selectTexts, toObject } from './feed-value.ts';
import { isCveId } from './package-statement.ts';

const ECOSYSTEM = 'rpm';

export type CsafStatus =
  | 'first-fixed'
  | 'fixed'
  | 'recommended'
  | 'affected'
  | 'undecided'
  | 'unaffected';

/** CSAF 2.0, 3.2.3.9, and 2.1, 3.2.4.11. */
const STATUSES: ReadonlyMap<string, CsafStatus> = new Map([
  ['first_fixed', 'first-fixed'],
  ['fixed', 'fixed'],
  ['recommended', 'recommended'],
  ['first_affected', 'affected'],
  ['known_affected', 'affected'],
  ['last_affected', 'affected'],
  ['under_investigation', 'undecided'],
  ['unknown', 'undecided'],
  ['known_not_affected', 'unaffected'],
]);
/** The first kind that a package has decides: later builds have the fix too. */
const FIXES: readonly CsafStatus[] = ['first-fixed', 'fixed', 'recommended'];

/** A package of a release that a product names. */
export interface StatedBuild {
  readonly system: FeedSystem;
  /** Name of the source in statements. */
  readonly provider: string;
  readonly packageName: string;
  /** Empty if the product names no version. */
  readonly version: string;
  /** Empty if the product names none, or every one. */
  readonly architecture: string;
  readonly qualifiers?: AdvisoryQualifiers;
}

/** How a vendor names its products and errata. */
export interface CsafVendor {
  /** Name of the source in records without a statement. */
  readonly provider: string;
  /** Returns the subject in words if the product is not a package of a supported release. */
  readonly readBuild: (product: CsafProduct, status: CsafStatus) => StatedBuild | string;
  readonly findErratum: (facts: ProductFacts, document: CsafDocument) => CsafErratum | undefined;
  /** Returns the page about a vulnerability. */
  readonly toPage: (id: string) => string;
  /** Returns whether a document is a notice whose packages have fixes, by its ID. */
  readonly isNotice?: (id: string) => boolean;
  /**
   * Returns the same package in the release that extended support continues. Its state follows if
   * the document does not state it.
   */
  readonly findBase?: (build: StatedBuild) => StatedBuild | undefined;
}

/** The status of one product. */
interface Claim {
  readonly build: StatedBuild;
  readonly status: CsafStatus;
  readonly facts: ProductFacts;
  /** Whether it is about the release that the extended support of the product continues. */
  readonly isBase?: boolean;
}

interface Surroundings {
  readonly vulnerability: FeedObject;
  readonly document: CsafDocument;
  readonly vendor: CsafVendor;
}

/** Yields everything that a CSAF document states about packages. */
export function* readCsafStatements(
  content: Bytes,
  name: string,
  vendor: CsafVendor,
): Generator<FeedOutcome> {
  const document = parseCsafDocument(content, name);
  if ('leftOut' in document) {
    yield document;
    return;
  }
  for (const vulnerability of document.vulnerabilities) {
    const id = findId(vulnerability);
    if (isCveId(id)) {
      yield* readVulnerability(id, { vulnerability, document, vendor });
    } else {
      const message = `${document.id} has a vulnerability without a CVE`;
      yield leaveOut('record', 'vulnerability without a CVE', message);
    }
  }
  if (document.vulnerabilities.length > 0) {
    return;
  }
  if (vendor.isNotice?.(document.id) === true && document.relatedIds.length > 0) {
    const vulnerability = createNoticeVulnerability(document);
    yield* readVulnerability(document.id, { vulnerability, document, vendor });
  } else {
    yield { leftOut: 'document', cause: 'CSAF document without a vulnerability' };
  }
}

/** A notice without a CVE is a vulnerability of its own, which all of its packages fix. */
function createNoticeVulnerability({ title, impact, relatedIds }: CsafDocument): FeedObject {
  return {
    title,
    product_status: { fixed: relatedIds },
    threats: [{ category: 'impact', details: impact }],
  };
}

/** Yields the statements about one vulnerability, one item for each severity and provider. */
function* readVulnerability(id: string, about: Surroundings): Generator<FeedOutcome> {
  const { vulnerability, vendor } = about;
  const byPackage = new Map<string, Claim[]>();
  for (const outcome of readClaims(id, about)) {
    if ('leftOut' in outcome) {
      yield outcome;
    } else {
      addToList(byPackage, toPackageKey(outcome.build), outcome);
    }
  }
  const items = new ItemCollector(id, about);
  for (const claims of [...byPackage.values(), ...deriveBaseClaims(byPackage, vendor)]) {
    yield* addClaims(id, claims, items);
  }
  yield* items.listItems();
  const hasWorkaround = listObjects(vulnerability['remediations']).some(
    (one) => one['category'] === 'workaround',
  );
  if (hasWorkaround) {
    yield { leftOut: 'part', cause: 'workaround in words' };
  }
}

function findId(vulnerability: FeedObject): string {
  const ids = listObjects(vulnerability['ids']).map((one) => toText(one['text']));
  return toText(vulnerability['cve']) || (ids.find(isCveId) ?? '');
}

function* readClaims(
  id: string,
  { vulnerability, document, vendor }: Surroundings,
): Generator<Claim | FeedOmission> {
  const findFacts = indexProductFacts(vulnerability, document);
  const statuses = toObject(vulnerability['product_status']) ?? {};
  for (const [member, productIds] of Object.entries(statuses)) {
    const status = STATUSES.get(member);
    for (const productId of selectTexts(productIds)) {
      const product = document.findProduct(productId);
      if (status === undefined) {
        yield leaveOutProduct('a status that CSAF does not define', id, productId);
      } else if (product === undefined) {
        yield leaveOutProduct('a product that is not in the product tree', id, productId);
      } else {
        const build = vendor.readBuild(product, status);
        if (typeof build === 'string') {
          yield leaveOutProduct(build, id, productId);
        } else if (build.version === '' && FIXES.includes(status)) {
          yield leaveOutProduct('a fix without a version', id, productId);
        } else {
          yield { build, status, facts: findFacts(productId) };
        }
      }
    }
  }
}

function leaveOutProduct(subject: string, id: string, productId: string): FeedOmission {
  return leaveOut('statement', `about ${subject}`, `${id} is about ${subject}: ${productId}`);
}

function toPackageKey({ system, packageName, qualifiers }: StatedBuild): string {
  return JSON.stringify([system, packageName, qualifiers]);
}

/** Returns claims about base releases for packages that only have a state in extended support. */
function deriveBaseClaims(
  byPackage: ReadonlyMap<string, readonly Claim[]>,
  { findBase }: CsafVendor,
): readonly (readonly Claim[])[] {
  const derived = new Map<string, Claim[]>();
  for (const claim of [...byPackage.values()].flat()) {
    const base = findBase?.(claim.build);
    const isOpen = claim.status !== 'unaffected' && claim.status !== 'undecided';
    if (base !== undefined && isOpen && !byPackage.has(toPackageKey(base))) {
      addToList(derived, toPackageKey(base), { ...claim, build: base, isBase: true });
    }
  }
  return [...derived.values()];
}

/**
 * Adds the statements about one package of one release. Products of several minor releases,
 * repositories and architectures are the same package, so their claims can differ: a fix prevails,
 * then "affected". A claim that a build is not affected only covers that build and later ones.
 */
function* addClaims(
  id: string,
  claims: readonly Claim[],
  items: ItemCollector,
): Generator<FeedOutcome> {
  const kind = [...FIXES, 'affected', 'undecided', 'unaffected'].find((status) =>
    claims.some((one) => one.status === status),
  );
  for (const claim of limitToArchitectures(claims)) {
    const { status, build } = claim;
    const isBounded = status === 'unaffected' && build.version !== '';
    if (status !== kind && !isBounded) {
      const message = `${id} states "${status}" about ${build.packageName}, but also "${kind}"`;
      yield leaveOut('statement', `superseded by the state "${kind}"`, message);
    } else if (!items.addClaim(claim)) {
      yield { leftOut: 'statement', cause: 'repeated for another architecture or repository' };
    }
  }
}

/**
 * Limits fixes to their architectures if a package has several fixed versions, and not all of them
 * are available for each architecture.
 */
function limitToArchitectures(claims: readonly Claim[]): readonly Claim[] {
  const fixes = claims.filter(({ status }) => FIXES.includes(status));
  const versions = Map.groupBy(fixes, ({ build }) => build.version);
  const listArchitectures = (some: readonly Claim[]): ReadonlySet<string> =>
    new Set(some.map(({ build }) => build.architecture).filter(Boolean));
  const all = listArchitectures(fixes);
  return claims.map((claim) => {
    const { architecture, version, qualifiers } = claim.build;
    const own = listArchitectures(versions.get(version) ?? []);
    return architecture === '' || !FIXES.includes(claim.status) || own.size === all.size
      ? claim
      : { ...claim, build: { ...claim.build, qualifiers: { ...qualifiers, architecture } } };
  });
}

/** Collects statements by severity and provider, because a record has one of each. */
class ItemCollector {
  readonly #id: string;
  readonly #about: Surroundings;
  readonly #items = new Map<string, FeedItem & { readonly statements: FeedStatement[] }>();
  readonly #known = new Set<string>();

  constructor(id: string, about: Surroundings) {
    this.#id = id;
    this.#about = about;
  }

  /** Returns whether the statement is a new one. */
  addClaim(claim: Claim): boolean {
    const { provider } = claim.build;
    const { impact, vectors } = claim.facts;
    const key = JSON.stringify([provider, impact, vectors]);
    const item = this.#items.get(key) ?? this.#createItem(provider, claim.facts);
    const statement = this.#createStatement(claim, item);
    const text = JSON.stringify(statement);
    if (this.#known.has(text)) {
      return false;
    }
    this.#known.add(text);
    this.#items.set(key, item);
    item.statements.push(statement);
    return true;
  }

  /** A vulnerability without a statement still has a record with its severity. */
  listItems(): readonly FeedItem[] {
    if (this.#items.size > 0) {
      return [...this.#items.values()];
    }
    const { vulnerability, document, vendor } = this.#about;
    const statuses = Object.values(toObject(vulnerability['product_status']) ?? {});
    const [productId = ''] = statuses.flatMap((ids) => selectTexts(ids));
    const facts = indexProductFacts(vulnerability, document)(productId);
    return [this.#createItem(vendor.provider, facts)];
  }

  #createItem(
    provider: string,
    { impact, vectors }: ProductFacts,
  ): FeedItem & { readonly statements: FeedStatement[] } {
    const { vulnerability, document, vendor } = this.#about;
    const severity = toErratumSeverity(impact);
    const page = vendor.toPage(this.#id);
    const about = { id: this.#id, provider, page, severity, vectors };
    return {
      record: createCsafRecord(about, vulnerability, document),
      statements: [],
      weaknesses: listCsafWeaknesses(this.#id, provider, vulnerability),
    };
  }

  #createStatement({ build, status, facts, isBase }: Claim, { record }: FeedItem): FeedStatement {
    const { vendor, document } = this.#about;
    const { system, provider, packageName, version, qualifiers } = build;
    const range = FIXES.includes(status)
      ? createFixedRange(version, vendor.findErratum(facts, document), isBase === true)
      : status === 'unaffected'
        ? createUnaffectedRange(version, vendor.toPage(this.#id), facts)
        : createOpenRange(status === 'undecided', facts, isBase === true);
    const ownStatus = status === 'undecided' ? 'analyzing' : record.status;
    return {
      system,
      statement: {
        vulnerability: this.#id,
        provider,
        status: record.status === 'rejected' ? record.status : ownStatus,
        aliases: [],
        cves: [],
        effect: status === 'unaffected' ? 'unaffected' : 'affected',
        ecosystem: ECOSYSTEM,
        packageName,
        ranges: [range],
        ...defined({ qualifiers }),
      },
    };
  }
}
