import { posix } from 'node:path';
import { readZipMember } from '../../bytes/zip/zip-member.ts';
import type { Budget } from '../../core/budget.ts';
import { readText, toBytes } from '../../core/bytes.ts';
import type { Extraction, Want, WantedFile } from '../../core/cataloger.ts';
import { type CoreMetadata, parseCoreMetadata } from '../../ecosystem/python/core-metadata.ts';
import { parseRecord, type RecordedFile } from '../../ecosystem/python/installed-files.ts';
import {
  classifyFile,
  isLicenseFile,
  type TextLicense,
} from '../../identity/license/license-file.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { parseJson } from '../../syntax/json/parse-json.ts';
import { splitLines } from '../../syntax/text/lines.ts';

/** Where a project was installed from if not from an index. Member names as in Syft's JSON. */
export interface DirectUrl {
  readonly url: string;
  readonly commitId?: string;
  readonly vcs?: string;
}

/** What one file of an installed project says. */
export type PythonFact =
  | {
      readonly kind: 'metadata';
      /** Without a licence where that is a text. */
      readonly metadata: CoreMetadata;
      readonly licenseTexts: readonly TextLicense[];
    }
  | { readonly kind: 'license'; readonly licenses: readonly TextLicense[] }
  | { readonly kind: 'record'; readonly files: readonly RecordedFile[] }
  /** Paths relative to the folder of the list. */
  | { readonly kind: 'installed'; readonly paths: readonly string[] }
  | { readonly kind: 'top-level'; readonly names: readonly string[] }
  | { readonly kind: 'direct-url'; readonly origin: DirectUrl }
  | { readonly kind: 'environment'; readonly version: string; readonly hasSystemSite: boolean };

/** Folders of metadata are written in lower case by installers, in upper case by few others. */
function inMetadataFolders(name: string): string[] {
  return ['dist-info', 'egg-info', 'DIST-INFO', 'EGG-INFO'].map((kind) => `**/*${kind}/${name}`);
}

export const PYTHON_WANTS: readonly Want[] = [
  {
    role: 'metadata',
    paths: [
      '**/*.egg-info',
      '**/*dist-info/METADATA',
      '**/*DIST-INFO/METADATA',
      '**/*egg-info/PKG-INFO',
      '**/*EGG-INFO/PKG-INFO',
    ],
    maxBytes: 'configFileBytesMax',
  },
  { role: 'egg', paths: ['**/*.egg'], maxBytes: 'lockFileBytesMax' },
  { role: 'record', paths: inMetadataFolders('RECORD'), maxBytes: 'textFileBytesMax' },
  {
    role: 'installed',
    paths: inMetadataFolders('installed-files.txt'),
    maxBytes: 'textFileBytesMax',
  },
  { role: 'top-level', paths: inMetadataFolders('top_level.txt'), maxBytes: 'configFileBytesMax' },
  {
    role: 'direct-url',
    paths: inMetadataFolders('direct_url.json'),
    maxBytes: 'configFileBytesMax',
  },
  {
    role: 'license',
    paths: ['LICEN*', 'licen*', 'Licen*', 'COPYING*', 'UNLICENSE*', 'licenses/*'].flatMap(
      inMetadataFolders,
    ),
    maxBytes: 'licenseFileBytesMax',
  },
  { role: 'environment', paths: ['**/pyvenv.cfg'], maxBytes: 'configFileBytesMax' },
];

export function extractPythonFact(file: WantedFile): Extraction<PythonFact> {
  if (file.role === 'egg') {
    return eggFact(file);
  }
  if (file.role === 'license') {
    return licenseFact(file);
  }
  const text = readText(file.content);
  switch (file.role) {
    case 'metadata':
      return metadataFact(text, file);
    case 'record': {
      const { files, problems } = parseRecord(text, file.budget);
      return { fact: { kind: 'record', files }, problems };
    }
    case 'installed':
      return { fact: { kind: 'installed', paths: pathsIn(text, file.budget) } };
    case 'top-level':
      return { fact: { kind: 'top-level', names: namesIn(text, file.budget) } };
    case 'direct-url':
      return directUrlFact(text);
    default:
      return { fact: environmentFact(text) };
  }
}

