import {
  readZipDirectory,
  type ZipDirectory,
  type ZipEntry,
} from '../../../../foundation/bytes/zip/zip-directory.ts';
import { isStored, readZipEntry } from '../../../../foundation/bytes/zip/zip-entry.ts';
import { appendAll } from '../../../../foundation/core/append-all.ts';
import type { Budget } from '../../../../foundation/core/budget.ts';
import { type Bytes, readText, readWhole } from '../../../../foundation/core/bytes.ts';
import { defined } from '../../../../foundation/core/defined.ts';
import type { Limits } from '../../../../foundation/core/limits.ts';
import type { ProblemNote } from '../../../../foundation/core/problem.ts';
import {
  getAttribute,
  parseManifest,
} from '../../../../foundation/syntax/java-manifest/manifest.ts';
import { readClassFile } from '../../../../inventory/ecosystem/java/class-file.ts';
import { collectTextNames } from '../../../../inventory/ecosystem/java/class-names.ts';
import { toMemberPath } from '../../member-path.ts';
import { type ClassArchive, ClassTableWriter, type NamedClass } from './class-fact.ts';

export const MANIFEST = 'META-INF/MANIFEST.MF';
/** Attributes that name classes for the launcher or the host of an agent. */
const START_ATTRIBUTES = [
  'Main-Class',
  'Start-Class',
  'Premain-Class',
  'Launcher-Agent-Class',
] as const;

const CLASS = '.class';
const INNER = /\.(?:jar|war|ear)$/;
/** Identifies an archive of the Java platform itself, JDK 8 and earlier. */
const PLATFORM = 'java/lang/Object.class';

export interface ClassReading {
  /** The file itself first; empty if it is not an archive or belongs to the platform. */
  readonly archives: readonly ClassArchive[];
  /** Text of its manifest; absent if it has none. */
  readonly manifest?: string;
  readonly problems: readonly ProblemNote[];
}

/** Reads the names in the classes of an archive and its nested archives, within the limits. */
export function readClasses(content: Bytes, budget: Budget): ClassReading {
  const reader = new ArchiveReader(budget);
  reader.readArchive({ content, path: '', depth: 1, unpackedBytes: 0 });
  const { archives, manifest, problems } = reader;
  return { archives, problems, ...defined({ manifest }) };
}

interface FoundArchive {
  readonly content: Bytes;
  readonly path: string;
  readonly depth: number;
  readonly unpackedBytes: number;
}

class ArchiveReader {
  readonly archives: ClassArchive[] = [];
  readonly problems: ProblemNote[] = [];
  manifest: string | undefined;
  readonly #limits: Limits;
  readonly #budget: Budget;
  readonly #left: { expandedBytesLeft: number };
  #classesLeft: number;
  #namesCharsLeft: number;
  #textBytesLeft: number;
  #seenArchives = 0;

  constructor(budget: Budget) {
    const { limits } = budget;
    this.#limits = limits;
    this.#budget = budget;
    this.#left = { expandedBytesLeft: limits.zipExpandedBytesMax };
    this.#classesLeft = limits.archiveClassesMax;
    this.#namesCharsLeft = limits.classNamesCharsMax;
    this.#textBytesLeft = limits.archiveTextBytesMax;
  }

  readArchive(found: FoundArchive): void {
    const directory = readZipDirectory(found.content, this.#budget, isWanted);
    if (directory === undefined || directory.entries.some(({ name }) => name === PLATFORM)) {
      return;
    }
    const number = this.archives.length;
    const table = new ClassTableWriter();
    const named: NamedClass[] = [];
    let starts: ClassArchive['starts'] = {};
    let isPartial = directory.problems.length > 0;
    // Its own entry precedes those of its nested archives.
    this.archives.push({ path: found.path, starts, named, ...table.finishTable() });
    for (const entry of directory.entries) {
      if (entry.name.endsWith(CLASS)) {
        isPartial = !this.#addClass(directory, entry, table) || isPartial;
      } else if (INNER.test(entry.name)) {
        isPartial = !this.#readInner(directory, entry, found) || isPartial;
      } else if (entry.name === MANIFEST) {
        const text = this.#readText(directory, entry);
        starts = text === undefined ? starts : readStarts(text);
        this.manifest ??= found.path === '' ? text : undefined;
      } else {
        const room = this.#limits.reachStringsMax - named.length;
        appendAll(
          named,
          findNames(entry.name, this.#readText(directory, entry) ?? '').slice(0, room),
        );
      }
    }
    this.#namesCharsLeft -= table.namesChars;
    const partial = isPartial ? ({ isPartial } as const) : {};
    this.archives[number] = { path: found.path, starts, named, ...table.finishTable(), ...partial };
  }

  /**
   * Returns whether its content could be read. The virtual machine does not load a file that is not
   * a class file or that holds another class than its path names.
   */
  #addClass(directory: ZipDirectory, entry: ZipEntry, table: ClassTableWriter): boolean {
    if (this.#classesLeft <= 0 || table.namesChars > this.#namesCharsLeft) {
      this.#recordLimit('archiveClassesMax or classNamesCharsMax');
      return false;
    }
    this.#classesLeft -= 1;
    const content = this.#readContent(directory, entry, 'classFileBytesMax');
    const file = content && readClassFile(readWhole(content), this.#limits);
    const path = entry.name.slice(0, -CLASS.length);
    if (file !== undefined && path.endsWith(file.name)) {
      table.addClass(path.slice(0, -file.name.length), file);
    }
    return content !== undefined;
  }

  #readInner(directory: ZipDirectory, entry: ZipEntry, outer: FoundArchive): boolean {
    const { nestedArchiveDepthMax, nestedArchivesMax, zipHeldBytesMax } = this.#limits;
    const depth = outer.depth + 1;
    const unpackedBytes = outer.unpackedBytes + (isStored(entry) ? 0 : entry.sizeBytes);
    this.#seenArchives += 1;
    if (
      depth > nestedArchiveDepthMax ||
      this.#seenArchives > nestedArchivesMax ||
      unpackedBytes > zipHeldBytesMax
    ) {
      this.#recordLimit('nestedArchiveDepthMax, nestedArchivesMax or zipHeldBytesMax');
      return false;
    }
    const content = this.#readContent(directory, entry, 'zipEntryBytesMax');
    if (content !== undefined) {
      const path = outer.path === '' ? entry.name : toMemberPath(outer.path, entry.name);
      this.readArchive({ content, path, depth, unpackedBytes });
    }
    return content !== undefined;
  }

  /** Text that is too long for a settings file names no class. */
  #readText(directory: ZipDirectory, entry: ZipEntry): string | undefined {
    if (entry.sizeBytes > Math.min(this.#limits.reachTextBytesMax, this.#textBytesLeft)) {
      return undefined;
    }
    this.#textBytesLeft -= entry.sizeBytes;
    const content = this.#readContent(directory, entry, 'reachTextBytesMax');
    return content && readText(content);
  }

  #readContent(
    directory: ZipDirectory,
    entry: ZipEntry,
    maxBytes: 'classFileBytesMax' | 'zipEntryBytesMax' | 'reachTextBytesMax',
  ): Bytes | undefined {
    const options = { budget: this.#budget, left: this.#left, maxBytes };
    return readZipEntry(directory, entry, options).content;
  }

  /** Reported once per file; the inventory reports further damage. */
  #recordLimit(limits: string): void {
    if (this.problems.length === 0) {
      const message = `some of its classes were not followed: they exceed ${limits}`;
      this.problems.push({ code: 'P_LIMIT', message });
    }
  }
}

