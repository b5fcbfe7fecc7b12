import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { decodeText, encodeText } from '../../../foundation/bytes/tar/tar-text.ts';
import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import { isRecord, isText } from '../../../foundation/syntax/json/guard.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import {
  groupByRecord,
  type RecordContext,
  type RecordKeeper,
  type WrittenRecord,
} from './contract.ts';

/**
 * Writes one file with the stanza of each package to `status.d`, and its digests beside it. Debian's
 * images without dpkg have this form, and scanners read it. A database of opkg stays one file.
 */
export const dpkgRecords: RecordKeeper = {
  catalogers: ['dpkg-db'],
  listSources: (packages) => [...groupByRecord(packages).keys()],
  writeRecords: (packages, context) =>
    [...groupByRecord(packages)].flatMap(([database, group]) =>
      writeDatabase(database, group, context),
    ),
};

const OPKG = /\/lib\/opkg\/(?:status|info\/[^/]+\.control)$/;

function writeDatabase(
  database: string,
  packages: readonly InventoryPackage[],
  context: RecordContext,
): readonly WrittenRecord[] {
  const stanzas = splitStanzas(decodeText(context.readFile(database)));
  const kept = new Map(packages.map((item) => [toKey(readMetadata(item)), item]));
  const pairs = stanzas.flatMap((stanza) => {
    const item = kept.get(toKey(stanza.fields));
    return item === undefined ? [] : [{ item, stanza }];
  });
  const duplicates = findDuplicates(pairs.map(({ stanza }) => stanza));
  const place = findPlace(database, context);
  const status = pairs
    .map(({ item, stanza }) => formatStanza(stanza, listRecordedFiles(item), context))
    .join('\n');
  const whole = { path: database, content: encodeText(status), like: database };
  if (OPKG.test(database)) {
    return [whole];
  }
  const records = pairs.flatMap(({ item, stanza }): WrittenRecord[] => {
    const name = stanza.fields.get('package') ?? '';
    const architecture = stanza.fields.get('architecture') ?? '';
    const fileName = toFileName(duplicates.has(name) ? `${name}:${architecture}` : name);
    const files = listRecordedFiles(item);
    const content = encodeText(formatStanza(stanza, files, context));
    const own = place.stanzas === 'apart' ? `${place.folder}/${fileName}` : database;
    const digests = {
      path: `${place.folder}/${fileName}.md5sums`,
      content: encodeText(formatDigests(files, context)),
      like: database,
    };
    return place.stanzas === 'together'
      ? [digests]
      : [{ path: own, content, like: database }, digests];
  });
  return place.stanzas === 'together' ? [whole, ...records] : records;
}

interface Place {
  /** Whether each stanza has its own file, stays in the file that it has, or is in one file. */
  readonly stanzas: 'apart' | 'as-is' | 'together';
  /** The directory of the digests. */
  readonly folder: string;
}

/** If a program of the image reads the database itself, it stays in its form. */
function findPlace(database: string, { isKept }: RecordContext): Place {
  const folder = posix.dirname(database);
  if (folder.endsWith('/status.d')) {
    return { stanzas: 'as-is', folder };
  }
  return isKept(database)
    ? { stanzas: 'together', folder: `${folder}/info` }
    : { stanzas: 'apart', folder: `${folder}/status.d` };
}

