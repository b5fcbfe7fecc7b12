import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defined } from '../../core/defined.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import type { HttpClient } from '../../http/http-client.ts';
import { formatUrl } from './listing.ts';
import { createStatusError } from './status-error.ts';
import type { StoredListing } from './update-state.ts';

/** Few, because the old database or the next mirror may do as well. */
const TRIES_MAX = 2;

/** A document, and the state to store about it. */
export interface FetchedDocument<Content> {
  readonly content: Content;
  readonly answer: StoredListing;
}

export interface FetchOptions {
  readonly http: HttpClient;
  readonly limits: Limits;
  /** Throws if downloads from an address are not allowed, such as the target of a redirect. */
  checkUrl(url: URL): void;
}

/**
 * Requests the listing or index of a mirror, conditionally if an earlier response of the same
 * address is stored, or reads it from a directory. RFC 9110, 13.1.
 *
 * @returns `undefined` if there is none at the address
 * @throws UserError `E_NETWORK`, `E_UNAUTHORIZED`, `E_DB_UPDATE` or `E_LIMIT`, and the errors of
 *   `parse`
 */
export async function fetchDocument<Content>(
  url: URL,
  known: StoredListing | undefined,
  parse: (text: string) => Content,
  { http, limits, checkUrl }: FetchOptions,
): Promise<FetchedDocument<Content> | undefined> {
  if (url.protocol === 'file:') {
    const text = readLocal(url, limits);
    return text === undefined
      ? undefined
      : { content: parse(text), answer: { url: formatUrl(url), text } };
  }
  const earlier = known?.url === formatUrl(url) ? parseStored(known, parse) : undefined;
  const response = await http.send({
    url,
    headers: toConditions(earlier?.answer ?? {}),
    triesMax: Math.min(limits.httpTriesMax, TRIES_MAX),
  });
  checkUrl(response.url);
  if (response.status === 304 && earlier !== undefined) {
    response.discard();
    return earlier;
  }
  if (response.status !== 200) {
    response.discard();
    if (response.status === 404) {
      return undefined;
    }
    throw createStatusError(url, response.status);
  }
  const bytes = await http.readBody(response, limits.httpAnswerBytesMax);
  const text = Buffer.from(bytes).toString('utf8');
  const { etag, 'last-modified': lastModified } = response.headers;
  return {
    content: parse(text),
    answer: { url: formatUrl(url), ...defined({ etag, lastModified }), text },
  };
}

/** Reads the document of a mirror that is a directory on this machine. */
function readLocal(url: URL, limits: Limits): string | undefined {
  const file = fileURLToPath(url);
  try {
    const found = fs.statSync(file, { throwIfNoEntry: false });
    if (found === undefined) {
      return undefined;
    }
    if (found.size > limits.httpAnswerBytesMax) {
      throw new UserError('E_LIMIT', `"${file}" has more than ${limits.httpAnswerBytesMax} bytes`);
    }
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof UserError) {
      throw cause;
    }
    throw new UserError('E_DB_UPDATE', `could not read the database listing "${file}"`, { cause });
  }
}

function parseStored<Content>(
  answer: StoredListing,
  parse: (text: string) => Content,
): FetchedDocument<Content> | undefined {
  try {
    return { content: parse(answer.text), answer };
  } catch {
    return undefined;
  }
}

/** Returns the headers of a request for a content only if it differs from a known one. */
export function toConditions({
  etag,
  lastModified,
}: Pick<StoredListing, 'etag' | 'lastModified'>): Readonly<Record<string, string>> {
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}