/** The root of a class loader, in which settings are looked up. */
const TOP = '(?:(?:BOOT-INF|WEB-INF)/(?:classes/)?)?(?:META-INF/)?';
const SETTINGS = new RegExp(`^${TOP}[^/]+\\.(?:xml|properties|factories|imports)$`);
const SERVICE = /(?:^|\/)META-INF\/services\/([^/]+)$/;
const SPRING = /(?:^|\/)META-INF\/spring(?:\.factories|\/[^/]+\.(?:imports|factories))$/;
const SPRING_LOADER = 'org/springframework/core/io/support/SpringFactoriesLoader';
const LOG4J =
  /(?:^|\/)META-INF\/org\/apache\/logging\/log4j\/core\/config\/plugins\/Log4j2Plugins\.dat$/;
const LOG4J_LOADER = 'org/apache/logging/log4j/core/config/plugins/util/PluginRegistry';

function isWanted(name: string): boolean {
  return (
    name.endsWith(CLASS) ||
    INNER.test(name) ||
    name === MANIFEST ||
    SERVICE.test(name) ||
    SPRING.test(name) ||
    LOG4J.test(name) ||
    SETTINGS.test(name)
  );
}

function readStarts(manifest: string): ClassArchive['starts'] {
  const { main } = parseManifest(manifest);
  return Object.fromEntries(
    START_ATTRIBUTES.map((name): [string, string] => [name, getAttribute(main, name)]).filter(
      ([, value]) => value !== '',
    ),
  );
}

/** Reads a class in a directory of classes. */
export function readClassAlone(content: Uint8Array, limits: Limits): ClassArchive | undefined {
  const file = readClassFile(content, limits);
  if (file === undefined) {
    return undefined;
  }
  const table = new ClassTableWriter();
  table.addClass('', file);
  return { path: '', starts: {}, named: [], ...table.finishTable() };
}

/** Reads a manifest, or a resource that names classes, in a directory of classes. */
export function readResource(path: string, text: string, limits: Limits): ClassArchive {
  const isManifest = path.endsWith(`/${MANIFEST}`);
  return {
    path: '',
    starts: isManifest ? readStarts(text) : {},
    named: isManifest ? [] : findNames(path, text).slice(0, limits.reachStringsMax),
    ...new ClassTableWriter().finishTable(),
  };
}

/** Returns the classes that a resource names, with the classes whose users read it. */
function findNames(member: string, text: string): readonly NamedClass[] {
  const service = SERVICE.exec(member)?.[1];
  if (service !== undefined) {
    const by = service.replaceAll('.', '/');
    return listProviders(text).map((token) => ({
      member,
      name: token.replaceAll('.', '/'),
      token,
      by,
    }));
  }
  const found: NamedClass[] = [];
  const loader = SPRING.test(member)
    ? SPRING_LOADER
    : LOG4J.test(member)
      ? LOG4J_LOADER
      : undefined;
  const by = loader === undefined ? {} : { by: loader };
  // Strings in a plug-in table follow their length in two bytes.
  const plain = loader === LOG4J_LOADER ? text.replaceAll(/\0./gs, ' ') : text;
  collectTextNames(plain, (name, token) => found.push({ member, name, token, ...by }));
  return found;
}

/**
 * One per line, with comments after `#`. java.util.ServiceLoader, "Deploying service providers".
 */
function listProviders(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => (line.split('#', 1)[0] ?? '').trim())
    .filter((name) => name !== '');
}
