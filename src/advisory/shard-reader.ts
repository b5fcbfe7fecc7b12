import { addToList } from '../core/add-to-list.ts';
import type { Advisory, OperatingSystem, VulnerabilityRecord } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import { UserError } from '../core/error.ts';
import { foldCase } from '../core/fold-case.ts';
import { RENEW_HINT } from './manifest.ts';
import { fromByteKey, toByteKey } from './page-file/byte-key.ts';
import type { PageEntry, PageFile } from './page-file/page-file.ts';
import { SECTIONS, toKeyPart, toRecordKey, toSubject } from './schema.ts';
import type { ShardPlace } from './shard-writer.ts';
import { decodeContent } from './statement.ts';
import { parseStatementKey, type StatementLine, splitLines } from './statement-lines.ts';
import { decodeRecord } from './vulnerability-record.ts';

/** Statements about a package or product by release; one empty release outside of systems. */
export type SubjectStatements = ReadonlyMap<string, readonly Advisory[]>;

/** A package or product, and everything about it, which is read when it is needed. */
export interface Subject {
  /** Result of `toSubject`. */
  readonly subject: string;
  readonly readStatements: () => SubjectStatements;
}

/** Empty lists select everything. */
export interface SubjectQuery {
  /** A statement must be about one of these vulnerabilities, which may also be aliases. */
  readonly ids: readonly string[];
  /** Names of packages or products. */
  readonly names: readonly string[];
}

/** A shard of any readable schema. All methods throw `UserError` `E_DB_INVALID` for damage. */
export interface ShardReader extends Disposable {
  readonly name: string;
  /** Returns the statements about a subject in a release; empty if there are none. */
  readAdvisories(
    subject: string,
    release: string,
    system: OperatingSystem | undefined,
  ): readonly Advisory[];
  /** Returns whether there are any statements; in a shard of systems about one release. */
  hasStatements(release: string, ecosystem: string): boolean;
  /** `key`: that of a reference to a record in this shard. */
  readRecord(key: string): VulnerabilityRecord;
  /** Yields all records in order. */
  listRecords(): Iterable<VulnerabilityRecord>;
  /** Yields the subjects in order, among them all that match the query. */
  listSubjects(query: SubjectQuery): Iterable<Subject>;
}

/** Converts an error of a decoder to the error for a damaged database. */
export function readSafely<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof UserError) {
      throw cause;
    }
    throw new UserError('E_DB_INVALID', `the shard ${name} of the advisory database is damaged`, {
      hint: RENEW_HINT,
      cause,
    });
  }
}

/** Reads a shard that `ShardWriter` wrote. */
export class PageShard implements ShardReader {
  readonly name: string;
  readonly file: PageFile;
  readonly #place: ShardPlace;

  /** `name`: the one in references to records. */
  constructor(name: string, file: PageFile, place: ShardPlace) {
    this.name = name;
    this.file = file;
    this.#place = place;
  }

  readAdvisories(
    subject: string,
    release: string,
    system: OperatingSystem | undefined,
  ): readonly Advisory[] {
    return readSafely(this.name, () => {
      const advisories: Advisory[] = [];
      for (const entry of this.#readEntries(subject)) {
        for (const line of splitLines(entry.value)) {
          if (line.releases.includes(release)) {
            const advisory = this.#decode(entry, line, system);
            // A source may repeat a statement.
            advisories.push(
              ...line.releases.filter((each) => each === release).map(() => advisory),
            );
          }
        }
      }
      return advisories;
    });
  }

  hasStatements(release: string, ecosystem: string): boolean {
    if (this.#place.kind !== 'system') {
      return this.file.hasPrefix(SECTIONS.statement);
    }
    const key = `${SECTIONS.coverage}${release}\0${toKeyPart(foldCase(ecosystem))}`;
    return this.file.readEntryValue(toByteKey(key)) !== undefined;
  }

  readRecord(key: string): VulnerabilityRecord {
    return readSafely(this.name, () => {
      const value = this.file.readEntryValue(toByteKey(`${SECTIONS.record}${key}`));
      if (value === undefined) {
        throw new RangeError(`the record ${key} is missing`);
      }
      return decodeRecord(value.toString());
    });
  }

  *listRecords(): Generator<VulnerabilityRecord> {
    for (const { value } of this.file.readEntries(SECTIONS.record)) {
      yield readSafely(this.name, () => decodeRecord(value.toString()));
    }
  }

  *listSubjects({ ids, names }: SubjectQuery): Generator<Subject> {
    for (const subject of this.#selectSubjects(ids, names)) {
      yield { subject, readStatements: () => this.readSubject(subject) };
    }
  }

