import { hash } from 'node:crypto';
import type { Budget } from '../../../foundation/core/budget.ts';
import { readText } from '../../../foundation/core/bytes.ts';
import type {
  AssemblyInput,
  Cataloger,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Distro } from '../../../foundation/core/distro.ts';
import { findLayerOfLastChange } from '../../../foundation/core/layer-of-last-change.ts';
import type { Limits } from '../../../foundation/core/limits.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import { NoteList } from '../../../foundation/core/note-list.ts';
import type { Package } from '../../../foundation/core/package.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import {
  mergeLicenses,
  splitLicenseField,
  toDeclaredLicense,
} from '../../../foundation/identity/license/license.ts';
import { formatDistroQualifier, writePurl } from '../../../foundation/identity/purl/purl.ts';
import { type PlacedLine, splitLines } from '../../../foundation/syntax/text/lines.ts';
import { resolveRequirements } from '../../ecosystem/resolve-requirements.ts';
import { readRecordedDigests } from '../recorded-digests.ts';
import { type ApkEntry, ApkRecordReader } from './apk-record.ts';

const DATABASE_SUFFIX = /\/(usr\/)?lib\/apk\/db\/installed$/;

/** One package of the database. */
export interface ApkRecord {
  readonly entry: ApkEntry;
  readonly license: string;
  /** First line of the record, counted from 1. */
  readonly line: number;
  /** Equal if two layers contain the same record. */
  readonly digest: string;
}

export interface ApkFact {
  readonly records: readonly ApkRecord[];
}

/** Packages installed by apk, in Alpine, Wolfi, Chainguard and their derivatives. */
export const apkDb: Cataloger<ApkFact> = {
  id: 'apk-db',
  version: 1,
  title: 'Packages installed by apk',
  spec: 'https://wiki.alpinelinux.org/wiki/Apk_spec',
  tags: ['package', 'image', 'directory', 'installed', 'os', 'linux', 'apk', 'alpine'],
  systems: ['alpine', 'chainguard', 'minimos', 'postmarketos', 'wolfi'],
  can: { licenses: 'yes', dependencies: 'yes', ownedFiles: 'yes' },
  alias: 'apk-db-cataloger',
  wants: [{ role: 'installed', paths: ['**/lib/apk/db/installed'], maxBytes: 'textFileBytesMax' }],
  extract(file) {
    const text = readText(file.content);
    const reader = new ApkDatabaseReader(text, file);
    for (const line of splitLines(text)) {
      reader.addLine(line);
    }
    return reader.finishDatabase();
  },
  assemble(input) {
    const packages: Package[] = [];
    const records = new Map<Package, ApkRecord>();
    for (const visible of input.facts) {
      const context = createContext(visible, input);
      for (const record of visible.fact.records) {
        const made = toApkPackage(record, context);
        packages.push(made);
        records.set(made, record);
      }
    }
    const dependencies = resolveRequirements(
      [...records].map(([item, { entry }]) => ({
        item,
        provides: [entry.package, ...stripVersions(entry.provides)],
        requires: stripVersions(entry.pullDependencies),
      })),
      input.budget,
    );
    return { packages, dependencies, recordedDigests: readRecordedDigests };
  },
};

/** Splits the database into records: a record ends with an empty line. */
class ApkDatabaseReader {
  readonly #limits: Limits;
  readonly #budget: Budget;
  readonly #records: ApkRecord[] = [];
  readonly #notes: NoteList;
  readonly #text: string;
  #reader: ApkRecordReader | undefined;
  #sizeChars = 0;
  #firstLine = 0;
  #start = 0;

  constructor(text: string, file: WantedFile) {
    this.#text = text;
    this.#notes = new NoteList(file.limits);
    this.#limits = file.limits;
    this.#budget = file.budget;
  }

  addLine({ text, number, start }: PlacedLine): void {
    if (text === '') {
      this.#endRecord(start);
      return;
    }
    if (this.#reader === undefined) {
      this.#reader = new ApkRecordReader(this.#budget);
      this.#firstLine = number;
      this.#start = start;
    }
    this.#sizeChars += text.length;
    if (this.#sizeChars > this.#limits.recordBytesMax) {
      return;
    }
    const colon = text.indexOf(':');
    if (colon < 1) {
      this.#reportProblem('P_MALFORMED', 'a line has no field name', number);
      return;
    }
    this.#reader.addField(text.slice(0, colon), text.slice(colon + 1));
  }

