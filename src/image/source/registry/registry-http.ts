import { readFile } from 'node:fs/promises';
import { UserError } from '../../../foundation/core/error.ts';
import type { Limits } from '../../../foundation/core/limits.ts';
import type { NetworkOptions } from '../../../foundation/core/target.ts';
import type { HttpClient } from '../../../foundation/http/http-client.ts';
import { createHttpClient } from '../create-http-client.ts';

const USER_AGENT = 'plimsoll';

/**
 * Creates the client for requests to registries.
 *
 * @throws UserError `E_CONFIG` if the certificates cannot be read
 */
export async function createRegistryHttp(
  limits: Limits,
  network: NetworkOptions,
): Promise<HttpClient> {
  return await createHttpClient({
    limits,
    userAgent: USER_AGENT,
    proxyEnvironment: process.env,
    extraCertificates: await readExtraCertificates(network.certificateFile),
    isTlsUnchecked: network.isTlsUnchecked ?? false,
    allowedHosts: network.allowedHosts ?? [],
    isPublicOnly: network.isPublicOnly ?? false,
  });
}

async function readExtraCertificates(path: NetworkOptions['certificateFile']): Promise<string[]> {
  if (path === undefined) {
    return [];
  }
  try {
    return [await readFile(path, 'utf8')];
  } catch (error) {
    throw new UserError('E_CONFIG', `could not read the certificates in "${path}"`, {
      hint: 'name a PEM file of certificates with --ca-file',
      cause: error,
    });
  }
}
