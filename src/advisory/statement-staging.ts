import { hash } from 'node:crypto';
import path from 'node:path';
import type { VulnerabilityRecord } from '../core/advisory.ts';
import { present } from '../core/assert.ts';
import { compareText } from '../core/compare-text.ts';
import { NumberList } from './number-list.ts';
import type { ShardKind } from './schema.ts';
import type { ShardWriter, StoredStatement } from './shard-writer.ts';
import { SpilledTexts } from './spilled-texts.ts';
import {
  decodeNames,
  encodeBody,
  encodeNames,
  isUnfixed,
  joinStatement,
  type Statement,
  type StatementParts,
} from './statement.ts';
import { decodeRecord, encodeRecord } from './vulnerability-record.ts';

/** The shard and the key of a statement. */
export interface StatementPlace {
  readonly shard: string;
  readonly kind: ShardKind;
  readonly family: string;
  /** The part of the key that many statements share, or empty. */
  readonly prefix: string;
  /** The rest of the key. */
  readonly name: string;
}

/** Texts and lists that are kept to recognize equal ones. */
const TEXTS_KEPT = 20_000;
const RANGES_KEPT = 1_000;
/** Enough of a SHA-256 to have no collision: 132 bits. */
const KEY_CHARS = 22;
const UNAFFECTED = 1;
const UNFIXED = 2;

/**
 * Sorts statements, which come in any order, into the order of their shards. Records and the texts
 * of statements are in temporary files; a statement takes a few bytes of memory.
 */
export class StatementStaging implements Disposable {
  readonly #shards = new Map<string, StagedShard>();
  readonly #records: StagedRecords;
  /** What the statements of a record share, by its number: the ID, the source and other IDs. */
  readonly #ids: string[] = [];
  readonly #providers: string[] = [];
  readonly #names: string[] = [];
  readonly #subjectRecords = new NumberList();
  readonly #equalNames = new Map<string, string>();
  readonly #bodies: SpilledTexts;
  readonly #bodyByText = new Map<string, number>();
  /** Documents state the same ranges about several IDs. */
  readonly #bodyByRanges = new Map<
    Statement['ranges'],
    { readonly body: number; readonly of: Statement }
  >();
  #lastBody = -1;
  #lastText = '';
  #repeated = 0;

  /** `folder`: directory for temporary files. */
  constructor(folder: string) {
    this.#records = new StagedRecords(path.join(folder, 'records'));
    this.#bodies = new SpilledTexts(path.join(folder, 'statements'));
  }

  /** Returns the number of distinct records. */
  get recordCount(): number {
    return this.#records.length;
  }

  /** Returns the number of statements that equal another one, as far as shards are written. */
  get repeatedCount(): number {
    return this.#repeated;
  }

  addRecord(record: VulnerabilityRecord, isUsed: boolean): number {
    return this.#records.addRecord(record, isUsed);
  }

  addStatement(place: StatementPlace, statement: Statement, record: number): void {
    const { shard: name } = place;
    const shard = this.#shards.get(name) ?? new StagedShard(place);
    this.#shards.set(name, shard);
    const flags =
      (statement.effect === 'unaffected' ? UNAFFECTED : 0) | (isUnfixed(statement) ? UNFIXED : 0);
    shard.addStatement(place, statement, {
      subject: this.#addSubject(statement, record),
      body: this.#addBody(statement),
      flags,
    });
  }

