import type {
  EpssScore,
  ExploitedRecord,
  OperatingSystem,
  ProductLifecycle,
  RecordRef,
  SsvcDecision,
  SystemCoverage,
  Weakness,
} from '../core/advisory.ts';
import { present } from '../core/assert.ts';
import { compareText } from '../core/compare-text.ts';
import { foldCase } from '../core/fold-case.ts';
import { LOOKUP_ENTRIES_MAX } from '../core/limits.ts';
import { SCORE_DATE_KEY, SCORE_SECTION, type ScoreTuple } from './meta-writer.ts';
import { fromByteKey, toByteKey } from './page-file/byte-key.ts';
import type { PageFile } from './page-file/page-file.ts';
import type { ReleaseTables, SystemOverride } from './resolve-release.ts';
import { META_SECTIONS, META_SHARD, toKeyPart } from './schema.ts';
import { readSafely } from './shard-reader.ts';

/**
 * Lists of a layer, and facts about vulnerabilities from any source, of any readable schema. All
 * methods throw `UserError` `E_DB_INVALID` for damage.
 */
export interface MetaReader extends Disposable {
  readonly releases: ReleaseTables;
  readonly architectureAliases: ReadonlyMap<string, string>;
  /** Folded ecosystem → the ecosystem it is stored under. */
  readonly ecosystems: ReadonlyMap<string, string>;
  /** Returns the places of records by their keys (`toRecordKey`), without missing ones. */
  locate(keys: readonly string[]): ReadonlyMap<string, RecordRef>;
  /** Reads the facts about several vulnerabilities at once, which is faster. */
  readFacts(cves: readonly string[]): void;
  readExploited(cve: string): readonly ExploitedRecord[];
  readEpss(cve: string): EpssScore | undefined;
  readWeaknesses(cve: string): readonly Weakness[];
  readSsvc(cve: string): readonly SsvcDecision[];
  listExploited(): Generator<ExploitedRecord>;
  listWeaknesses(): Generator<Weakness>;
  listSsvc(): Generator<SsvcDecision>;
  listScores(): Generator<EpssScore>;
  listLifecycles(): readonly ProductLifecycle[];
}

/** Facts about a vulnerability. */
interface Facts {
  readonly exploited: readonly ExploitedRecord[];
  readonly epss: EpssScore | undefined;
  readonly weaknesses: readonly Weakness[];
  readonly ssvc: readonly SsvcDecision[];
}

/** Reads the shard `meta` and the shard of scores. */
export class PageMeta implements MetaReader {
  readonly releases: ReleaseTables;
  readonly architectureAliases: ReadonlyMap<string, string>;
  readonly ecosystems: ReadonlyMap<string, string>;
  readonly #file: PageFile;
  readonly #openScores: () => PageFile | undefined;
  /** By folded ID, including IDs without facts. */
  readonly #facts = new Map<string, Facts>();
  #scores: PageFile | undefined;
  #scoreDate: string | undefined;

