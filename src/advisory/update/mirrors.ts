import fs from 'node:fs';
import { UserError } from '../../core/error.ts';
import { HttpClient } from '../../http/http-client.ts';
import { isLoopbackHost } from '../../http/loopback-host.ts';
import { checkPin } from '../pinned-archive.ts';
import { formatUrl, isRegistryPlace, toListingUrl } from './listing.ts';
import type { UpdateOptions } from './update-options.ts';

const USER_AGENT = 'plimsoll';
/** Errors of one mirror that another one may not have. */
const MIRROR_ERRORS: ReadonlySet<string> = new Set([
  'E_NETWORK',
  'E_TARGET_UNKNOWN',
  'E_UNAUTHORIZED',
  'E_DB_UPDATE',
  'E_DB_UNTRUSTED',
  'E_DIGEST_MISMATCH',
  'E_LIMIT',
]);

/** Two clients: one with short timeouts for the listing, and one for the archive. */
export interface UpdateClients extends Disposable {
  readonly listings: HttpClient;
  readonly archives: HttpClient;
  readonly options: UpdateOptions;
  /** Further connections, which are closed with the clients. */
  readonly open: DisposableStack;
}

export function createClients(options: UpdateOptions): UpdateClients {
  const { limits, environment, certificateFile, allowedHosts = [] } = options;
  const common = {
    allowedHosts,
    userAgent: USER_AGENT,
    proxyEnvironment: environment,
    extraCertificates: readCertificates(certificateFile),
  };
  const hasty = {
    ...limits,
    httpIdleMsMax: Math.min(limits.httpIdleMsMax, limits.databaseListingMsMax),
    httpAnswerMsMax: Math.min(limits.httpAnswerMsMax, limits.databaseListingMsMax),
  };
  const listings = new HttpClient({ ...common, limits: hasty });
  const archives = new HttpClient({ ...common, limits });
  const open = new DisposableStack();
  return {
    listings,
    archives,
    options,
    open,
    [Symbol.dispose]: () => {
      open.dispose();
      listings[Symbol.dispose]();
      archives[Symbol.dispose]();
    },
  };
}

/** Returns the result of the first mirror that succeeds. If none does, throws the errors of all. */
export async function tryMirrors<Result>(
  options: UpdateOptions,
  attempt: (place: string) => Promise<Result>,
): Promise<Result> {
  const { places, progress } = options;
  checkPin(options.archiveDigest);
  for (const place of places.filter((one) => !isRegistryPlace(one))) {
    checkPlace(toListingUrl(place), options);
  }
  const faults: UserError[] = [];
  for (const [index, place] of places.entries()) {
    try {
      return await attempt(place);
    } catch (error) {
      if (!(error instanceof UserError) || !MIRROR_ERRORS.has(error.code)) {
        throw error;
      }
      faults.push(error);
      if (index + 1 < places.length) {
        const message = `${error.message}; trying the next mirror`;
        progress.emit({ kind: 'notice', level: 'warning', message });
      }
    }
  }
  throw mergeErrors(faults);
}

/**
 * Without TLS, anyone on the network path can replace the database with one that lacks advisories.
 *
 * @throws UserError `E_USAGE` unless that is allowed, the archive is pinned, or the host is this
 *   machine
 */
export function checkPlace(url: URL, { isPlainAllowed, archiveDigest }: UpdateOptions): void {
  if (!isSafeTransport(url) && isPlainAllowed !== true && archiveDigest === undefined) {
    const message = `refusing to download the advisory database from ${formatUrl(url)} without TLS`;
    throw new UserError('E_USAGE', message, {
      hint: 'use https://, pin the archive with --db-digest, or allow it with --insecure-db-http',
    });
  }
}

/** Returns whether nobody on a network path can replace the content of a URL. */
export function isSafeTransport({ protocol, hostname }: URL): boolean {
  return ['https:', 'file:'].includes(protocol) || isLoopbackHost(hostname);
}

function mergeErrors(faults: readonly UserError[]): UserError {
  const [first, ...others] = faults;
  if (first === undefined) {
    return new UserError('E_USAGE', 'no advisory database URL is configured');
  }
  if (others.length === 0) {
    return first;
  }
  const isOfNetwork = faults.every(({ code }) => code === 'E_NETWORK');
  const messages = faults.map(({ message }) => message).join('; ');
  const message = `could not download the advisory database from any mirror: ${messages}`;
  return new UserError(isOfNetwork ? 'E_NETWORK' : 'E_DB_UPDATE', message, { cause: first });
}

/** Reads a PEM file of certificates that the user trusts; empty if there is none. */
export function readCertificates(file: string | undefined): string[] {
  if (file === undefined) {
    return [];
  }
  try {
    return [fs.readFileSync(file, 'utf8')];
  } catch (cause) {
    throw new UserError('E_CONFIG', `could not read the certificates in "${file}"`, {
      hint: 'name a PEM file of certificates with --ca-file',
      cause,
    });
  }
}