  /** Lists the shards that have statements, in order of their names. */
  listShards(): readonly Pick<StatementPlace, 'shard' | 'kind' | 'family'>[] {
    const shards = [...this.#shards.values()].map(({ place }) => place);
    return shards.toSorted((left, right) => compareText(left.shard, right.shard));
  }

  /** Writes the records and statements of one shard, and releases their memory. */
  fillShard(name: string, writer: ShardWriter): void {
    const shard = present(this.#shards.get(name), 'the shard has statements');
    const numbers = this.#writeRecords(shard, writer);
    for (const { key, about, statements } of shard.readRows()) {
      /** By content, because several documents of a feed may have the same statement. */
      const distinct = new Map<string, StoredStatement>();
      for (const { subject, body, flags } of statements) {
        const number = present(
          numbers.get(this.#subjectRecords.at(subject)),
          'records are written first',
        );
        const parts: StatementParts = {
          vulnerability: this.#ids[subject] ?? '',
          provider: this.#providers[subject] ?? '',
          names: this.#names[subject] ?? '',
          effect: (flags & UNAFFECTED) === 0 ? 'affected' : 'unaffected',
          body: this.#readBody(body),
        };
        const stored = new StagedStatement(parts, number, (flags & UNFIXED) !== 0);
        distinct.set(`${number} ${stored.text}`, stored);
      }
      this.#repeated += statements.length - distinct.size;
      const { ecosystem = '', packageName = '' } = about;
      writer.putRow(key, ecosystem, packageName, [...distinct.values()]);
    }
    this.#shards.delete(name);
  }

  /** Writes the records that no statement refers to. */
  fillUnused(writer: ShardWriter): void {
    for (const record of this.#records.listUnused()) {
      writer.addRecord(this.#records.readRecord(record));
    }
  }

  [Symbol.dispose](): void {
    this.#records[Symbol.dispose]();
    this.#bodies[Symbol.dispose]();
  }

  #addSubject(statement: Statement, record: number): number {
    const { vulnerability, provider } = statement;
    const names = this.#shareNames(encodeNames(statement));
    const last = this.#ids.length - 1;
    if (
      this.#ids[last] === vulnerability &&
      this.#providers[last] === provider &&
      this.#names[last] === names &&
      this.#subjectRecords.at(last) === record
    ) {
      return last;
    }
    this.#ids.push(vulnerability);
    this.#providers.push(provider);
    this.#names.push(names);
    return this.#subjectRecords.append(record);
  }

  /** Most statements have the same status and no other ID. */
  #shareNames(text: string): string {
    const known = this.#equalNames.get(text);
    if (known !== undefined) {
      return known;
    }
    clearIfFull(this.#equalNames, TEXTS_KEPT);
    this.#equalNames.set(text, text);
    return text;
  }

  #addBody(statement: Statement): number {
    const known = this.#bodyByRanges.get(statement.ranges);
    if (known !== undefined && hasSameBody(known.of, statement)) {
      return known.body;
    }
    const text = encodeBody(statement);
    let body = this.#bodyByText.get(text);
    if (body === undefined) {
      body = this.#bodies.append(text);
      clearIfFull(this.#bodyByText, TEXTS_KEPT);
      this.#bodyByText.set(text, body);
    }
    clearIfFull(this.#bodyByRanges, RANGES_KEPT);
    this.#bodyByRanges.set(statement.ranges, { body, of: statement });
    return body;
  }

  /** Statements about one package often have the same body one after the other. */
  #readBody(body: number): string {
    if (body !== this.#lastBody) {
      this.#lastText = this.#bodies.readText(body);
      this.#lastBody = body;
    }
    return this.#lastText;
  }

  /** Record → its number in the shard. */
  #writeRecords(shard: StagedShard, writer: ShardWriter): ReadonlyMap<number, number> {
    const used = new Set<number>();
    for (const subject of shard.readSubjects()) {
      used.add(this.#subjectRecords.at(subject));
    }
    return new Map(
      this.#records
        .sortRecords(used)
        .map((record) => [record, writer.addRecord(this.#records.readRecord(record))]),
    );
  }
}

function clearIfFull(map: Map<unknown, unknown>, sizeMax: number): void {
  if (map.size >= sizeMax) {
    map.clear();
  }
}

function hasSameBody(left: Statement, right: Statement): boolean {
  return (
    left.qualifiers === right.qualifiers &&
    left.product === right.product &&
    left.ecosystem === right.ecosystem &&
    left.packageName === right.packageName
  );
}

/** A statement as numbers of its parts. */
interface StatementNumbers {
  readonly subject: number;
  readonly body: number;
  readonly flags: number;
}

type StatedPackage = Pick<Statement, 'ecosystem' | 'packageName'>;

interface StagedRow {
  readonly key: string;
  /** The package in the spelling of its first statement. */
  readonly about: StatedPackage;
  /** In the order of the feed. */
  readonly statements: readonly StatementNumbers[];
}

/** Keys of one prefix at most; their numbers are combined into one. */
const NAMES_MAX = 2 ** 32;

/** The statements of one shard. */
class StagedShard {
  readonly place: StatementPlace;
  readonly #prefixes = new Map<string, number>();
  readonly #names = new Map<string, number>();
  /** The numbers of prefix and name as one → number of the key. */
  readonly #keys = new Map<number, number>();
  /** The package of each key, in the spelling of its first statement. */
  readonly #packages: StatedPackage[] = [];
  readonly #packageByName = new Map<string, StatedPackage>();
  readonly #statementKeys = new NumberList();
  readonly #subjects = new NumberList();
  readonly #bodies = new NumberList();
  readonly #flags = new NumberList();

  constructor(place: StatementPlace) {
    this.place = place;
  }

  addStatement(
    { prefix, name }: StatementPlace,
    statement: Statement,
    numbers: StatementNumbers,
  ): void {
    const combined = numberText(this.#prefixes, prefix) * NAMES_MAX + numberText(this.#names, name);
    let number = this.#keys.get(combined);
    if (number === undefined) {
      number = this.#packages.push(this.#sharePackage(statement)) - 1;
      this.#keys.set(combined, number);
    }
    this.#statementKeys.append(number);
    this.#subjects.append(numbers.subject);
    this.#bodies.append(numbers.body);
    this.#flags.append(numbers.flags);
  }

  #sharePackage({ ecosystem = '', packageName = '' }: Statement): StatedPackage {
    const text = `${ecosystem}\0${packageName}`;
    const known = this.#packageByName.get(text) ?? { ecosystem, packageName };
    this.#packageByName.set(text, known);
    return known;
  }

  /** The separator in a key is less than all other characters, so prefixes are compared first. */
  #sortKeys(): readonly (readonly [key: string, number: number])[] {
    const [prefixes, names] = [this.#prefixes, this.#names].map((texts) => [...texts.keys()]);
    const ranks = [prefixes, names].map((texts = []) => {
      const sorted = texts.map((text, index) => ({ text, index }));
      sorted.sort((left, right) => compareText(left.text, right.text));
      const rank = new Uint32Array(texts.length);
      sorted.forEach(({ index }, place) => {
        rank[index] = place;
      });
      return rank;
    });
    const toRank = (combined: number): number => {
      const prefix = ranks[0]?.[Math.floor(combined / NAMES_MAX)] ?? 0;
      return prefix * NAMES_MAX + (ranks[1]?.[combined % NAMES_MAX] ?? 0);
    };
    const ordered = Array.from(this.#keys, ([combined, number]) => ({
      combined,
      number,
      rank: toRank(combined),
    }));
    ordered.sort((left, right) => left.rank - right.rank);
    return ordered.map(({ combined, number }) => {
      const prefix = prefixes?.[Math.floor(combined / NAMES_MAX)] ?? '';
      return [`${prefix}${names?.[combined % NAMES_MAX] ?? ''}`, number];
    });
  }

  *readSubjects(): Generator<number> {
    for (let index = 0; index < this.#subjects.length; index++) {
      yield this.#subjects.at(index);
    }
  }

  /** Yields the rows in order of their keys. */
  *readRows(): Generator<StagedRow> {
    const { starts, order } = this.#sortByKey();
    for (const [key, number] of this.#sortKeys()) {
      const statements: StatementNumbers[] = [];
      for (let at = starts[number] ?? 0; at < (starts[number + 1] ?? 0); at++) {
        const index = order[at] ?? 0;
        statements.push({
          subject: this.#subjects.at(index),
          body: this.#bodies.at(index),
          flags: this.#flags.at(index),
        });
      }
      yield { key, about: this.#packages[number] ?? {}, statements };
    }
  }

  /** Counting sort: the statements of each key in the order of the feed. */
  #sortByKey(): { readonly starts: Uint32Array; readonly order: Uint32Array } {
    const count = this.#statementKeys.length;
    const starts = new Uint32Array(this.#packages.length + 1);
    for (let index = 0; index < count; index++) {
      const after = this.#statementKeys.at(index) + 1;
      starts[after] = (starts[after] ?? 0) + 1;
    }
    for (let key = 1; key <= this.#packages.length; key++) {
      starts[key] = (starts[key] ?? 0) + (starts[key - 1] ?? 0);
    }
    const next = starts.slice();
    const order = new Uint32Array(count);
    for (let index = 0; index < count; index++) {
      const key = this.#statementKeys.at(index);
      const place = next[key] ?? 0;
      order[place] = index;
      next[key] = place + 1;
    }
    return { starts, order };
  }
}

/** Returns the number of a text in the order of their first occurrence. */
function numberText(numbers: Map<string, number>, text: string): number {
  const known = numbers.get(text) ?? numbers.size;
  numbers.set(text, known);
  return known;
}

/** Distinct records, in a temporary file. */
class StagedRecords implements Disposable {
  readonly #texts: SpilledTexts;
  readonly #numberByHash = new Map<string, number>();
  readonly #providers: string[] = [];
  readonly #ids: string[] = [];
  readonly #isUsed: boolean[] = [];

  constructor(file: string) {
    this.#texts = new SpilledTexts(file);
  }

  get length(): number {
    return this.#ids.length;
  }

  /** Stores a record and returns its number, which is that of an equal one if there is one. */
  addRecord(record: VulnerabilityRecord, isUsed: boolean): number {
    const text = encodeRecord(record);
    const key = hash('sha256', text, 'base64url').slice(0, KEY_CHARS);
    let number = this.#numberByHash.get(key);
    if (number === undefined) {
      number = this.#texts.append(text);
      this.#numberByHash.set(key, number);
      this.#providers.push(record.provider);
      this.#ids.push(record.id);
      this.#isUsed.push(isUsed);
    } else if (isUsed) {
      this.#isUsed[number] = true;
    }
    return number;
  }

  readRecord(number: number): VulnerabilityRecord {
    return decodeRecord(this.#texts.readText(number));
  }

  /** Returns the records in order of their provider and ID. */
  sortRecords(numbers: Iterable<number>): readonly number[] {
    const [providers, ids] = [this.#providers, this.#ids];
    return [...numbers].sort(
      (left, right) =>
        compareText(providers[left] ?? '', providers[right] ?? '') ||
        compareText(ids[left] ?? '', ids[right] ?? '') ||
        left - right,
    );
  }

  listUnused(): readonly number[] {
    return this.sortRecords(this.#ids.keys().filter((number) => this.#isUsed[number] !== true));
  }

  [Symbol.dispose](): void {
    this.#texts[Symbol.dispose]();
  }
}

/** A staged statement, ready to be stored. Its IDs are only read if its row is new. */
class StagedStatement implements StoredStatement {
  readonly vulnerability: string;
  readonly provider: string;
  readonly effect: Statement['effect'];
  readonly record: number;
  readonly text: string;
  readonly isUnfixed: boolean;
  readonly #names: string;

  constructor(parts: StatementParts, record: number, isUnfixed: boolean) {
    this.vulnerability = parts.vulnerability;
    this.provider = parts.provider;
    this.effect = parts.effect;
    this.record = record;
    this.text = joinStatement(parts);
    this.isUnfixed = isUnfixed;
    this.#names = parts.names;
  }

  get ids(): readonly string[] {
    return [...new Set([this.vulnerability, ...decodeNames(this.#names)])];
  }
}
