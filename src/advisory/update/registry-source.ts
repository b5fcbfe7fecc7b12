import { createHash, hash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { UserError } from '../../core/error.ts';
import type { OpenArtifact } from '../../core/target.ts';
import { createFileError, type DeliverySource } from '../delivery/delivery-source.ts';
import { findIndexLayer } from '../delivery/oci-layout.ts';
import { writeAll } from '../write-all.ts';
import type { UpdateClients } from './mirrors.ts';

const SCHEME = 'oci://';

/** The text of an index in a registry, and its files. */
interface RegistryPublication {
  readonly text: string;
  readonly source: DeliverySource;
}

/**
 * Opens the publication `oci://host/name:tag`.
 *
 * @throws UserError `E_TARGET_UNKNOWN`, `E_UNAUTHORIZED`, `E_NETWORK`, `E_DB_UPDATE` if it is another
 *   artifact, `E_LIMIT`
 */
export async function openRegistryPublication(
  place: string,
  { options: { openArtifact, limits }, open }: UpdateClients,
): Promise<RegistryPublication> {
  if (openArtifact === undefined) {
    throw new UserError('E_UNSUPPORTED', `registries are not supported here: ${place}`);
  }
  const artifact = open.use(await openArtifact(place.slice(SCHEME.length)));
  const { digest, sizeBytes } = findIndexLayer(artifact.manifest, place);
  const bytesMax = limits.httpAnswerBytesMax;
  if (sizeBytes > bytesMax) {
    throw new UserError('E_LIMIT', `the index of ${place} has more than ${bytesMax} bytes`);
  }
  const text = Buffer.from(await artifact.readBlob(digest, bytesMax)).toString('utf8');
  return { text, source: createRegistrySource(place, artifact) };
}

function createRegistrySource(place: string, artifact: OpenArtifact): DeliverySource {
  return {
    place,
    hasDeltas: true,
    fetchFile: async (requested, folder) => {
      const file = path.join(folder, hash('sha256', requested.path, 'hex'));
      const digest = await saveBlob(artifact, requested, file);
      if (digest !== requested.digest) {
        throw createFileError(`${requested.path} of ${place}`, requested.explain(digest));
      }
      return file;
    },
  };
}

/** Returns the digest of the received bytes. */
async function saveBlob(
  artifact: OpenArtifact,
  { digest, sizeBytes }: { readonly digest: string; readonly sizeBytes: number },
  file: string,
): Promise<string> {
  const sha256 = createHash('sha256');
  const handle = fs.openSync(file, 'wx', 0o600);
  try {
    for await (const piece of artifact.streamBlob(digest, sizeBytes)) {
      sha256.update(piece);
      writeAll(handle, piece);
    }
  } finally {
    fs.closeSync(handle);
  }
  return `sha256:${sha256.digest('hex')}`;
}
