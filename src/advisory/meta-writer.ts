import type {
  EpssScore,
  ExploitedRecord,
  OperatingSystem,
  ProductLifecycle,
  SsvcDecision,
  SystemCoverage,
  Weakness,
} from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import { foldCase } from '../core/fold-case.ts';
import { toByteKey } from './page-file/byte-key.ts';
import { EntrySorter } from './page-file/entry-sorter.ts';
import { type PageFileSummary, PageFileWriter } from './page-file/page-file-writer.ts';
import type { SystemOverride } from './resolve-release.ts';
import { META_SECTIONS, toKeyPart } from './schema.ts';
import { groupByKey } from './shard-writer.ts';

/** The content of the `meta` shard. Iterables are read once, in order. */
export interface MetaContent {
  readonly systems: Iterable<OperatingSystem>;
  readonly systemOverrides: Iterable<SystemOverride>;
  readonly ecosystemOverrides: Iterable<{
    readonly ecosystem: string;
    readonly replacement: string;
  }>;
  readonly architectureAliases: Iterable<{ readonly alias: string; readonly canonical: string }>;
  readonly exploited: Iterable<ExploitedRecord>;
  readonly epss: Iterable<EpssScore>;
  readonly weaknesses: Iterable<Weakness>;
  /** Absent in databases of other scanners. */
  readonly ssvc?: Iterable<SsvcDecision>;
  /** Each product once. Absent in databases of other scanners. */
  readonly products?: Iterable<ProductLifecycle>;
}

/** Values that the shard `meta` has besides the lists of the database. */
export interface MetaSources {
  /** Entries of `META_SECTIONS.location`, unsorted. */
  readonly locations: EntrySorter;
  readonly findCoverage: (system: OperatingSystem) => SystemCoverage;
}

/** Digits of a number in a key, so that its order is that of the numbers. */
const NUMBER_CHARS = 8;

/** Writes the shard `meta`. */
export function writeMetaFile(
  path: string,
  content: MetaContent,
  { locations, findCoverage }: MetaSources,
): PageFileSummary {
  using file = new PageFileWriter(path);
  addAliases(file, content);
  for (const [at, { ecosystem, replacement }] of [...content.ecosystemOverrides].entries()) {
    const key = `${META_SECTIONS.ecosystemOverride}${padNumber(at)}`;
    file.addEntry(key, toJson([ecosystem, replacement]));
  }
  for (const [at, rule] of [...content.systemOverrides].entries()) {
    file.addEntry(`${META_SECTIONS.systemOverride}${padNumber(at)}`, toJson(rule));
  }
  const systems = [...content.systems].sort((left, right) => left.id - right.id);
  for (const system of systems) {
    const { statements, unfixed } = findCoverage(system);
    const key = `${META_SECTIONS.system}${padNumber(system.id)}`;
    file.addEntry(key, toJson([system, statements, unfixed]));
  }
  addByCve(file, META_SECTIONS.exploited, content.exploited);
  for (const { key, values } of groupByKey(locations.readSorted())) {
    // Several shards may have records of one vulnerability: the first one by name is used.
    file.addEntry(key, Buffer.from(values.map(String).sort(compareText)[0] ?? ''));
  }
  const products = [...(content.products ?? [])].map(
    (one) => [`${META_SECTIONS.product}${toByteKey(toKeyPart(one.product))}`, one] as const,
  );
  for (const [key, product] of products.sort(([left], [right]) => (left < right ? -1 : 1))) {
    file.addEntry(key, toJson(product));
  }
  addByCve(file, META_SECTIONS.ssvc, content.ssvc ?? []);
  addByCve(file, META_SECTIONS.weaknesses, content.weaknesses);
  return file.finishFile();
}

function addAliases(file: PageFileWriter, { architectureAliases }: MetaContent): void {
  const byAlias = new Map<string, string>();
  for (const { alias, canonical } of architectureAliases) {
    const key = toKeyPart(alias);
    byAlias.set(key, byAlias.get(key) ?? canonical);
  }
  const entries = [...byAlias].map(([alias, canonical]) => [toByteKey(alias), canonical] as const);
  for (const [alias, canonical] of entries.sort(([left], [right]) => (left < right ? -1 : 1))) {
    file.addEntry(`${META_SECTIONS.architectureAlias}${alias}`, toJson(canonical));
  }
}

/** Adds one entry per CVE, with a list in the order of the source. */
function addByCve(
  file: PageFileWriter,
  section: string,
  rows: Iterable<{ readonly cve: string }>,
): void {
  using sorter = new EntrySorter(`${file.path}.unsorted`);
  for (const row of rows) {
    sorter.addEntry(toByteKey(`${section}${toKeyPart(foldCase(row.cve))}`), JSON.stringify(row));
  }
  for (const { key, values } of groupByKey(sorter.readSorted())) {
    file.addEntry(key, Buffer.from(`[${values.join(',')}]`));
  }
}

function toJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function padNumber(value: number): string {
  return String(value).padStart(NUMBER_CHARS, '0');
}

/** The key of the date of most scores in the shard of scores, and the prefix of the scores. */
export const SCORE_DATE_KEY = 'd';
export const SCORE_SECTION = 's';

/**
 * Writes the shard of EPSS scores. The date is stored once, because it changes daily. Returns
 * `undefined` if there are no scores.
 */
export function writeScoresFile(
  path: string,
  scores: Iterable<EpssScore>,
): PageFileSummary | undefined {
  using sorter = new EntrySorter(`${path}.unsorted`);
  let latest = '';
  for (const { cve, epss, percentile, date } of scores) {
    const key = `${SCORE_SECTION}${toKeyPart(foldCase(cve))}`;
    sorter.addEntry(toByteKey(key), JSON.stringify([epss, percentile, date, cve]));
    latest = date > latest ? date : latest;
  }
  let file: PageFileWriter | undefined;
  try {
    for (const { key, values } of groupByKey(sorter.readSorted())) {
      if (file === undefined) {
        file = new PageFileWriter(path);
        file.addEntry(SCORE_DATE_KEY, Buffer.from(latest));
      }
      // The first score of a CVE counts.
      const [epss, percentile, date, cve] = JSON.parse(String(values[0])) as Required<ScoreTuple>;
      const tuple: unknown[] = [epss, percentile];
      if (date !== latest || cve !== cve.toUpperCase()) {
        tuple.push(date, cve);
      }
      file.addEntry(key, toJson(tuple));
    }
    return file?.finishFile();
  } finally {
    file?.[Symbol.dispose]();
  }
}

/** Without a date and a spelling, those of most scores. */
export type ScoreTuple = readonly [epss: number, percentile: number, date?: string, cve?: string];
