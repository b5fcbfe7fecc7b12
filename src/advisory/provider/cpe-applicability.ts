import { addToList } from '../../core/add-to-list.ts';
import type { AdvisoryRange, CpeProduct, Fix } from '../../core/advisory.ts';
import { toText } from '../../core/to-text.ts';
import { CPE_NOT_APPLICABLE, parseCpe } from '../../identity/cpe-name/cpe.ts';
import type { FeedOmission } from './contract.ts';
import { type FeedObject, leaveOut, listObjects } from './feed-value.ts';
import { isVersion, UNORDERED } from './orderable-version.ts';
import { compareVersions } from './safe-versions.ts';

/** The affected versions of a product. */
export interface ApplicableProduct {
  readonly product: CpeProduct;
  readonly ranges: readonly AdvisoryRange[];
  /** Whether a range starts within another one. */
  readonly isOverlapping: boolean;
}

const SCHEME = 'fuzzy';
const NO_FIX: Fix = { state: 'not-fixed', references: [] };

/** The vulnerable products of configurations. */
export interface Applicability {
  readonly products: readonly ApplicableProduct[];
  /** Texts that are not the CPE name of a product. */
  readonly malformed: readonly string[];
}

/**
 * Reads the vulnerable products of configurations. Products that they run on do not limit them.
 * CVE Record Format 5.1, `cpeApplicability`; NVD CVE API 2.0, `configurations`.
 */
export function readApplicability(value: unknown): Applicability {
  const products = new Map<string, CpeProduct>();
  const ranges = new Map<string, AdvisoryRange[]>();
  const malformed: string[] = [];
  for (const match of listMatches(value).filter((one) => one['vulnerable'] === true)) {
    const criteria = toText(match['criteria']);
    const cpe = parseCpe(criteria);
    if (cpe === undefined || cpe.vendor === '' || cpe.product === '') {
      malformed.push(criteria);
      continue;
    }
    const { version, update: _, ...product } = cpe;
    const key = JSON.stringify(product);
    products.set(key, product);
    addToList(ranges, key, createRange(match, version));
  }
  return {
    products: Array.from(products, ([key, product]) => {
      const stated = ranges.get(key) ?? [];
      return { product, ranges: stated, isOverlapping: hasOverlap(stated) };
    }),
    malformed,
  };
}

/** Reports criteria that are not the CPE name of a product. */
export function leaveOutCriteria(id: string, criteria: string): FeedOmission {
  const message = `${id} has criteria that do not name a product: "${criteria}"`;
  return leaveOut('statement', 'criteria without a product', message);
}

/**
 * Returns the CPEs of the platforms that all vulnerable products of a configuration run on; empty
 * if it does not require one of them.
 */
export function listPlatforms(configuration: FeedObject): readonly string[] {
  return configuration['operator'] !== 'AND'
    ? []
    : listMatches([configuration])
        .filter((one) => one['vulnerable'] === false)
        .map((one) => toText(one['criteria']));
}

function listMatches(configurations: unknown): readonly FeedObject[] {
  return listObjects(configurations)
    .flatMap((configuration) => listObjects(configuration['nodes']))
    .flatMap((node) => listObjects(node['cpeMatch']));
}

function hasOverlap(ranges: readonly AdvisoryRange[]): boolean {
  const intervals = ranges
    .map(({ constraint }) => ({
      start: />=? (\S+?)(?=,|$)/.exec(constraint)?.[1] ?? '0',
      end: /<=? (\S+?)(?=,|$)/.exec(constraint)?.[1],
      isOne: constraint.startsWith('= '),
    }))
    .filter(({ isOne }) => !isOne)
    .sort((left, right) => compareVersions(left.start, right.start, SCHEME));
  return intervals.some(({ start }, index) =>
    intervals
      .slice(0, index)
      .some(({ end }) => end === undefined || compareVersions(start, end, SCHEME) < 0),
  );
}

const BOUNDS: readonly (readonly [member: string, operator: string])[] = [
  ['versionStartIncluding', '>='],
  ['versionStartExcluding', '>'],
  ['versionEndIncluding', '<='],
  ['versionEndExcluding', '<'],
];

function createRange(match: FeedObject, version: string): AdvisoryRange {
  const terms = BOUNDS.map(([member, operator]) => ({ operator, bound: toText(match[member]) }))
    .filter(({ bound }) => bound !== '')
    .map(({ operator, bound }) => `${operator} ${bound}`);
  const isOne = terms.length === 0 && version !== '' && version !== CPE_NOT_APPLICABLE;
  const end = toText(match['versionEndExcluding']);
  const fix: Fix = end === '' ? NO_FIX : { state: 'fixed', version: end, references: [] };
  const isOrdered = BOUNDS.map(([member]) => toText(match[member])).every(
    (bound) => bound === '' || isVersion(bound, SCHEME),
  );
  return {
    scheme: isOrdered ? SCHEME : UNORDERED,
    constraint: isOne ? `= ${version}` : terms.join(', '),
    fix,
  };
}
