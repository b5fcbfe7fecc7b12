import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defined } from '../../core/defined.ts';
import { UserError } from '../../core/error.ts';
import {
  type DatabaseIndex,
  isIndexText,
  type PublishedIndex,
  parsePublishedIndex,
} from '../delivery/database-index.ts';
import { createDirectorySource, type DeliverySource } from '../delivery/delivery-source.ts';
import { isInstalled } from '../delivery/install-index.ts';
import { createTrustError } from '../delivery/signed-document.ts';
import { isSignatureRequired, type TrustedIndex, verifyIndex } from '../delivery/trust.ts';
import { type DatabaseStatus, describeDatabase, describeLayer } from '../describe-database.ts';
import { isFromArchive } from '../pinned-archive.ts';
import { type FetchedDocument, fetchDocument } from './fetch-listing.ts';
import { createHttpSource } from './http-source.ts';
import { formatUrl, isRegistryPlace, type Listing, parseListing, toOfferUrls } from './listing.ts';
import { checkPlace, type UpdateClients } from './mirrors.ts';
import { openRegistryPublication } from './registry-source.ts';
import { createStatusError } from './status-error.ts';
import {
  readAcceptedIndex,
  readUpdateState,
  recordAcceptedIndex,
  type StoredListing,
  type UpdateState,
  writeUpdateState,
} from './update-state.ts';

/** A database that a mirror has: an archive of Grype's form, or a signed index of ours. */
export type Offer = ListingOffer | IndexOffer;

export interface ListingOffer {
  readonly kind: 'listing';
  readonly listing: Listing;
  readonly url: URL;
}

export interface IndexOffer {
  readonly kind: 'index';
  readonly index: DatabaseIndex;
  readonly place: string;
}

/** A mirror's offer, compared with the current database. */
export interface UpdateCheck<Offered extends Offer = Offer> {
  readonly current: DatabaseStatus;
  readonly offer: Offered;
  readonly isNewer: boolean;
}

/** An offer, and what an update needs in addition. */
export type FoundOffer =
  | { readonly check: UpdateCheck<ListingOffer>; readonly answer: StoredListing }
  | {
      readonly check: UpdateCheck<IndexOffer>;
      readonly source: DeliverySource;
      readonly trusted: TrustedIndex;
    };

/**
 * Asks a mirror for its newest database, and stores the answer.
 *
 * @throws UserError `E_NETWORK`, `E_DB_UPDATE`, `E_LIMIT`, `E_DB_UNTRUSTED` if it must be signed and
 *   is not, or by other keys
 */
export async function findOffer(
  root: string,
  place: string,
  clients: UpdateClients,
): Promise<FoundOffer> {
  const { options } = clients;
  if (isRegistryPlace(place)) {
    const { text, source } = await openRegistryPublication(place, clients);
    const published = parsePublishedIndex(text, place, options.limits);
    return checkIndex(root, { published, source }, clients);
  }
  const state = readUpdateState(root);
  const isSigned = isSignatureRequired(
    defined({ keyFile: options.keyFile }),
    readAcceptedIndex(root),
  );
  const fetched = await fetchFirst(place, { known: state.answer, isSigned }, clients);
  const { content, answer } = fetched;
  if (content.kind === 'listing') {
    return checkListing(root, state, { content, answer, options });
  }
  const { url, published } = content;
  const source =
    url.protocol === 'file:'
      ? createDirectorySource(path.dirname(fileURLToPath(url)))
      : createHttpSource(url, clients);
  return checkIndex(root, { published, source, answer }, clients);
}

type OfferedDocument =
  | ListingOffer
  | { readonly kind: 'index'; readonly url: URL; readonly published: PublishedIndex };

/** Fetches the first document that exists at the URLs of a mirror. */
async function fetchFirst(
  place: string,
  { known, isSigned }: { readonly known: StoredListing | undefined; readonly isSigned: boolean },
  { listings, options }: UpdateClients,
): Promise<FetchedDocument<OfferedDocument>> {
  const { limits, archiveDigest } = options;
  const urls = toOfferUrls(place, isSigned);
  const checked = archiveDigest === undefined ? urls : urls.slice(0, 1);
  for (const url of checked) {
    const parseOffer = (text: string): OfferedDocument => {
      if (isIndexText(text)) {
        return { kind: 'index', url, published: parsePublishedIndex(text, formatUrl(url), limits) };
      }
      if (isSigned) {
        throw createTrustError(`no signature: ${formatUrl(url)} is not a signed database index`);
      }
      return { kind: 'listing', url, listing: parseListing(text, url) };
    };
    const fetched = await fetchDocument(url, known, parseOffer, {
      http: listings,
      limits,
      checkUrl: (from) => checkPlace(from, options),
    });
    if (fetched !== undefined) {
      return fetched;
    }
  }
  throw createMissingError(urls);
}

function createMissingError([url, ...others]: readonly URL[]): UserError {
  if (url === undefined || url.protocol !== 'file:') {
    return createStatusError(url ?? new URL('file:///'), 404);
  }
  const file = fileURLToPath(url);
  return new UserError('E_DB_UPDATE', `could not read the database listing "${file}"`, {
    hint:
      others.length === 0
        ? 'check the path of the directory'
        : 'the directory of a mirror has v6/latest.json or index.json',
  });
}

function checkListing(
  root: string,
  state: UpdateState,
  {
    content: offer,
    answer,
    options: { now, archiveDigest, isThorough },
  }: FetchedDocument<ListingOffer> & Pick<UpdateClients, 'options'>,
): FoundOffer {
  if (fs.existsSync(root)) {
    writeUpdateState(root, { ...state, checkedAt: now, answer });
  }
  const current = describeLayer(root, isThorough);
  const { listing } = offer;
  if (archiveDigest !== undefined) {
    const isHere = current.isValid && isFromArchive(root, archiveDigest);
    return { check: { current, offer, isNewer: !isHere }, answer };
  }
  const isInUse =
    state.installed?.checksum === listing.checksum &&
    state.installed.generation === path.basename(current.path);
  const builtAt = current.isValid ? current.description?.builtAt : undefined;
  const isNewer =
    builtAt === undefined || (!isInUse && Date.parse(listing.builtAt) > Date.parse(builtAt));
  return { check: { current, offer, isNewer }, answer };
}

interface OfferedIndex {
  readonly published: PublishedIndex;
  readonly source: DeliverySource;
  readonly answer?: StoredListing;
}

/** Verifies an index, and stores that it was accepted before anything is downloaded. */
function checkIndex(
  root: string,
  { published, source, answer }: OfferedIndex,
  { options }: UpdateClients,
): FoundOffer {
  const { now, machineTime = now, archiveDigest, keyFile, isFirstKeyTrusted } = options;
  const { place } = source;
  if (archiveDigest !== undefined) {
    throw new UserError('E_USAGE', `--db-digest pins an archive, but ${place} has an index`, {
      hint: "pin the publisher's key with --db-key instead",
    });
  }
  const trusted = verifyIndex(published, {
    ...defined({ keyFile, isFirstKeyTrusted }),
    accepted: readAcceptedIndex(root),
    place,
    machineTime,
  });
  if (fs.existsSync(root)) {
    const { accepted: delivery } = trusted;
    recordAcceptedIndex(root, { checkedAt: now, ...defined({ answer }), delivery });
  }
  const { index } = trusted;
  const isNewer = !isInstalled(index, root, options);
  const current = describeDatabase(root);
  return { check: { current, offer: { kind: 'index', index, place }, isNewer }, source, trusted };
}
