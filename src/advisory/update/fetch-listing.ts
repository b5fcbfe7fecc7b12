import { defined } from '../../core/defined.ts';
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
 * stored. RFC 9110, 13.1.
 *
 * @throws UserError `E_NETWORK`, `E_UNAUTHORIZED`, `E_DB_UPDATE` or `E_LIMIT`
 */
export async function fetchListing(
  url: URL,
  known: StoredListing | undefined,
  { http, limits, checkUrl }: FetchOptions,
): Promise<FetchedListing> {
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
