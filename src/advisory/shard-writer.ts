import { hash } from 'node:crypto';
import { addToList } from '../core/add-to-list.ts';
import type { SystemCoverage, VulnerabilityRecord } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import { foldCase } from '../core/fold-case.ts';
import { fromByteKey, toByteKey } from './page-file/byte-key.ts';
import { EntrySorter, type SorterMemory, type UnsortedEntry } from './page-file/entry-sorter.ts';
import { type PageFileSummary, PageFileWriter } from './page-file/page-file-writer.ts';
import { SECTIONS, type ShardKind, toKeyPart, toRecordKey, toSubject } from './schema.ts';
import { encodeContent, isUnfixed, type Statement } from './statement.ts';
import { joinLines, parseStatementKey, toStatementKey } from './statement-lines.ts';

export interface ShardCounts {
  /** Packages or products, each release of a system on its own. */
  readonly keys: number;
  /** Different statements. Equal ones about several releases are stored once. */
  readonly contents: number;
  readonly affected: number;
  readonly unaffected: number;
  readonly records: number;
}

/** A record for the statements that refer to it. */
export interface StoredRecord {
  /** Number within the writer; it is not stored. */
  readonly number: number;
}

export interface ShardPlace {
  readonly kind: ShardKind;
  /** Operating-system family or ecosystem; empty for other kinds. */
  readonly family: string;
}

interface WriterOptions {
  readonly memory: SorterMemory;
  /** If true, equal statements about a release are stored as often as they were added. */
  readonly keepsRepeated: boolean;
}

/** 64 bits of SHA-256 in hexadecimal. */
const HASH_HEX_CHARS = 16;
const FIELD_END = '\t';
const UNFIXED = '1';
const FIXED = '0';

/**
 * Writes one shard from records and statements in any order. The same ones produce the same root.
 */
export class ShardWriter implements Disposable {
  readonly #kind: ShardKind;
  readonly #path: string;
  readonly #keepsRepeated: boolean;
  readonly #entries: EntrySorter;
  readonly #providers = new Set<string>();
  readonly #coverage = new Map<string, SystemCoverage>();
  #repeated = 0;
  readonly #counts = { keys: 0, contents: 0, affected: 0, unaffected: 0, records: 0 };
  #records = 0;
  /** Variants by the numbers of records that are not the only ones of their keys. */
  readonly #variants = new Map<string, string>();
  /** Vulnerability of the last statement, and the references to it that are added already. */
  #vulnerability = '';
  readonly #references = new Set<string>();
  /** The last statement: those about one vulnerability mostly differ only in the package. */
  #last: EncodedStatement | undefined;
  /** Releases of the subject that is being written. */
  #subject = '';
  #ecosystem = '';
  readonly #releases = new Set<string>();

  constructor(kind: ShardKind, path: string, { memory, keepsRepeated }: WriterOptions) {
    this.#kind = kind;
    this.#keepsRepeated = keepsRepeated;
    this.#path = path;
    this.#entries = new EntrySorter(`${path}.unsorted`, memory);
  }

  /** Returns the providers of the records so far, in order. */
  get providers(): readonly string[] {
    return [...this.#providers].sort(compareText);
  }

  /** Returns the counts of the statements about each release, after the shard is complete. */
  get coverage(): ReadonlyMap<string, SystemCoverage> {
    const byRelease = new Map<string, SystemCoverage>();
    for (const [key, counts] of this.#coverage) {
      addCoverage(byRelease, key.split('\0', 1)[0] ?? '', counts);
    }
    return byRelease;
  }

  /** `text`: the result of `encodeRecord`. A record that is added again is stored once. */
  addRecord({ provider, id }: VulnerabilityRecord, text: string): StoredRecord {
    const key = toRecordKey(provider, id);
    this.#providers.add(provider);
    const number = ++this.#records;
    this.#addEntry(`${SECTIONS.record}${key}`, `${number}\t${text}`);
    return { number };
  }

  /** `release`: empty outside of systems. */
  addStatement(release: string, statement: Statement, record: StoredRecord): void {
    const { ecosystem = '', packageName = '', product } = statement;
    const subject = toSubject(this.#kind, ecosystem, product?.product ?? packageName);
    const { flag, content } = this.#encode(statement);
    const line = `${release}\t${flag}${record.number}\t${content}`;
    this.#addEntry(`${SECTIONS.statement}${toStatementKey(subject, statement)}`, line);
    this.#addReferences(statement, subject);
  }

  /** Statements about one vulnerability, which mostly come together, have the same references. */
  #addReferences({ vulnerability, aliases, cves }: Statement, subject: string): void {
    if (vulnerability !== this.#vulnerability) {
      this.#vulnerability = vulnerability;
      this.#references.clear();
    }
    const owner = toKeyPart(foldCase(vulnerability));
    this.#addReference(`${SECTIONS.subject}${owner}\0${subject}`);
    for (const list of [aliases, cves]) {
      for (const id of list) {
        if (id !== vulnerability) {
          this.#addReference(`${SECTIONS.alias}${toKeyPart(foldCase(id))}\0${owner}`);
        }
      }
    }
  }

  #addReference(key: string): void {
    if (!this.#references.has(key)) {
      this.#references.add(key);
      this.#addEntry(key, '');
    }
  }

