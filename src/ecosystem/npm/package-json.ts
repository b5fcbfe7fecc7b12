import { type Bytes, readWhole } from '../../core/bytes.ts';
import { decodeDocument } from '../../syntax/json/bounded-json.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { parseJson } from '../../syntax/json/parse-json.ts';
import { peopleText, personText } from './person.ts';

/** The fields that are kept of a `package.json`. What it does not state is empty. */
export interface PackageJson {
  readonly name: string;
  readonly version: string;
  /** Author, authors, contributors and maintainers, in this order, joined by commas. */
  readonly author: string;
  readonly homepage: string;
  readonly description: string;
  /** Address of the repository. */
  readonly url: string;
  readonly isPrivate: boolean;
  readonly licenses: readonly string[];
}

const manifestsRead = new WeakMap<Bytes, PackageJson | undefined>();

/** {@link parsePackageJson} of a file that several catalogers want, for which it is read once. */
export function packageJsonOf(content: Bytes): PackageJson | undefined {
  if (!manifestsRead.has(content)) {
    manifestsRead.set(content, parsePackageJson(readWhole(content)));
  }
  return manifestsRead.get(content);
}

/**
 * The size of the content bounds what it costs; it is read whole. `undefined` where it is no JSON
 * object. npm documentation, "package.json".
 */
export function parsePackageJson(content: Uint8Array): PackageJson | undefined {
  const value = parseJson(decodeDocument(content));
  if (!isRecord(value)) {
    return undefined;
  }
  return {
    name: textOf(value['name']),
    version: textOf(value['version']),
    author: authorsOf(value),
    homepage: textOf(value['homepage']),
    description: textOf(value['description']),
    url: repositoryOf(value['repository']),
    isPrivate: value['private'] === true,
    licenses: npmLicenses(value),
  };
}

function authorsOf(value: Readonly<Record<string, unknown>>): string {
  return [
    personText(value['author']),
    peopleText(value['authors']),
    peopleText(value['contributors']),
    peopleText(value['maintainers']),
  ]
    .filter((text) => text !== '')
    .join(', ');
}

function repositoryOf(value: unknown): string {
  return isRecord(value) ? textOf(value['url']) : textOf(value);
}

/**
 * Names of licences: `license` is a text, formerly an object with a type; `licenses` is a former
 * list of those and only counts where there is no `license`.
 */
export function npmLicenses(value: Readonly<Record<string, unknown>>): string[] {
  const stated = value['license'] ?? value['licenses'];
  const list: readonly unknown[] = Array.isArray(stated) ? stated : [stated];
  return list
    .map((item) => textOf(isRecord(item) ? (item['type'] ?? item['name']) : item))
    .filter((name) => name.trim() !== '');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
