import { fileURLToPath, pathToFileURL } from 'node:url';
import { UserError } from '../../core/error.ts';
import { INDEX_FILE } from '../delivery/database-index.ts';

/**
 * Description of a mirror's newest database: its `latest.json`, in the form that Grype publishes.
 */
export interface Listing {
  /** `active`, `deprecated` or `eol`: whether this schema continues to be published. */
  readonly status: string;
  /** Such as `v6.1.9`. */
  readonly schemaVersion: string;
  /** RFC 3339. */
  readonly builtAt: string;
  /** Path of the archive, relative to the listing. */
  readonly path: string;
  /** `sha256:…` of the archive. */
  readonly checksum: string;
}

/** Public addresses of Grype's database. */
export const PUBLIC_DATABASE_URLS: readonly string[] = ['https://grype.anchore.io/databases'];

const MODEL = 6;
const LISTING_FILE = 'latest.json';
const SCHEMA_VERSION = /^v?(\d{1,6})\.\d{1,6}\.\d{1,6}$/;
const CHECKSUM = /^sha256:[0-9a-f]{64}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const WORD = /^[a-z]{1,32}$/;
const PATH_CHARS_MAX = 1_024;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/**
 * Returns the listing URL of a mirror: its own URL if that names a `.json` file, otherwise the
 * listing of our schema below it. A mirror can be a directory, by its path or as a `file:` URL.
 *
 * @throws UserError `E_USAGE`
 */
export function toListingUrl(place: string): URL {
  const url = parsePlace(place);
  if (url === undefined || !['http:', 'https:', 'file:'].includes(url.protocol)) {
    throw new UserError('E_USAGE', `invalid database URL "${place}"`, {
      hint: `use a web address such as ${PUBLIC_DATABASE_URLS[0] ?? ''}, or a directory`,
    });
  }
  if (!url.pathname.endsWith('.json')) {
    url.pathname = `${url.pathname.replace(/\/$/, '')}/v${MODEL}/${LISTING_FILE}`;
  }
  return url;
}

/**
 * Returns the URLs at which a mirror may have a database, in the order in which they are tried: the
 * listing of Grype's form, and our signed index. A URL of a `.json` file stands for itself.
 *
 * @param isSignatureRequired whether only a signed index is accepted
 * @throws UserError `E_USAGE`
 */
export function toOfferUrls(place: string, isSignatureRequired: boolean): readonly URL[] {
  const listing = toListingUrl(place);
  const url = parsePlace(place);
  if (url === undefined || listing.pathname === url.pathname) {
    return [listing];
  }
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${INDEX_FILE}`;
  return isSignatureRequired ? [url] : [listing, url];
}

/** Returns whether a mirror is a repository of an OCI registry. */
export function isRegistryPlace(place: string): boolean {
  return place.startsWith('oci://');
}

/** Returns whether a mirror is on this machine and needs no network. */
export function isLocalPlace(place: string): boolean {
  return parsePlace(place)?.protocol === 'file:';
}

/** A path must be recognizable as one: `mirror.example` is more likely a forgotten `https://`. */
function parsePlace(place: string): URL | undefined {
  if (/^\.{0,2}\//.test(place)) {
    return pathToFileURL(place);
  }
  return URL.canParse(place) ? new URL(place) : undefined;
}

/**
 * Parses a listing and ignores unknown members.
 *
 * @throws UserError `E_DB_UPDATE` if it is invalid, is of another schema, or lacks the checksum
 */
export function parseListing(text: string, url: URL): Listing {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new UserError('E_DB_UPDATE', `invalid database listing: ${formatUrl(url)} is not JSON`, {
      cause,
    });
  }
  const members = document !== null && typeof document === 'object' ? document : {};
  const readMember = (name: string, form: RegExp): string => {
    const value: unknown = Object.hasOwn(members, name) ? Reflect.get(members, name) : undefined;
    if (typeof value !== 'string' || !form.test(value)) {
      throw new UserError(
        'E_DB_UPDATE',
        `invalid database listing ${formatUrl(url)}: field "${name}" is missing or malformed`,
      );
    }
    return value;
  };
  const schemaVersion = readMember('schemaVersion', SCHEMA_VERSION);
  if (Number(SCHEMA_VERSION.exec(schemaVersion)?.[1]) !== MODEL) {
    throw new UserError(
      'E_DB_UPDATE',
      `unsupported database schema ${schemaVersion} at ${formatUrl(url)}: this version reads schema ${MODEL}`,
    );
  }
  const listing = {
    status: readMember('status', WORD),
    schemaVersion,
    builtAt: readMember('built', TIME),
    path: readMember('path', /./),
    checksum: readMember('checksum', CHECKSUM),
  };
  toArchiveUrl(listing, url);
  return listing;
}

/**
 * Returns the URL of the archive. A listing may only name archives next to or below itself, so that
 * only the mirror that the user configured is trusted.
 *
 * @throws UserError `E_DB_UPDATE`
 */
export function toArchiveUrl({ path }: Listing, listing: URL): URL {
  const folder = new URL('.', listing);
  // `a:b` is a name here, not a scheme.
  const isWhole = SCHEME.test(path) && path.includes('//');
  const reference = isWhole || path.startsWith('/') ? path : `./${path}`;
  const url = URL.canParse(reference, folder) ? new URL(reference, folder) : undefined;
  const isBelow = url?.origin === folder.origin && url.pathname.startsWith(folder.pathname);
  if (url === undefined || !isBelow || path.length > PATH_CHARS_MAX) {
    throw new UserError(
      'E_DB_UPDATE',
      `${formatUrl(listing)} names an archive outside its own directory: "${path.slice(0, 200)}"`,
      { hint: 'put the archive next to latest.json on the mirror' },
    );
  }
  url.username = folder.username;
  url.password = folder.password;
  return url;
}

/** Returns a URL for messages, without possible secrets. */
export function formatUrl(url: URL): string {
  return url.protocol === 'file:' ? fileURLToPath(url) : `${url.origin}${url.pathname}`;
}
