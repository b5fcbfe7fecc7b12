import { Budget } from '../../../core/budget.ts';
import { type Bytes, readText } from '../../../core/bytes.ts';
import type { Limits } from '../../../core/limits.ts';
import { toText } from '../../../core/to-text.ts';
import { readProductLifecycle } from '../../../identity/product-lifecycle.ts';
import { parseYaml } from '../../../syntax/text/yaml.ts';
import type { FeedOutcome, FeedProvider, FeedRelease } from '../contract.ts';
import { hasMembers, hasPatterns } from '../document-head.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  listObjects,
  listRecords,
  parseJsonDocument,
  toObject,
} from '../feed-value.ts';
import { toStartOfDay } from '../package-statement.ts';
import { readWhole } from '../read-whole.ts';
import { DATED_SYSTEMS } from './end-of-life-product.data.ts';

const HEADER = /^---\r?\n([\s\S]*?)\r?\n---(?:\r?\n|$)/;
/** Members that every page has. */
const PAGE_START = /^---\r?\n(?=[\s\S]*^category: )[\s\S]*^permalink: \//m;
const CYCLE = /^(\d+)(?:\.(\d+))?$/;

/**
 * Dates of releases by endoflife.date: a Markdown file for each product, or an answer of the API.
 * Those of operating systems are dates of releases; the others are facts for policies.
 */
export const endoflifeDate: FeedProvider = {
  kind: 'feed',
  id: 'endoflife-date',
  title: 'endoflife.date',
  spec: 'https://endoflife.date/docs/api/v1/',
  sources: [{ url: 'https://endoflife.date/api/v1/products/full', form: 'document' }],
  license: { expression: 'MIT', attribution: 'endoflife.date contributors' },
  version: 2,
  rules: {},
  recognize: (head) => hasMembers(head, 'releases', 'isEol') || hasPatterns(head, PAGE_START),
  read: readWhole(readProducts),
};

/** A release of a product in one form; `eol` is a date, or whether it has ended. */
interface Cycle {
  readonly product: string;
  readonly name: string;
  readonly codename: string;
  readonly eol: unknown;
  readonly eoas: unknown;
}

function* readProducts(document: Bytes, limits: Limits): Generator<FeedOutcome> {
  const text = readText(document);
  const [, header] = HEADER.exec(text) ?? [];
  if (header !== undefined) {
    yield* readPage(header, limits);
    return;
  }
  const parsed = parseJsonDocument(document);
  if ('problem' in parsed) {
    yield parsed;
    return;
  }
  const result = toObject(parsed.value)?.['result'];
  const products = Array.isArray(result) ? listObjects(result) : [toObject(result) ?? {}];
  const known = products.filter((product) => Array.isArray(product['releases']));
  if (known.length === 0) {
    yield leaveOutDocument('without releases', 'the document has no releases of a product');
  }
  for (const product of known) {
    if (!DATED_SYSTEMS.has(toText(product['name']))) {
      yield readProduct(product);
      continue;
    }
    yield* readCycles(
      listRecords(product['releases']).map((release) => ({
        product: toText(product['name']),
        name: toText(release['name']),
        codename: toText(release['codename']),
        eol: release['eolFrom'] ?? release['isEol'],
        eoas: release['eoasFrom'],
      })),
    );
  }
}

function* readPage(header: string, limits: Limits): Generator<FeedOutcome> {
  const root = parsePage(header, limits);
  if (root === undefined || !Array.isArray(root['releases'])) {
    yield leaveOutDocument('without releases', 'the document has no releases of a product');
    return;
  }
  const product = toText(root['permalink']).replace(/^\//, '');
  if (!DATED_SYSTEMS.has(product)) {
    yield readProduct(root);
    return;
  }
  yield* readCycles(
    listRecords(root['releases']).map((release) => ({
      product,
      name: formatValue(release['releaseCycle']),
      codename: toText(release['codename']),
      eol: release['eol'],
      eoas: release['eoas'],
    })),
  );
}

/** Without an identifier, no package can be recognized as the product. */
function readProduct(page: FeedObject): FeedOutcome {
  const product = readProductLifecycle(page);
  if (product === undefined || product.cycles.length === 0) {
    return { leftOut: 'fact', cause: 'a product without dates' };
  }
  return product.cpes.length + product.purls.length === 0
    ? { leftOut: 'fact', cause: 'a product without a CPE or package URL' }
    : { facts: { products: [product] } };
}

function parsePage(header: string, limits: Limits): FeedObject | undefined {
  try {
    return toObject(parseYaml(header, new Budget(limits)));
  } catch {
    return undefined;
  }
}

function formatValue(value: unknown): string {
  return typeof value === 'number' ? String(value) : toText(value);
}

function* readCycles(cycles: readonly Cycle[]): Generator<FeedOutcome> {
  const releases: FeedRelease[] = [];
  for (const cycle of cycles) {
    const found = toReleases(cycle);
    if (typeof found === 'string') {
      const isMistake = found === UNREADABLE;
      const message = `${cycle.product} has ${found}: "${cycle.name}"`;
      yield isMistake ? leaveOut('fact', found, message) : { leftOut: 'fact', cause: found };
    } else {
      releases.push(...found);
    }
  }
  yield { facts: { releases } };
}

const UNREADABLE = 'a release with an invalid version or date';

/** Returns the reason if there are no dates to use. */
function toReleases({
  product,
  name,
  codename,
  eol,
  eoas,
}: Cycle): readonly FeedRelease[] | string {
  const systems = DATED_SYSTEMS.get(product) ?? [];
  const [, majorVersion = '', minorVersion = ''] = CYCLE.exec(name) ?? [];
  const ended = String(eol);
  if (['true', 'false', 'undefined', 'null'].includes(ended)) {
    return ended === 'true' ? 'an ended release without a date' : 'a release without an end';
  }
  const endOfLife = toStartOfDay(toText(eol));
  if (endOfLife === undefined || majorVersion === '') {
    return majorVersion === '' ? 'a release without a version number' : UNREADABLE;
  }
  const active = toStartOfDay(toText(eoas));
  const used = systems.filter(({ cycles }) => cycles === undefined || cycles.test(name));
  return used.length === 0
    ? 'a release with the version of another'
    : used.map((system) => ({
        system: {
          name: system.name,
          releaseId: system.releaseId,
          majorVersion,
          minorVersion,
          label: '',
          codename: codename.toLowerCase().split(' ')[0] ?? '',
          channel: '',
        },
        endOfLife,
        ...(active === undefined ? {} : { endOfActiveSupport: active }),
      }));
}
