import type { Digest } from '../../../foundation/core/digest.ts';
import { UserError } from '../../../foundation/core/error.ts';
import type { ArtifactOptions, TargetAttachment } from '../../../foundation/core/target.ts';
import { parseReference } from '../../../foundation/identity/image-reference.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getRecords, type JsonRecord } from '../../../foundation/syntax/json/member.ts';
import { parseJson } from '../../../foundation/syntax/json/parse-json.ts';
import { createAttachmentManifest, EMPTY_CONTENT } from '../attachment-manifest.ts';
import { createOfflineError } from '../offline.ts';
import { createLoginFinder } from './credentials/credentials.ts';
import { listEndpoints } from './endpoint.ts';
import { RegistryClient } from './registry-client.ts';
import { createRegistryHttp } from './registry-http.ts';

const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';

/**
 * Pushes a document as a manifest whose `subject` is the image, never to a mirror. If the registry
 * does not list referrers itself, the tag for them is updated. OCI distribution specification 1.1.
 *
 * @throws UserError `E_UNAUTHORIZED` or `E_NETWORK`
 */
export async function attachToRegistry(
  target: string,
  { image, content, ...attachment }: TargetAttachment,
  { limits, network = {} }: ArtifactOptions,
): Promise<Digest> {
  const reference = parseReference(target);
  const endpoint = reference && listEndpoints(reference, []).at(-1);
  if (endpoint === undefined) {
    throw new UserError('E_USAGE', `invalid reference "${target}"`, {
      hint: 'write host/name:tag, in lower case',
    });
  }
  if (network.isOffline === true) {
    throw createOfflineError(`the image ${target} is in a registry`);
  }
  using http = await createRegistryHttp(limits, network);
  const client = new RegistryClient(endpoint, {
    http,
    limits,
    findLogin: createLoginFinder(process.env),
    isPlainAllowed: network.isPlainHttpAllowed ?? false,
    allowedHosts: network.allowedHosts ?? [],
    isPushing: true,
  });
  const blob = { digest: await client.pushBlob(content), sizeBytes: content.length };
  await client.pushBlob(EMPTY_CONTENT);
  const { bytes, mediaType, descriptor } = createAttachmentManifest(image, { ...attachment, blob });
  const isListed = await client.pushManifest(bytes, mediaType, descriptor.digest);
  if (!isListed) {
    await addToTag(client, image.manifestDigest, descriptor);
  }
  return descriptor.digest;
}

/** The tag of a digest is the index of its referrers. "Referrers Tag Schema". */
async function addToTag(client: RegistryClient, digest: Digest, entry: JsonRecord): Promise<void> {
  const tag = digest.replace(':', '-');
  const known = await readIndex(client, tag);
  const others = getRecords(known, 'manifests').filter((one) => one['digest'] !== entry['digest']);
  const index = {
    schemaVersion: 2,
    mediaType: INDEX_TYPE,
    ...known,
    manifests: [...others, entry],
  };
  await client.pushManifest(Buffer.from(JSON.stringify(index)), INDEX_TYPE, tag);
}

async function readIndex(client: RegistryClient, tag: string): Promise<JsonRecord> {
  try {
    const { bytes } = await client.readManifest(tag);
    const index = parseJson(Buffer.from(bytes).toString('utf8'));
    return isRecord(index) ? index : {};
  } catch (error) {
    if (error instanceof UserError && error.code === 'E_TARGET_UNKNOWN') {
      return {};
    }
    throw error;
  }
}
