import { posix } from 'node:path';
import {
  readZipDirectory,
  type ZipDirectory,
  type ZipEntry,
} from '../../../foundation/bytes/zip/zip-directory.ts';
import { isStored, readZipEntry } from '../../../foundation/bytes/zip/zip-entry.ts';
import { appendAll } from '../../../foundation/core/append-all.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
import { type Bytes, readText } from '../../../foundation/core/bytes.ts';
import type { WantedFile } from '../../../foundation/core/cataloger.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { LimitName, Limits } from '../../../foundation/core/limits.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import {
  classifyFile,
  isLicenseFile,
  type TextLicense,
} from '../../../foundation/identity/license/license-file.ts';
import { findAttribute, parseManifest } from '../../../foundation/syntax/java-manifest/manifest.ts';
import { isArchiveName } from '../../ecosystem/java/archive-name.ts';
import { digestContent } from '../content-digest.ts';
import type { ArchiveRecord } from './archive-fact.ts';
import { addJavaPackages, findCommonDirectory } from './class-folder.ts';
import { readMavenRecords } from './read-maven.ts';

/** Manifest attributes that name licenses. OSGi Core 8, 3.2.1.14; Jenkins plug-ins. */
const LICENSE_ATTRIBUTES = ['Bundle-License', 'Plugin-License-Name'] as const;

export interface ArchiveReading {
  /** Empty if the file is not a zip archive. */
  readonly archives: readonly ArchiveRecord[];
  readonly problems: readonly ProblemNote[];
}

/** Role of files that are not Java archives themselves but may contain some. */
export const WRAPPER_ROLE = 'wrapper';

/** Reads an archive and the nested ones within the limits of depth and size. */
export function readArchives(file: WantedFile): ArchiveReading {
  const reader = new ArchiveReader(file.budget);
  const isWrapper = file.role === WRAPPER_ROLE;
  reader.readArchive({ content: file.content, path: '', depth: 1, unpackedBytes: 0, isWrapper });
  return { archives: reader.archives, problems: reader.problems };
}

interface FoundArchive {
  readonly content: Bytes;
  readonly path: string;
  readonly parent?: number;
  readonly depth: number;
  /** Number of bytes of the archive and its containing archives that are unpacked in memory. */
  readonly unpackedBytes: number;
  readonly isWrapper?: boolean;
}

class ArchiveReader {
  readonly archives: ArchiveRecord[] = [];
  readonly problems: ProblemNote[] = [];
  readonly #limits: Limits;
  readonly #budget: Budget;
  readonly #left: { expandedBytesLeft: number };
  #textBytesLeft: number;
  #seenArchives = 0;

  constructor(budget: Budget) {
    const { limits } = budget;
    this.#limits = limits;
    this.#budget = budget;
    this.#left = { expandedBytesLeft: limits.zipExpandedBytesMax };
    this.#textBytesLeft = limits.archiveTextBytesMax;
  }

  readArchive(found: FoundArchive): void {
    const listing = listArchive(found.content, this.#budget);
    if (listing === undefined) {
      this.#reportProblem(found.path, { code: 'P_MALFORMED', message: 'is not a zip archive' });
      return;
    }
    for (const problem of listing.directory.problems) {
      this.#reportProblem(found.path, problem);
    }
    const record = found.isWrapper === true ? WRAPPER : this.#recordArchive(found, listing);
    const number = this.archives.push(record) - 1;
    for (const entry of listing.archives) {
      this.#readNested(entry, found, listing.directory, number);
    }
  }

  #recordArchive(found: FoundArchive, listing: ArchiveListing): ArchiveRecord {
    const { directory } = listing;
    const readMember = (entry: ZipEntry, maxBytes: LimitName): Bytes | undefined =>
      this.#readText(directory, entry, maxBytes);
    const { manifestEntry } = listing;
    const content = manifestEntry && readMember(manifestEntry, 'configFileBytesMax');
    const manifest = content && parseManifest(readText(content));
    const isLicensed =
      manifest !== undefined &&
      LICENSE_ATTRIBUTES.some((name) => findAttribute(manifest, name) !== '');
    const licenseFiles = isLicensed
      ? undefined
      : readLicenseFiles(listing.licenses, readMember, this.#limits);
    const { maven, problems } = readMavenRecords(listing.maven, readMember, this.#budget);
    for (const problem of problems) {
      this.#reportProblem(found.path, problem);
    }
    const { parent } = found;
    const sha1 = parent === undefined ? undefined : digestSha1(found.content, this.#budget);
    return {
      path: found.path,
      ...defined({ parent, sha1, manifest }),
      hasManifest: manifestEntry !== undefined,
      hasClasses: listing.hasClasses,
      ...(listing.classFolder ? { classFolder: listing.classFolder } : {}),
      ...(listing.packages.length === 0 ? {} : { packages: listing.packages }),
      maven,
      ...defined({ licenseFiles }),
    };
  }

  #readText(directory: ZipDirectory, entry: ZipEntry, maxBytes: LimitName): Bytes | undefined {
    const isAllowed = entry.sizeBytes <= this.#limits[maxBytes];
    if (isAllowed && entry.sizeBytes > this.#textBytesLeft) {
      const message = `the entry ${entry.name} was not read: all entries together exceed archiveTextBytesMax`;
      this.#reportProblem('', { code: 'P_LIMIT', message });
      return undefined;
    }
    const content = this.#readArchiveEntry(directory, entry, maxBytes);
    this.#textBytesLeft -= content?.sizeBytes ?? 0;
    return content;
  }

  #readArchiveEntry(
    directory: ZipDirectory,
    entry: ZipEntry,
    maxBytes: LimitName,
  ): Bytes | undefined {
    const options = { budget: this.#budget, left: this.#left, maxBytes };
    const { content, problem } = readZipEntry(directory, entry, options);
    if (problem !== undefined) {
      this.#reportProblem('', problem);
    }
    return content;
  }

  #readNested(entry: ZipEntry, outer: FoundArchive, directory: ZipDirectory, parent: number): void {
    const { nestedArchiveDepthMax, nestedArchivesMax, zipHeldBytesMax } = this.#limits;
    const depth = outer.depth + 1;
    const unpackedBytes = outer.unpackedBytes + (isStored(entry) ? 0 : entry.sizeBytes);
    this.#seenArchives++;
    const isTooMuch =
      depth > nestedArchiveDepthMax ||
      this.#seenArchives > nestedArchivesMax ||
      unpackedBytes > zipHeldBytesMax;
    if (isTooMuch) {
      const message =
        'was not read: nested archives exceed nestedArchiveDepthMax, nestedArchivesMax or zipHeldBytesMax';
      this.#reportProblem(entry.name, { code: 'P_LIMIT', message });
      return;
    }
    const content = this.#readArchiveEntry(directory, entry, 'zipEntryBytesMax');
    // An empty file represents a missing one.
    if (content !== undefined && content.sizeBytes > 0) {
      this.readArchive({ content, path: entry.name, parent, depth, unpackedBytes });
    }
  }

  #reportProblem(path: string, { code, message }: ProblemNote): void {
    if (this.problems.length < this.#limits.fileProblemsMax) {
      this.problems.push({ code, message: path === '' ? message : `${path}: ${message}` });
    } else if (this.problems.length === this.#limits.fileProblemsMax) {
      this.problems.push({
        code: 'P_LIMIT',
        message: 'the file has more problems than fileProblemsMax allows',
      });
    }
  }
}

