import { posix } from 'node:path';
import type { Budget, FileListBudget } from '../../../foundation/core/budget.ts';

/** Digest in the apk database. Member names as in Syft's JSON. */
export interface ApkDigest {
  readonly algorithm: "'Q1'+base64(sha1)" | 'md5';
  readonly value: string;
}

export interface ApkFile {
  path: string;
  ownerUid?: string;
  ownerGid?: string;
  permissions?: string;
  digest?: ApkDigest;
}

/** A record of the database, with the member names of Syft's `apk-db-entry`. */
export interface ApkEntry {
  package: string;
  originPackage: string;
  maintainer: string;
  version: string;
  architecture: string;
  url: string;
  description: string;
  size: number;
  installedSize: number;
  pullDependencies: string[];
  provides: string[];
  pullChecksum: string;
  gitCommitOfApkPort: string;
  readonly files: ApkFile[];
}

const TEXT_FIELDS: ReadonlyMap<string, keyof ApkEntry & string> = new Map(
  Object.entries({
    P: 'package',
    o: 'originPackage',
    m: 'maintainer',
    V: 'version',
    A: 'architecture',
    U: 'url',
    T: 'description',
    C: 'pullChecksum',
    c: 'gitCommitOfApkPort',
  }),
);
const NUMBER_FIELDS: ReadonlyMap<string, 'size' | 'installedSize'> = new Map(
  Object.entries({
    S: 'size',
    I: 'installedSize',
  }),
);
const LIST_FIELDS: ReadonlyMap<string, 'pullDependencies' | 'provides'> = new Map(
  Object.entries({
    D: 'pullDependencies',
    p: 'provides',
  }),
);

/**
 * Collects the fields of one record. Field letters: apk-tools, `apk-installed`(5) and
 * `apk_package`.
 */
export class ApkRecordReader {
  readonly entry: ApkEntry = {
    package: '',
    originPackage: '',
    maintainer: '',
    version: '',
    architecture: '',
    url: '',
    description: '',
    size: 0,
    installedSize: 0,
    pullDependencies: [],
    provides: [],
    pullChecksum: '',
    gitCommitOfApkPort: '',
    files: [],
  };
  license = '';
  readonly #budget: Budget;
  readonly #files: FileListBudget;
  #folderPath = '/';
  #folder: ApkFile | undefined;
  #file: ApkFile | undefined;

  constructor(budget: Budget) {
    this.#budget = budget;
    this.#files = budget.createFileList();
  }

  addField(letter: string, value: string): void {
    if (letter === 'F') {
      this.#openDirectory(value);
    } else if (value !== '') {
      this.#addField(letter, value);
    }
  }

  #addField(letter: string, value: string): void {
    const text = TEXT_FIELDS.get(letter);
    const number = NUMBER_FIELDS.get(letter);
    const list = LIST_FIELDS.get(letter);
    if (text !== undefined) {
      Object.assign(this.entry, { [text]: value });
    } else if (number !== undefined) {
      this.entry[number] = parseWholeNumber(value);
    } else if (list !== undefined) {
      this.entry[list] = value.split(' ').filter(({ length }) => this.#budget.takeName(length));
    } else if (letter === 'L') {
      this.license = value;
    } else {
      this.#addFileField(letter, value);
    }
  }

  #addFileField(letter: string, value: string): void {
    switch (letter) {
      case 'R':
        this.#file = this.#files.take(this.#folderPath.length + value.length)
          ? { path: posix.join(this.#folderPath, value) }
          : undefined;
        if (this.#file !== undefined) {
          this.entry.files.push(this.#file);
        }
        break;
      case 'M':
        setOwner(this.#folder, value);
        break;
      case 'a':
        setOwner(this.#file, value);
        break;
      case 'Z':
        if (this.#file !== undefined) {
          const algorithm = value.startsWith('Q1') ? "'Q1'+base64(sha1)" : 'md5';
          this.#file.digest = { algorithm, value };
        }
        break;
    }
  }

  /** The root directory has an empty name and no record of its own in Syft's list. */
  #openDirectory(value: string): void {
    this.#folderPath = posix.join('/', value);
    this.#folder = undefined;
    if (value !== '' && this.#files.take(this.#folderPath.length)) {
      this.#folder = { path: this.#folderPath };
      this.entry.files.push(this.#folder);
    }
  }
}

/** `user:group:mode`, and in newer databases a digest after it. */
function setOwner(file: ApkFile | undefined, value: string): void {
  const [ownerUid, ownerGid, permissions] = value.split(':');
  if (file !== undefined && ownerUid !== undefined && ownerGid !== undefined && permissions) {
    file.ownerUid = ownerUid;
    file.ownerGid = ownerGid;
    file.permissions = permissions;
  }
}

function parseWholeNumber(text: string): number {
  const number = /^[+-]?[0-9]{1,15}$/.test(text) ? Number(text) : 0;
  return number === 0 ? 0 : number;
}
