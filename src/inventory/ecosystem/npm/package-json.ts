import { type Bytes, readWhole } from '../../../foundation/core/bytes.ts';
import { toText } from '../../../foundation/core/to-text.ts';
import { decodeDocument } from '../../../foundation/syntax/json/bounded-json.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { parseJson } from '../../../foundation/syntax/json/parse-json.ts';
import { formatPeople, formatPerson } from './person.ts';

/** The used fields of a `package.json`. Missing fields are empty. */
export interface PackageJson {
  readonly name: string;
  readonly version: string;
  /** Author, authors, contributors and maintainers, in this order, joined by commas. */
  readonly author: string;
  readonly homepage: string;
  readonly description: string;
  /** URL of the repository. */
  readonly url: string;
  readonly isPrivate: boolean;
  readonly licenses: readonly string[];
}

const manifestsRead = new WeakMap<Bytes, PackageJson | undefined>();

/** Calls {@link parsePackageJson} once for a file that several catalogers request. */
export function readPackageJson(content: Bytes): PackageJson | undefined {
  if (!manifestsRead.has(content)) {
    manifestsRead.set(content, parsePackageJson(readWhole(content)));
  }
  return manifestsRead.get(content);
}

/**
 * Parses the whole file; its size limits the cost. Returns `undefined` if it is not a JSON object.
 * npm documentation, "package.json".
 */
export function parsePackageJson(content: Uint8Array): PackageJson | undefined {
  const value = parseJson(decodeDocument(content));
  if (!isRecord(value)) {
    return undefined;
  }
  return {
    name: toText(value['name']),
    version: toText(value['version']),
    author: formatAuthors(value),
    homepage: toText(value['homepage']),
    description: toText(value['description']),
    url: getRepositoryUrl(value['repository']),
    isPrivate: value['private'] === true,
    licenses: listNpmLicenses(value),
  };
}

function formatAuthors(value: Readonly<Record<string, unknown>>): string {
  return [
    formatPerson(value['author']),
    formatPeople(value['authors']),
    formatPeople(value['contributors']),
    formatPeople(value['maintainers']),
  ]
    .filter((text) => text !== '')
    .join(', ');
}

function getRepositoryUrl(value: unknown): string {
  return isRecord(value) ? toText(value['url']) : toText(value);
}

/**
 * Returns license names. `license` is a string, formerly an object with a type; `licenses` is a
 * former list of those and is only used without `license`.
 */
export function listNpmLicenses(value: Readonly<Record<string, unknown>>): string[] {
  const stated = value['license'] ?? value['licenses'];
  const list: readonly unknown[] = Array.isArray(stated) ? stated : [stated];
  return list
    .map((item) => toText(isRecord(item) ? (item['type'] ?? item['name']) : item))
    .filter((name) => name.trim() !== '');
}
