import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Bytes } from '../../core/bytes.ts';
import { compareText } from '../../core/compare-text.ts';
import { UserError } from '../../core/error.ts';
import { unescapeUriComponent } from '../../core/uri-component.ts';
import type { FeedSource } from '../provider/contract.ts';

/** Hosts of Git repositories, and the address of the archive of a repository's main branch. */
const ARCHIVE_PATHS: ReadonlyMap<string, (repository: string) => string> = new Map([
  ['github.com', (repository) => `${repository}/archive/HEAD.tar.gz`],
  ['codeberg.org', (repository) => `${repository}/archive/HEAD.tar.gz`],
  [
    'gitlab.com',
    (repository) => `${repository}/-/archive/HEAD/${path.posix.basename(repository)}-HEAD.tar.gz`,
  ],
]);

/**
 * Returns the address of the file that has the documents of a source: for a Git repository, the
 * archive that its host offers.
 *
 * @returns `undefined` if the documents cannot be downloaded as one file
 */
export function toDownloadUrl({ url, form, archive, listNext }: FeedSource): URL | undefined {
  if (archive !== undefined) {
    return new URL(archive);
  }
  if (form === 'files' && listNext === undefined) {
    return undefined;
  }
  const address = new URL(url);
  if (form === 'git') {
    const toArchivePath = ARCHIVE_PATHS.get(address.hostname);
    if (toArchivePath === undefined) {
      return undefined;
    }
    address.pathname = toArchivePath(address.pathname.replace(/(?:\.git)?\/?$/, ''));
  }
  return address;
}

/** Returns whether a downloaded file of a source names other files. */
export function isFileList({ lists, listNext }: FeedSource, { pathname }: URL): boolean {
  return listNext !== undefined && (lists?.some((end) => pathname.endsWith(end)) ?? true);
}

/**
 * Returns the addresses that a list of a source names.
 *
 * @throws UserError `E_NETWORK` if one is on another host, or if the file is not in a known form
 */
export function listNextUrls({ listNext }: FeedSource, content: Bytes, url: URL): readonly URL[] {
  const addresses = listNext?.(content, url);
  if (addresses === undefined) {
    throw new UserError('E_NETWORK', `${url.href} is not a list of files in a known form`, {
      hint: 'the server may have answered with an error page; the old files are kept',
    });
  }
  return addresses.map((address) => {
    const next = URL.canParse(address, url) ? new URL(address, url) : undefined;
    if (next?.host !== url.host || next.protocol !== url.protocol) {
      throw new UserError('E_NETWORK', `${url.href} names a file on another host: "${address}"`);
    }
    return next;
  });
}

/**
 * Returns the path of a downloaded file below the directory of feeds: a directory for its host, and
 * the path of its address. No segment is `..`, hidden, or has a separator.
 */
export function toFeedPath({ host, pathname, search }: URL): string {
  const segments = `${pathname}${search}`.split('/').filter((segment) => segment !== '');
  return path.join(...[host, ...segments.map(unescapeUriComponent)].map(toFileName));
}

function toFileName(segment: string): string {
  return segment.replaceAll(/^\.|[^\w .+~@=,()-]/g, encodeURIComponent).replace(/^\./, '%2E');
}

/** Returns the address of a file on a mirror, which has the same paths as a directory of feeds. */
export function toMirrorUrl(mirror: URL, url: URL): URL {
  if (mirror.protocol === 'file:') {
    return pathToFileURL(path.join(fileURLToPath(mirror), toFeedPath(url)));
  }
  const base = new URL(mirror);
  base.pathname = `${base.pathname.replace(/\/$/, '')}/${url.host}${url.pathname}`;
  base.search = url.search;
  return base;
}

/**
 * Returns the addresses of the documents of a source that consists of many files, if a directory
 * mirrors them: a web server does not list its files.
 */
export function listMirroredUrls(
  mirror: URL,
  { url, documents }: FeedSource,
): readonly URL[] | undefined {
  const base = new URL('.', url);
  const folder = mirror.protocol === 'file:' ? fileURLToPath(toMirrorUrl(mirror, base)) : undefined;
  if (folder === undefined || !fs.existsSync(folder)) {
    return undefined;
  }
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .map((name) => name.split(path.sep))
    .filter((parts) => documents?.test(parts.join('/')) ?? !parts.some((part) => part[0] === '.'))
    .map((parts) => parts.map(encodeURIComponent).join('/'))
    .sort(compareText)
    .map((name) => new URL(name, base));
}

/**
 * Parses the address of a mirror: a URL, or a directory.
 *
 * @throws UserError `E_USAGE`
 */
export function parseMirror(text: string): URL {
  const isPath = /^\.{0,2}\//.test(text);
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const url = isPath ? pathToFileURL(text) : parsed;
  if (url === undefined || !['http:', 'https:', 'file:'].includes(url.protocol)) {
    throw new UserError('E_USAGE', `invalid mirror "${text}"`, {
      hint: 'use a web address such as https://mirror.example/feeds, or a directory such as ./feeds',
    });
  }
  return url;
}
