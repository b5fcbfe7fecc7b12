import { posix } from 'node:path';
import { readZipMember } from '../../../foundation/bytes/zip/zip-member.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
import { readText, toBytes } from '../../../foundation/core/bytes.ts';
import type { Extraction, Want, WantedFile } from '../../../foundation/core/cataloger.ts';
import {
  classifyFile,
  isLicenseFile,
  type TextLicense,
} from '../../../foundation/identity/license/license-file.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { parseJson } from '../../../foundation/syntax/json/parse-json.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import { type CoreMetadata, parseCoreMetadata } from '../../ecosystem/python/core-metadata.ts';
import { parseRecord, type RecordedFile } from '../../ecosystem/python/installed-files.ts';

/** Origin of a project that was not installed from an index. Member names as in Syft's JSON. */
export interface DirectUrl {
  readonly url: string;
  readonly commitId?: string;
  readonly vcs?: string;
}

/** Content of one file of an installed project. */
export type PythonFact =
  | {
      readonly kind: 'metadata';
      /** Without a license if that is a text. */
      readonly metadata: CoreMetadata;
      readonly licenseTexts: readonly TextLicense[];
    }
  | { readonly kind: 'license'; readonly licenses: readonly TextLicense[] }
  | { readonly kind: 'record'; readonly files: readonly RecordedFile[] }
  /** Paths relative to the directory of the list. */
  | { readonly kind: 'installed'; readonly paths: readonly string[] }
  | { readonly kind: 'top-level'; readonly names: readonly string[] }
  | { readonly kind: 'direct-url'; readonly origin: DirectUrl }
  | { readonly kind: 'environment'; readonly version: string; readonly hasSystemSite: boolean };

/**
 * Installers write the names of metadata directories in lower case, few other tools in upper case.
 */
function listMetadataPaths(name: string): string[] {
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
  { role: 'record', paths: listMetadataPaths('RECORD'), maxBytes: 'textFileBytesMax' },
  {
    role: 'installed',
    paths: listMetadataPaths('installed-files.txt'),
    maxBytes: 'textFileBytesMax',
  },
  { role: 'top-level', paths: listMetadataPaths('top_level.txt'), maxBytes: 'configFileBytesMax' },
  {
    role: 'direct-url',
    paths: listMetadataPaths('direct_url.json'),
    maxBytes: 'configFileBytesMax',
  },
  {
    role: 'license',
    paths: ['LICEN*', 'licen*', 'Licen*', 'COPYING*', 'UNLICENSE*', 'licenses/*'].flatMap(
      listMetadataPaths,
    ),
    maxBytes: 'licenseFileBytesMax',
  },
  { role: 'environment', paths: ['**/pyvenv.cfg'], maxBytes: 'configFileBytesMax' },
];

export function extractPythonFact(file: WantedFile): Extraction<PythonFact> {
  if (file.role === 'egg') {
    return readEgg(file);
  }
  if (file.role === 'license') {
    return readLicenseFact(file);
  }
  const text = readText(file.content);
  switch (file.role) {
    case 'metadata':
      return readMetadataFact(text, file);
    case 'record': {
      const { files, problems } = parseRecord(text, file.budget);
      return { fact: { kind: 'record', files }, problems };
    }
    case 'installed':
      return { fact: { kind: 'installed', paths: readPaths(text, file.budget) } };
    case 'top-level':
      return { fact: { kind: 'top-level', names: readNames(text, file.budget) } };
    case 'direct-url':
      return readDirectUrl(text);
    default:
      return { fact: readEnvironment(text) };
  }
}

/** Reads a project that is imported from an archive, as setuptools installed them in the past. */
function readEgg(file: WantedFile): Extraction<PythonFact> {
  const { content: text, problems } = readZipMember(file.content, 'EGG-INFO/PKG-INFO', file.budget);
  if (text === undefined) {
    return { problems };
  }
  const read = readMetadataFact(Buffer.from(text).toString('utf8'), file);
  return { ...read, problems: [...problems, ...(read.problems ?? [])] };
}

/**
 * Old versions of Python have a record of the interpreter itself, whose name resembles a project.
 */
function readMetadataFact(
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

/** Other files of the directory, such as lists of authors, are not licenses. */
function readLicenseFact({ path, content, limits }: WantedFile): Extraction<PythonFact> {
  return isLicenseFile(posix.basename(path))
    ? { fact: { kind: 'license', licenses: classifyFile(content, limits) } }
    : {};
}

function readDirectUrl(text: string): Extraction<PythonFact> {
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

/** Keys and values separated by an equals sign. Python documentation, "venv". */
function readEnvironment(text: string): PythonFact {
  const settings = new Map<string, string>();
  for (const line of iterateLines(text)) {
    const equals = line.indexOf('=');
    settings.set(line.slice(0, Math.max(0, equals)).trim(), line.slice(equals + 1).trim());
  }
  return {
    kind: 'environment',
    version: settings.get('version') ?? settings.get('version_info') ?? '',
    hasSystemSite: settings.get('include-system-site-packages')?.toLowerCase() === 'true',
  };
}

function iterateLines(text: string): Iterable<string> {
  return splitLines(text).map((line) => line.text);
}

function readPaths(text: string, budget: Budget): string[] {
  const paths: string[] = [];
  const listing = budget.createFileList();
  for (const path of iterateLines(text)) {
    if (path !== '') {
      if (!listing.take(path.length)) {
        break;
      }
      paths.push(path);
    }
  }
  return paths;
}

function readNames(text: string, budget: Budget): string[] {
  const names: string[] = [];
  for (const name of iterateLines(text)) {
    if (!budget.takeName(name.length)) {
      break;
    }
    names.push(name);
  }
  return names;
}

/**
 * Whether the metadata is a single file, or in an archive, instead of a file in its own directory.
 */
export function isLoneFile(path: string): boolean {
  return path.endsWith('.egg-info') || path.endsWith('.egg');
}

/** Returns the directory of the packages that the metadata at `path` describes. */
export function findSiteDirectory(path: string): string {
  const folder = posix.dirname(path);
  return isLoneFile(path) ? folder : posix.dirname(folder);
}