  /** Completes the file. `addLocation` receives the key of each record. */
  finishShard(addLocation: (recordKey: string) => void): PageFileSummary {
    using file = new PageFileWriter(this.#path);
    let isCoverageWritten = false;
    for (const { key, values } of groupByKey(this.#entries.readSorted())) {
      if (!isCoverageWritten && key > SECTIONS.coverage) {
        this.#writeCoverage(file);
        isCoverageWritten = true;
      }
      switch (key[0]) {
        case SECTIONS.record:
          addLocation(key.slice(1));
          this.#writeRecords(file, key, values);
          break;
        case SECTIONS.statement:
          this.#writeStatements(file, key, values);
          break;
        default:
          file.addEntry(key, Buffer.alloc(0));
      }
    }
    return file.finishFile();
  }

  get counts(): ShardCounts {
    return this.#counts;
  }

  /** Returns how many statements were added again, after the shard is complete. */
  get repeated(): number {
    return this.#repeated;
  }

  [Symbol.dispose](): void {
    this.#entries[Symbol.dispose]();
  }

  #addEntry(key: string, value: string): void {
    this.#entries.addEntry(toByteKey(key), value);
  }

  #encode(statement: Statement): EncodedStatement {
    if (this.#last === undefined || !hasSameContent(this.#last.statement, statement)) {
      const flag = isUnfixed(statement) ? UNFIXED : FIXED;
      this.#last = { statement, flag, content: encodeContent(statement) };
    }
    return this.#last;
  }