  /** Returns the subjects of statements about vulnerabilities, in order. */
  findAffectedSubjects(vulnerabilities: Iterable<string>): readonly string[] {
    const subjects = new Set<string>();
    for (const vulnerability of vulnerabilities) {
      const id = toKeyPart(foldCase(vulnerability));
      const prefix = toByteKey(`${SECTIONS.subject}${id}\0`);
      for (const { key } of this.file.readEntries(prefix)) {
        subjects.add(key.slice(prefix.length));
      }
    }
    return [...subjects].sort(compareText).map(fromByteKey);
  }

  /** Returns all statements about a subject. */
  readSubject(subject: string): SubjectStatements {
    return readSafely(this.name, () => {
      const byRelease = new Map<string, Advisory[]>();
      const place = { shard: this.name, family: this.#place.family };
      for (const entry of this.#readEntries(subject)) {
        for (const { release, advisory } of decodeEntry(entry, place)) {
          addToList(byRelease, release, advisory);
        }
      }
      return byRelease;
    });
  }

  [Symbol.dispose](): void {
    this.file[Symbol.dispose]();
  }

  #readEntries(subject: string): Iterable<PageEntry> {
    return this.file.readEntries(toByteKey(`${SECTIONS.statement}${subject}\0`));
  }

  #selectSubjects(ids: readonly string[], names: readonly string[]): Iterable<string> {
    if (ids.length > 0) {
      return this.#findSubjects(ids);
    }
    return names.length > 0 ? this.#toSubjects(names) : this.#listAll();
  }

  /** Returns the ecosystems of the statements; an empty one for products. */
  listEcosystems(): readonly string[] {
    if (this.#place.kind !== 'system') {
      return [this.#place.family];
    }
    const entries = [...this.file.readEntries(SECTIONS.coverage)];
    return [...new Set(entries.map(({ key }) => fromByteKey(key).split('\0', 2)[1] ?? ''))];
  }

  /** Returns the subjects with the names, of any ecosystem in the shard. */
  #toSubjects(names: readonly string[]): readonly string[] {
    const { kind } = this.#place;
    const subjects = this.listEcosystems().flatMap((ecosystem) =>
      names.map((name) => toSubject(kind, ecosystem, name)),
    );
    return [...new Set(subjects)].sort(compareText).filter((subject) => {
      const prefix = toByteKey(`${SECTIONS.statement}${subject}\0`);
      return this.file.hasPrefix(prefix);
    });
  }

  *#listAll(): Generator<string> {
    let last: string | undefined;
    for (const { key } of this.file.readEntries(SECTIONS.statement)) {
      const { subject } = parseStatementKey(fromByteKey(key.slice(1)));
      if (subject !== last) {
        last = subject;
        yield subject;
      }
    }
  }

  #findSubjects(ids: readonly string[]): readonly string[] {
    const vulnerabilities = new Set(ids);
    for (const id of ids) {
      const prefix = toByteKey(`${SECTIONS.alias}${toKeyPart(foldCase(id))}\0`);
      for (const { key } of this.file.readEntries(prefix)) {
        vulnerabilities.add(fromByteKey(key.slice(prefix.length)));
      }
    }
    return this.findAffectedSubjects(vulnerabilities);
  }

  #decode(entry: PageEntry, line: StatementLine, system: OperatingSystem | undefined): Advisory {
    return decodeLine(entry, line, { shard: this.name, family: this.#place.family, system });
  }
}

interface EntryPlace {
  readonly shard: string;
  /** Ecosystem of a shard of packages. */
  readonly family: string;
  readonly system?: OperatingSystem | undefined;
}

/** Returns the statements of an entry, once for each of their releases. */
export function decodeEntry(
  entry: PageEntry,
  place: EntryPlace,
): readonly { readonly release: string; readonly advisory: Advisory }[] {
  return splitLines(entry.value).flatMap((line) => {
    const advisory = decodeLine(entry, line, place);
    return line.releases.map((release) => ({ release, advisory }));
  });
}

function decodeLine(
  { key }: PageEntry,
  { variant, content }: StatementLine,
  { shard, family, system }: EntryPlace,
): Advisory {
  const { subject, ...source } = parseStatementKey(fromByteKey(key.slice(1)));
  const at = subject.indexOf('\0');
  const recordKey = toRecordKey(source.provider, source.vulnerability);
  const record = { shard, key: variant === '' ? recordKey : `${recordKey}\0${variant}` };
  const ecosystem = at < 0 ? family : subject.slice(0, at);
  const head = { ...source, ecosystem, packageName: subject.slice(at + 1) };
  return decodeContent(content, head, { record, system });
}