  /** `openScores`: opens the shard of scores, if there is one, when it is needed. */
  constructor(file: PageFile, openScores: () => PageFile | undefined) {
    this.#file = file;
    this.#openScores = openScores;
    const systems = this.#readSection(META_SECTIONS.system) as StoredSystem[];
    this.releases = {
      systems: systems.map(([system]) => system),
      coverage: new Map<number, SystemCoverage>(
        systems.map(([{ id }, statements, unfixed]) => [id, { statements, unfixed }]),
      ),
      overrides: this.#readSection(META_SECTIONS.systemOverride) as SystemOverride[],
    };
    this.architectureAliases = readSafely(META_SHARD, () => this.#readAliases());
    // The first rule for an ecosystem counts.
    const overrides = this.#readSection(META_SECTIONS.ecosystemOverride) as [string, string][];
    this.ecosystems = new Map(overrides.toReversed().map(([from, to]) => [foldCase(from), to]));
  }

  locate(keys: readonly string[]): ReadonlyMap<string, RecordRef> {
    const found = new Map<string, RecordRef>();
    for (const key of keys.toSorted(compareText)) {
      const shard = this.#file.readEntryValue(toByteKey(`${META_SECTIONS.location}${key}`));
      if (shard !== undefined) {
        found.set(key, { shard: shard.toString(), key });
      }
    }
    return found;
  }

  readFacts(cves: readonly string[]): void {
    const missing = new Set(cves.map(foldCase).filter((cve) => !this.#facts.has(cve)));
    // In order, so that each page is read once.
    const ordered = [...missing].sort(compareText);
    const exploited = ordered.map((cve) => this.#readByCve('exploited', cve) as ExploitedRecord[]);
    const scores = ordered.map((cve) => this.#readScore(cve));
    const weaknesses = ordered.map((cve) => this.#readByCve('weaknesses', cve) as Weakness[]);
    const ssvc = ordered.map((cve) => this.#readByCve('ssvc', cve) as SsvcDecision[]);
    if (this.#facts.size + ordered.length > LOOKUP_ENTRIES_MAX) {
      this.#facts.clear();
    }
    for (const [at, cve] of ordered.entries()) {
      this.#facts.set(cve, {
        exploited: exploited[at] ?? [],
        epss: scores[at],
        weaknesses: weaknesses[at] ?? [],
        ssvc: ssvc[at] ?? [],
      });
    }
  }

  readExploited(cve: string): readonly ExploitedRecord[] {
    return this.#getFacts(cve).exploited;
  }

  readEpss(cve: string): EpssScore | undefined {
    return this.#getFacts(cve).epss;
  }

  readWeaknesses(cve: string): readonly Weakness[] {
    return this.#getFacts(cve).weaknesses;
  }

  readSsvc(cve: string): readonly SsvcDecision[] {
    return this.#getFacts(cve).ssvc;
  }

  listExploited(): Generator<ExploitedRecord> {
    return this.#listByCve('exploited') as Generator<ExploitedRecord>;
  }

  listWeaknesses(): Generator<Weakness> {
    return this.#listByCve('weaknesses') as Generator<Weakness>;
  }

  listSsvc(): Generator<SsvcDecision> {
    return this.#listByCve('ssvc') as Generator<SsvcDecision>;
  }

  *listScores(): Generator<EpssScore> {
    for (const { key, value } of this.#getScores()?.readEntries(SCORE_SECTION) ?? []) {
      yield this.#decodeScore(fromByteKey(key.slice(SCORE_SECTION.length)), value);
    }
  }

  listLifecycles(): readonly ProductLifecycle[] {
    return this.#readSection(META_SECTIONS.product) as ProductLifecycle[];
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
    this.#scores?.[Symbol.dispose]();
    this.#scores = undefined;
  }

  #getFacts(cve: string): Facts {
    const folded = foldCase(cve);
    if (!this.#facts.has(folded)) {
      this.readFacts([cve]);
    }
    return present(this.#facts.get(folded), 'the facts were just read');
  }

  #getScores(): PageFile | undefined {
    this.#scores ??= this.#openScores();
    return this.#scores;
  }

  #readScore(cve: string): EpssScore | undefined {
    const value = this.#getScores()?.readEntryValue(toByteKey(`${SCORE_SECTION}${toKeyPart(cve)}`));
    return value === undefined ? undefined : this.#decodeScore(cve, value);
  }

  #decodeScore(folded: string, value: Buffer): EpssScore {
    this.#scoreDate ??= this.#getScores()?.readEntryValue(SCORE_DATE_KEY)?.toString() ?? '';
    const tuple = parseJson(value) as ScoreTuple;
    const [epss, percentile, date = this.#scoreDate, cve = folded.toUpperCase()] = tuple;
    return { cve, epss, percentile, date };
  }

  #readByCve(section: CveSection, cve: string): readonly unknown[] {
    const key = toByteKey(`${META_SECTIONS[section]}${toKeyPart(cve)}`);
    const value = this.#file.readEntryValue(key);
    return value === undefined ? [] : (parseJson(value) as unknown[]);
  }

  *#listByCve(section: CveSection): Generator {
    for (const { value } of this.#file.readEntries(META_SECTIONS[section])) {
      yield* parseJson(value) as unknown[];
    }
  }

  #readSection(section: string): unknown[] {
    return [...this.#file.readEntries(section)].map(({ value }) => parseJson(value));
  }

  #readAliases(): ReadonlyMap<string, string> {
    const section = META_SECTIONS.architectureAlias;
    const entries = [...this.#file.readEntries(section)];
    return new Map(
      entries.map(({ key, value }) => [
        fromByteKey(key.slice(section.length)),
        String(parseJson(value)),
      ]),
    );
  }
}

/** Sections of lists by CVE. */
type CveSection = 'exploited' | 'ssvc' | 'weaknesses';

type StoredSystem = readonly [system: OperatingSystem, statements: number, unfixed: number];

function parseJson(value: Buffer): unknown {
  return readSafely(META_SHARD, () => JSON.parse(value.toString()) as unknown);
}