  finishDatabase(): { fact: ApkFact; problems: readonly ProblemNote[] } {
    this.#endRecord(this.#text.length);
    return { fact: { records: this.#records }, problems: this.#notes.notes };
  }

  #endRecord(end: number): void {
    if (this.#reader !== undefined && this.#canKeep(this.#reader.entry)) {
      const record = this.#text.slice(this.#start, end).trimEnd();
      const digest = hash('sha256', record, 'base64url');
      const { entry, license } = this.#reader;
      this.#records.push({ entry, license, line: this.#firstLine, digest });
    }
    this.#reader = undefined;
    this.#sizeChars = 0;
  }

  #canKeep(entry: ApkEntry): boolean {
    const line = this.#firstLine;
    if (this.#sizeChars > this.#limits.recordBytesMax) {
      return this.#reportProblem(
        'P_LIMIT',
        'a record was left out: it is larger than recordBytesMax allows',
        line,
      );
    }
    if (this.#records.length >= this.#limits.recordsMax) {
      return this.#reportProblem(
        'P_LIMIT',
        'a record was left out: the database has more records than recordsMax allows',
        line,
      );
    }
    if (entry.package === '') {
      return this.#reportProblem(
        'P_RECORD',
        'a record was left out: it does not name a package',
        line,
      );
    }
    if (entry.version === '') {
      this.#reportProblem('P_RECORD', `the record of ${entry.package} has no version`, line);
    }
    return true;
  }

  #reportProblem(code: ProblemNote['code'], message: string, line: number): false {
    this.#notes.add(code, message, line);
    return false;
  }
}

interface DatabaseContext {
  readonly distro: Distro | undefined;
  readonly visible: VisibleFact<ApkFact>;
  /** Root directory that the database describes; empty for the root itself. */
  readonly root: string;
  /** Records in lower layers, from the next lower one down: name → digest of its record. */
  readonly earlier: readonly {
    readonly layer: VisibleFact<ApkFact>['layer'];
    readonly digests: ReadonlyMap<string, string>;
  }[];
}

function createContext(
  visible: VisibleFact<ApkFact>,
  { distro }: AssemblyInput<ApkFact>,
): DatabaseContext {
  const earlier = visible.earlier.map(({ layer, fact }) => ({
    layer,
    digests: new Map(fact.records.map(({ entry, digest }) => [entry.package, digest])),
  }));
  return { distro, visible, root: visible.path.replace(DATABASE_SUFFIX, ''), earlier };
}

function toApkPackage(record: ApkRecord, context: DatabaseContext): Package {
  const { entry, license, line } = record;
  const { visible, root, earlier } = context;
  const introducedIn = findLayerOfLastChange(
    visible.layer,
    earlier,
    ({ digests }) => digests.get(entry.package) === record.digest,
  );
  const location = createLocation(visible, { line });
  return {
    name: entry.package,
    version: entry.version,
    type: 'apk',
    language: '',
    purl: toApkPurl(entry, context.distro),
    foundBy: apkDb.id,
    rule: 'a record of the installed apk database',
    confidence: 1,
    locations: [location],
    ...defined({ introducedIn }),
    licenses: mergeLicenses(
      splitLicenseField(license).map((name) => toDeclaredLicense(name, { locations: [location] })),
    ),
    cpes: [],
    upstreams: entry.originPackage === '' ? [] : [{ name: entry.originPackage }],
    ...(entry.architecture === '' ? {} : { architecture: entry.architecture }),
    ownedFiles: entry.files.map((file) => ({ path: root + file.path })),
    metadata: { kind: 'apk-db-entry', value: { ...entry } },
  };
}

function toApkPurl(entry: ApkEntry, distro: Distro | undefined): string {
  if (distro === undefined) {
    return '';
  }
  const { package: name, originPackage } = entry;
  return writePurl({
    type: 'apk',
    namespace: distro.id.toLowerCase(),
    name,
    version: entry.version,
    qualifiers: {
      arch: entry.architecture,
      upstream: originPackage === name ? undefined : originPackage,
      distro: formatDistroQualifier(distro),
    },
  });
}

/** `so:libc.so.6=1` and `musl>=1.2` without their versions. */
function stripVersions(dependencies: readonly string[]): string[] {
  return dependencies
    .map((dependency) => dependency.split(/[<>=~]/, 1)[0]?.trim() ?? '')
    .filter((name) => name !== '');
}