/** Returns the names of packages that are installed for several architectures. */
function findDuplicates(stanzas: readonly RawStanza[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const duplicates = new Set<string>();
  for (const { fields } of stanzas) {
    const name = fields.get('package') ?? '';
    (seen.has(name) ? duplicates : seen).add(name);
  }
  return duplicates;
}

function formatStanza(
  { lines }: RawStanza,
  files: readonly ListedFile[],
  context: RecordContext,
): string {
  return `${dropConffiles(lines, files, context).join('\n')}\n`;
}

interface RawStanza {
  readonly lines: readonly string[];
  /** First line of each field by its name in lower case. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Splits a control file into its stanzas, whose lines stay as they are. */
function splitStanzas(text: string): readonly RawStanza[] {
  const stanzas: RawStanza[] = [];
  let lines: string[] = [];
  const endStanza = (): void => {
    if (lines.length > 0) {
      stanzas.push({ lines, fields: readFields(lines) });
      lines = [];
    }
  };
  for (const { text: line } of splitLines(text)) {
    if (line === '') {
      endStanza();
    } else {
      lines.push(line);
    }
  }
  endStanza();
  return stanzas;
}

function readFields(lines: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (!/^[ \t]/.test(line) && name !== '' && !fields.has(name)) {
      fields.set(name, line.slice(colon + 1).trim());
    }
  }
  return fields;
}

function readMetadata({ metadata }: InventoryPackage): ReadonlyMap<string, string> {
  const members = Object.entries(metadata?.value ?? {});
  return new Map(members.filter((member): member is [string, string] => isText(member[1])));
}

/** The same package may be installed for several architectures. */
function toKey(fields: ReadonlyMap<string, string>): string {
  return ['package', 'version', 'architecture'].map((name) => fields.get(name) ?? '').join('\0');
}

interface ListedFile {
  /** In the image. */
  readonly path: string;
  /** As dpkg records it. */
  readonly recorded: string;
  readonly md5: string | undefined;
  readonly isSettings: boolean;
}

/** The files in the record of a package; the inventory has the places of the same files. */
function listRecordedFiles({
  metadata,
  ownedFiles,
  otherOwnedFiles = [],
}: InventoryPackage): ListedFile[] {
  const files: unknown = metadata?.value['files'];
  const records = Array.isArray(files)
    ? files.map((file: unknown) => (isRecord(file) ? file : {}))
    : [];
  const listed = ownedFiles.map(({ path }, number): ListedFile => {
    const { path: recorded, digest, isConfigFile } = records[number] ?? {};
    const value = isRecord(digest) ? digest['value'] : undefined;
    return {
      path,
      recorded: isText(recorded) ? recorded : path,
      md5: isText(value) ? value : undefined,
      isSettings: isConfigFile === true,
    };
  });
  const start = findRoot(listed);
  const others = otherOwnedFiles.map(({ path }): ListedFile => {
    return { path, recorded: path.slice(start.length), md5: undefined, isSettings: false };
  });
  return [...listed, ...others];
}

/** A database may describe a directory of the image instead of its root. */
function findRoot([first]: readonly ListedFile[]): string {
  return first?.path.endsWith(first.recorded) === true
    ? first.path.slice(0, first.path.length - first.recorded.length)
    : '';
}

/** Removes the lines of configuration files that are dropped. */
function dropConffiles(
  lines: readonly string[],
  files: readonly ListedFile[],
  context: RecordContext,
): readonly string[] {
  const places = new Map(files.map(({ path, recorded }) => [recorded, path]));
  let isList = false;
  return lines.filter((line) => {
    if (!/^[ \t]/.test(line)) {
      isList = /^conffiles[ \t]*:/i.test(line);
      return true;
    }
    const recorded = line.trim().split(' ')[0] ?? '';
    return !isList || context.isKept(places.get(recorded) ?? recorded);
  });
}

/**
 * Files without a digest in the record get their own. Links and directories are never listed, and
 * the stanza has the digests of configuration files.
 */
function formatDigests(files: readonly ListedFile[], context: RecordContext): string {
  return files
    .filter(({ path, isSettings }) => !isSettings && context.isKept(path))
    .flatMap(({ path, recorded, md5 = context.computeMd5(path) }) =>
      md5 === undefined ? [] : [`${md5}  ${recorded.replace(/^\//, '')}\n`],
    )
    .join('');
}

/** Letters that Debian Policy, 5.6.7, allows in names, and the colon before an architecture. */
const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9+.:~-]*$/;

/** A name from an image that is not the name of a package must not lead to another directory. */
function toFileName(name: string): string {
  return PLAIN_NAME.test(name) && !name.endsWith('.md5sums')
    ? name
    : `package-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}