/** Its other content is unrelated to Java. */
const WRAPPER: ArchiveRecord = {
  path: '',
  isWrapper: true,
  hasManifest: false,
  hasClasses: false,
  maven: [],
};

interface ArchiveListing {
  readonly directory: ZipDirectory;
  readonly manifestEntry: ZipEntry | undefined;
  readonly hasClasses: boolean;
  readonly classFolder: string | undefined;
  readonly packages: readonly string[];
  readonly maven: readonly ZipEntry[];
  readonly licenses: readonly ZipEntry[];
  readonly archives: readonly ZipEntry[];
}

type EntryRole = 'manifest' | 'maven' | 'license' | 'archive';

const MANIFEST = 'meta-inf/manifest.mf';

function listArchive(content: Bytes, budget: Budget): ArchiveListing | undefined {
  let hasClasses = false;
  let classFolder: string | undefined;
  const packages = new Set<string>();
  const directory = readZipDirectory(content, budget, (name) => {
    hasClasses ||= name.endsWith('.class');
    classFolder = findCommonDirectory(classFolder, name);
    addJavaPackages(packages, name);
    return detectRole(name) !== undefined;
  });
  if (directory === undefined) {
    return undefined;
  }
  const selectEntries = (role: EntryRole): ZipEntry[] =>
    directory.entries
      .filter(({ name }) => detectRole(name) === role)
      .sort((left, right) => compareText(left.name, right.name));
  return {
    directory,
    manifestEntry: selectEntries('manifest')[0],
    hasClasses,
    classFolder,
    packages: [...packages].sort(compareText),
    maven: selectEntries('maven'),
    licenses: selectEntries('license'),
    archives: selectEntries('archive'),
  };
}

/** The name of the manifest matches in any case, as in Java. */
function detectRole(entryName: string): EntryRole | undefined {
  const name = entryName.startsWith('/') ? entryName.slice(1) : entryName;
  if (name.endsWith('pom.properties') || name.endsWith('pom.xml')) {
    return 'maven';
  }
  if (isArchiveName(name)) {
    return 'archive';
  }
  const folder = posix.dirname(name);
  if (folder !== '.' && folder.toLowerCase() !== 'meta-inf') {
    return undefined;
  }
  if (name.toLowerCase() === MANIFEST) {
    return 'manifest';
  }
  return isLicenseName(posix.basename(name)) ? 'license' : undefined;
}

/** Archives often have their license in a notice file. Classes with such names do not count. */
function isLicenseName(baseName: string): boolean {
  const name = baseName.toLowerCase();
  return (isLicenseFile(name) || name.startsWith('notice')) && !name.endsWith('.class');
}

/**
 * Files in META-INF precede those at the top; unrecognized ones only count if nothing is
 * recognized.
 */
function readLicenseFiles(
  entries: readonly ZipEntry[],
  readMember: (entry: ZipEntry, maxBytes: LimitName) => Bytes | undefined,
  limits: Limits,
): readonly TextLicense[] {
  const isAtTop = ({ name }: ZipEntry): boolean => !name.replace(/^\//, '').includes('/');
  const unknown: TextLicense[] = [];
  for (const isTop of [false, true]) {
    const files = entries
      .filter((entry) => isAtTop(entry) === isTop)
      .map((entry) => readMember(entry, 'licenseFileBytesMax'))
      .filter((content) => content !== undefined)
      .flatMap((content) => classifyFile(content, limits));
    const known = files.filter(({ expression }) => expression !== '');
    if (known.length > 0) {
      return known;
    }
    appendAll(unknown, files);
  }
  return unknown;
}

/** Number of bytes that one step hashes. */
const STEP_BYTES = 16;

/** `undefined` if the budget has no steps left: nested archives are hashed one by one. */
function digestSha1(content: Bytes, budget: Budget): string | undefined {
  return budget.takeSteps(content.sizeBytes / STEP_BYTES)
    ? digestContent('sha1', content)
    : undefined;
}