  /** The first of several different records with one key has the key itself. */
  #writeRecords(file: PageFileWriter, key: string, values: readonly Buffer[]): void {
    const numbersByText = new Map<string, string[]>();
    for (const value of values) {
      const at = value.indexOf(FIELD_END);
      if (values.length === 1) {
        this.#counts.records++;
        file.addEntry(key, value.subarray(at + 1));
        return;
      }
      addToList(numbersByText, value.toString('utf8', at + 1), value.toString('latin1', 0, at));
    }
    const [first = '', ...others] = [...numbersByText.keys()].sort(compareText);
    this.#counts.records += numbersByText.size;
    file.addEntry(key, Buffer.from(first));
    const variants = others.map((text) => ({
      text,
      variant: hash('sha256', text, 'hex').slice(0, HASH_HEX_CHARS),
    }));
    for (const { text, variant } of variants.sort((a, b) => compareText(a.variant, b.variant))) {
      for (const number of numbersByText.get(text) ?? []) {
        this.#variants.set(number, variant);
      }
      file.addEntry(`${key}\0${variant}`, Buffer.from(text));
    }
  }

  #writeStatements(file: PageFileWriter, key: string, values: readonly Buffer[]): void {
    const { subject, effect } = parseStatementKey(key);
    if (subject !== this.#subject) {
      this.#subject = subject;
      this.#ecosystem = fromByteKey(subject.slice(1).split('\0', 1)[0] ?? '');
      this.#releases.clear();
    }
    const lines = values.map((value) => this.#readLine(value));
    const [only] = lines;
    if (lines.length === 1 && only !== undefined) {
      this.#countLine(only, effect);
      this.#counts.contents++;
      file.addEntry(key, Buffer.concat([only.head, only.content]));
      return;
    }
    const releasesByContent = new Map<string, string[]>();
    const added = new Set<string>();
    for (const line of lines) {
      const { release, variant } = line;
      const text = `${variant}\t${line.content.toString()}`;
      const isRepeated = added.has(`${release}\t${text}`);
      added.add(`${release}\t${text}`);
      this.#repeated += isRepeated ? 1 : 0;
      if (!isRepeated || this.#keepsRepeated) {
        this.#countLine(line, effect);
        addToList(releasesByContent, text, release);
      }
    }
    this.#counts.contents += releasesByContent.size;
    const ordered = [...releasesByContent].sort(([left], [right]) => compareText(left, right));
    const joined = ordered.map(([text, releases]) => {
      const at = text.indexOf('\t');
      const [variant, content] = [text.slice(0, at), text.slice(at + 1)];
      return { releases: releases.sort(compareText), variant, content };
    });
    file.addEntry(key, Buffer.from(joinLines(joined)));
  }

  #readLine(value: Buffer): UnsortedLine {
    const releaseEnd = value.indexOf(FIELD_END);
    const markEnd = value.indexOf(FIELD_END, releaseEnd + 1);
    const release = value.toString('utf8', 0, releaseEnd);
    const hasNoFix = value[releaseEnd + 1] === UNFIXED.charCodeAt(0);
    const number = value.toString('latin1', releaseEnd + 2, markEnd);
    const variant = this.#variants.get(number) ?? '';
    const head = Buffer.from(`${release}\t${variant}\t`);
    return { release, hasNoFix, variant, head, content: value.subarray(markEnd + 1) };
  }

  #countLine({ release, hasNoFix }: UnsortedLine, effect: Statement['effect']): void {
    this.#counts[effect]++;
    if (!this.#releases.has(release)) {
      this.#releases.add(release);
      this.#counts.keys++;
    }
    if (this.#kind === 'system') {
      const counts = { statements: 1, unfixed: hasNoFix ? 1 : 0 };
      addCoverage(this.#coverage, `${release}\0${this.#ecosystem}`, counts);
    }
  }

  #writeCoverage(file: PageFileWriter): void {
    const entries = [...this.#coverage].map(
      ([place, counts]) => [toByteKey(`${SECTIONS.coverage}${place}`), counts] as const,
    );
    for (const [key, { statements, unfixed }] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
      file.addEntry(key, Buffer.from(JSON.stringify([statements, unfixed])));
    }
  }
}

/** A statement with the text that is stored for it. */
interface EncodedStatement {
  readonly statement: Statement;
  readonly flag: string;
  readonly content: string;
}

/** A statement as it is sorted. */
interface UnsortedLine {
  readonly release: string;
  readonly hasNoFix: boolean;
  readonly variant: string;
  /** Release and variant as they are stored. */
  readonly head: Buffer;
  readonly content: Buffer;
}

/** Returns whether two statements are known to have the same content. */
function hasSameContent(left: Statement, right: Statement): boolean {
  return (
    left.ranges === right.ranges &&
    left.aliases === right.aliases &&
    left.cves === right.cves &&
    left.qualifiers === right.qualifiers &&
    left.status === right.status &&
    left.effect === right.effect &&
    left.vulnerability === right.vulnerability &&
    left.product === undefined &&
    right.product === undefined &&
    left.ecosystem === right.ecosystem &&
    isFolded(left) &&
    isFolded(right)
  );
}

function isFolded({ ecosystem = '', packageName = '' }: Statement): boolean {
  return foldCase(ecosystem) === ecosystem && foldCase(packageName) === packageName;
}

/** Adds counts to those of a key. */
export function addCoverage(
  coverage: Map<string, SystemCoverage>,
  key: string,
  { statements, unfixed }: SystemCoverage,
): void {
  const known = coverage.get(key);
  coverage.set(key, {
    statements: statements + (known?.statements ?? 0),
    unfixed: unfixed + (known?.unfixed ?? 0),
  });
}

/** Yields each key with the values of all entries that have it. */
export function* groupByKey(
  entries: Iterable<UnsortedEntry>,
): Generator<{ readonly key: string; readonly values: readonly Buffer[] }> {
  let group: { readonly key: string; readonly values: Buffer[] } | undefined;
  for (const { key, value } of entries) {
    if (group !== undefined && group.key === key) {
      group.values.push(value);
    } else {
      if (group !== undefined) {
        yield group;
      }
      group = { key, values: [value] };
    }
  }
  if (group !== undefined) {
    yield group;
  }
}
