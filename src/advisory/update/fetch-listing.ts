import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defined } from '../../core/defined.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import type { HttpClient } from '../../http/http-client.ts';
import { formatUrl, type Listing, parseListing } from './listing.ts';
import { createStatusError } from './status-error.ts';
import type { StoredListing } from './update-state.ts';

/** Few, because the old database or the next mirror may do as well. */
const TRIES_MAX = 2;

/** A listing, and the state to store about it. */
export interface FetchedListing {
  readonly listing: Listing;
  readonly answer: StoredListing;
}

export interface FetchOptions {
  readonly http: HttpClient;
  readonly limits: Limits;
  /** Throws if downloads from an address are not allowed, such as the target of a redirect. */
  checkUrl(url: URL): void;
}

/**
 * Requests the listing of a mirror, conditionally if an earlier response of the same address is
 * stored, or reads it from a directory. RFC 9110, 13.1.
 *
 * @throws UserError `E_NETWORK`, `E_UNAUTHORIZED`, `E_DB_UPDATE` or `E_LIMIT`
 */
export async function fetchListing(
  url: URL,
  known: StoredListing | undefined,
  { http, limits, checkUrl }: FetchOptions,
): Promise<FetchedListing> {
  if (url.protocol === 'file:') {
    return readListing(url, limits);
  }
  const earlier = known?.url === formatUrl(url) ? parseStored(known, url) : undefined;
  const response = await http.send({
    url,
    headers: toConditions(earlier?.answer),
    triesMax: Math.min(limits.httpTriesMax, TRIES_MAX),
  });
  checkUrl(response.url);
  if (response.status === 304 && earlier !== undefined) {
    response.discard();
    return earlier;
  }
  if (response.status !== 200) {
    response.discard();
    throw createStatusError(url, response.status);
  }
  const text = Buffer.from(await http.readBody(response, limits.httpAnswerBytesMax)).toString(
    'utf8',
  );
  const { etag, 'last-modified': lastModified } = response.headers;
  return {
    listing: parseListing(text, url),
    answer: {
      url: formatUrl(url),
      ...defined({ etag, lastModified }),
      text,
    },
  };
}

/** Reads the listing of a mirror that is a directory on this machine. */
function readListing(url: URL, limits: Limits): FetchedListing {
  const file = fileURLToPath(url);
  let text: string;
  try {
    if (fs.statSync(file).size > limits.httpAnswerBytesMax) {
      throw new UserError('E_LIMIT', `"${file}" has more than ${limits.httpAnswerBytesMax} bytes`);
    }
    text = fs.readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof UserError) {
      throw cause;
    }
    throw new UserError('E_DB_UPDATE', `could not read the database listing "${file}"`, { cause });
  }
  return { listing: parseListing(text, url), answer: { url: formatUrl(url), text } };
}

function parseStored(answer: StoredListing, url: URL): FetchedListing | undefined {
  try {
    return { listing: parseListing(answer.text, url), answer };
  } catch {
    return undefined;
  }
}

function toConditions(answer: StoredListing | undefined): Record<string, string> {
  const { etag, lastModified } = answer ?? {};
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}
