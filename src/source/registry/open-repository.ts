import { UserError } from '../../core/error.ts';
import type { OpenOptions } from '../../core/target.ts';
import { parseReference } from '../../identity/image-reference.ts';
import { createHttpClient } from '../create-http-client.ts';
import { connectToRegistry, readExtraCertificates } from './registry.ts';

/** An artifact in a registry that is not an image. */
export interface OpenRepository extends Disposable {
  /** Manifest of the requested tag or digest. */
  readonly manifest: Uint8Array;
  readBlob(digest: string, bytesMax: number): Promise<Uint8Array>;
  /** The caller verifies the digest. */
  streamBlob(digest: string, sizeBytes: number): AsyncIterable<Uint8Array>;
}

/**
 * Opens `host/name:tag` in a registry.
 *
 * @throws UserError `E_TARGET_UNKNOWN`, `E_UNAUTHORIZED` or `E_NETWORK`
 */
export async function openRepository(
  target: string,
  options: Pick<OpenOptions, 'limits' | 'network' | 'progress'>,
): Promise<OpenRepository> {
  const reference = parseReference(target);
  if (reference === undefined) {
    throw new UserError('E_USAGE', `invalid reference "${target}"`, {
      hint: 'write host/name:tag, in lower case',
    });
  }
  const { network = {}, limits } = options;
  const http = await createHttpClient({
    limits,
    userAgent: 'plimsoll',
    proxyEnvironment: process.env,
    extraCertificates: await readExtraCertificates(network.certificateFile),
    isTlsUnchecked: network.isTlsUnchecked ?? false,
    allowedHosts: network.allowedHosts ?? [],
  });
  try {
    const { client, root } = await connectToRegistry(reference, { http, options });
    return {
      manifest: root.bytes,
      readBlob: (digest, bytesMax) => client.readBlob(digest, bytesMax),
      streamBlob: (digest, sizeBytes) => client.readBlobStream(digest, sizeBytes),
      [Symbol.dispose]: () => http[Symbol.dispose](),
    };
  } catch (error) {
    http[Symbol.dispose]();
    throw error;
  }
}
