import fs from 'node:fs';
import path from 'node:path';
import { UserError } from '../core/error.ts';

/** Names of files with the time of a change, newest first. Red Hat's CSAF and VEX documents. */
const CHANGES_FILE = 'changes.csv';
const DELETIONS_FILE = 'deletions.csv';
const LINE = /^"([^"]+)","(\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))"$/;

/** A file that was published or deleted. */
export interface PublishedChange {
  /** Relative to the list. */
  readonly name: string;
  /** RFC 3339. */
  readonly time: string;
}

/** Returns the lines of a list of changes or deletions; `undefined` if one has another form. */
export function parseChanges(text: string): readonly PublishedChange[] | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const changes = lines.flatMap((line) => {
    const [, name, time] = LINE.exec(line) ?? [];
    return name === undefined || time === undefined ? [] : [{ name, time }];
  });
  return changes.length === lines.length ? changes : undefined;
}

/**
 * Documents of a directory that are outdated: an archive that is published once a week has the old
 * states of those that were replaced or deleted since.
 */
export class PublishedChanges {
  /** Files of the directory, by their paths. */
  readonly #files: ReadonlySet<string>;
  /** Times in milliseconds by paths. */
  readonly #deleted = new Map<string, number>();
  readonly #changed = new Map<string, number>();

  /**
   * Reads the lists among the files.
   *
   * @throws UserError `E_DB_IMPORT` if one is malformed: deleted documents would count as valid
   */
  constructor(files: readonly string[]) {
    this.#files = new Set(files);
    for (const file of files) {
      if (path.basename(file) === DELETIONS_FILE) {
        readTimes(file, this.#deleted);
        const changes = path.join(path.dirname(file), CHANGES_FILE);
        if (this.#files.has(changes)) {
          readTimes(changes, this.#changed);
        }
      }
    }
  }

  /** Returns why the entry of an archive is outdated, in a few words; `undefined` if it is not. */
  findEntryCause(archive: string, entry: string): string | undefined {
    const file = path.join(path.dirname(archive), entry);
    return this.#files.has(file) ? 'replaced by a newer file' : this.findFileCause(file);
  }

  /** Returns why a file is outdated. A file that was published again after its deletion is not. */
  findFileCause(file: string): string | undefined {
    const deleted = this.#deleted.get(file);
    const isDeleted = deleted !== undefined && (this.#changed.get(file) ?? 0) <= deleted;
    return isDeleted ? 'deleted by the publisher' : undefined;
  }
}

function readTimes(file: string, times: Map<string, number>): void {
  const changes = parseChanges(fs.readFileSync(file, 'utf8'));
  if (changes === undefined) {
    throw new UserError('E_DB_IMPORT', `"${file}" is not a list of files with their times`, {
      hint: 'fetch it again; the database in use is unchanged',
    });
  }
  for (const { name, time } of changes) {
    const place = path.join(path.dirname(file), name);
    times.set(place, Math.max(Date.parse(time), times.get(place) ?? 0));
  }
}