/** A project that is imported from an archive, as setuptools once installed them. */
function eggFact(file: WantedFile): Extraction<PythonFact> {
  const { content: text, problems } = readZipMember(file.content, 'EGG-INFO/PKG-INFO', file.budget);
  if (text === undefined) {
    return { problems };
  }
  const read = metadataFact(Buffer.from(text).toString('utf8'), file);
  return { ...read, problems: [...problems, ...(read.problems ?? [])] };
}

/**
 * The interpreter's own record in old versions of Python is named like a project, and is none.
 */
function metadataFact(
  text: string,
  { limits, budget }: Pick<WantedFile, 'limits' | 'budget'>,
): Extraction<PythonFact> {
  const metadata = parseCoreMetadata(text, budget);
  if (metadata.name === '') {
    return { problems: [{ code: 'P_RECORD', message: 'the metadata does not name a project' }] };
  }
  if (metadata.name === 'Python') {
    return {};
  }
  if (!metadata.license.includes('\n')) {
    return { fact: { kind: 'metadata', metadata, licenseTexts: [] } };
  }
  const licenseTexts = classifyFile(toBytes(Buffer.from(metadata.license)), limits);
  return { fact: { kind: 'metadata', metadata: { ...metadata, license: '' }, licenseTexts } };
}

/** Other files of the folder are no terms, such as those that say who has them. */
function licenseFact({ path, content, limits }: WantedFile): Extraction<PythonFact> {
  return isLicenseFile(posix.basename(path))
    ? { fact: { kind: 'license', licenses: classifyFile(content, limits) } }
    : {};
}

function directUrlFact(text: string): Extraction<PythonFact> {
  const value = parseJson(text);
  if (!isRecord(value) || typeof value['url'] !== 'string') {
    return {
      problems: [{ code: 'P_MALFORMED', message: 'the origin is not an object with a url' }],
    };
  }
  const vcsInfo = isRecord(value['vcs_info']) ? value['vcs_info'] : {};
  const { commit_id: commitId, vcs } = vcsInfo;
  return {
    fact: {
      kind: 'direct-url',
      origin: {
        url: value['url'],
        ...(typeof commitId === 'string' ? { commitId } : {}),
        ...(typeof vcs === 'string' ? { vcs } : {}),
      },
    },
  };
}

/** Python documentation, "venv": keys and values around an equals sign. */
function environmentFact(text: string): PythonFact {
  const settings = new Map<string, string>();
  for (const line of linesIn(text)) {
    const equals = line.indexOf('=');
    settings.set(line.slice(0, Math.max(0, equals)).trim(), line.slice(equals + 1).trim());
  }
  return {
    kind: 'environment',
    version: settings.get('version') ?? settings.get('version_info') ?? '',
    hasSystemSite: settings.get('include-system-site-packages')?.toLowerCase() === 'true',
  };
}

function linesIn(text: string): Iterable<string> {
  return splitLines(text).map((line) => line.text);
}

function pathsIn(text: string, budget: Budget): string[] {
  const paths: string[] = [];
  const listing = budget.createFileList();
  for (const path of linesIn(text)) {
    if (path !== '') {
      if (!listing.take(path.length)) {
        break;
      }
      paths.push(path);
    }
  }
  return paths;
}

function namesIn(text: string, budget: Budget): string[] {
  const names: string[] = [];
  for (const name of linesIn(text)) {
    if (!budget.takeName(name.length)) {
      break;
    }
    names.push(name);
  }
  return names;
}

/**
 * Whether the metadata are a single file, or in an archive, instead of a file in a folder of their
 * own.
 */
export function isLoneFile(path: string): boolean {
  return path.endsWith('.egg-info') || path.endsWith('.egg');
}

/** The folder that holds the packages which the metadata at `getPath` speak of. */
export function siteFolderOf(path: string): string {
  const folder = posix.dirname(path);
  return isLoneFile(path) ? folder : posix.dirname(folder);
}
