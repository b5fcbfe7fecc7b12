import { openImage } from '../../../foundation/bytes/oci/open-image.ts';
import { selectFromRegistry } from '../../../foundation/bytes/oci/select-manifest.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Digest } from '../../../foundation/core/digest.ts';
import { UserError } from '../../../foundation/core/error.ts';
import type {
  ArtifactOptions,
  OpenArtifact,
  OpenOptions,
  OpenTarget,
  Source,
} from '../../../foundation/core/target.ts';
import type { HttpClient } from '../../../foundation/http/http-client.ts';
import { parseReference, type Reference } from '../../../foundation/identity/image-reference.ts';
import { listManifests } from '../attached-documents.ts';
import { openAttachedSbom } from '../attached-sbom.ts';
import { findAttachedVex } from '../attached-vex.ts';
import { isImageName } from '../image-name.ts';
import { createOfflineError } from '../offline.ts';
import { attachToRegistry } from './attach-to-registry.ts';
import { createLoginFinder } from './credentials/credentials.ts';
import { listEndpoints } from './endpoint.ts';
import { type Manifest, RegistryClient } from './registry-client.ts';
import { createRegistryHttp } from './registry-http.ts';
import { RegistryListing } from './registry-listing.ts';
import { RegistryStore } from './registry-store.ts';

/** Images in a registry that implements the OCI or Docker distribution protocol. */
export const registry: Source = {
  id: 'registry',
  title: 'Image in a registry',
  spec: 'OCI distribution specification 1.1',
  recognize: async (target) =>
    isImageName(target) && parseReference(target) !== undefined ? 0.1 : 0,
  open,
  openArtifact,
  attach: attachToRegistry,
  openListing: async (registryName, options) => await RegistryListing.open(registryName, options),
};

async function open(target: string, options: OpenOptions): Promise<OpenTarget> {
  const reference = parseReference(target);
  if (reference === undefined) {
    throw new UserError('E_TARGET_UNKNOWN', `invalid image reference "${target}"`, {
      hint: 'write host/name:tag or name@sha256:…, in lower case',
    });
  }
  const { network = {}, limits } = options;
  if (network.isOffline === true) {
    throw createOfflineError(`the image ${target} is in a registry`);
  }
  const http = await createRegistryHttp(limits, network);
  try {
    return await openReference(reference, { target, http, options });
  } catch (error) {
    http[Symbol.dispose]();
    throw error;
  }
}

/**
 * Opens `host/name:tag` in a registry.
 *
 * @throws UserError `E_TARGET_UNKNOWN`, `E_UNAUTHORIZED` or `E_NETWORK`
 */
async function openArtifact(target: string, options: ArtifactOptions): Promise<OpenArtifact> {
  const reference = parseReference(target);
  if (reference === undefined) {
    throw new UserError('E_USAGE', `invalid reference "${target}"`, {
      hint: 'write host/name:tag, in lower case',
    });
  }
  const { network = {}, limits } = options;
  const http = await createRegistryHttp(limits, network);
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

interface Opening {
  readonly target: string;
  readonly http: HttpClient;
  readonly options: OpenOptions;
}

async function openReference(
  reference: Reference,
  { target, http, options }: Opening,
): Promise<OpenTarget> {
  const { limits, platform, isPlatformRequired, name, progress } = options;
  progress.emit({ kind: 'stage-started', stage: 'load', detail: target });
  const { client, root } = await connectToRegistry(reference, { http, options });
  const store = new RegistryStore(client);
  store.addManifest(root);
  const choice = await selectFromRegistry(root, {
    store,
    limits,
    hostArchitecture: process.arch,
    ...defined({ platform, isPlatformRequired }),
  });
  const repository = `${reference.registry}/${reference.repository}`;
  const attachments = {
    readManifest: (selector: string) => client.readManifest(selector),
    listReferrers: async (digest: Digest) => {
      const pages = await client.listReferrers(digest);
      return pages?.flatMap((one) => listManifests(`the referrers of ${digest}`, one, limits));
    },
    readBlob: (digest: Digest, bytesMax: number) => client.readBlob(digest, bytesMax),
  };
  const where = { store: attachments, root, image: choice.descriptor.digest, limits };
  const close = async (): Promise<void> => http[Symbol.dispose]();
  if (options.isAttachedSbom === true) {
    const sbom = await openAttachedSbom(where, { target, repository }, options);
    return { ...sbom, problems: choice.problems, close };
  }
  const image = await openImage(choice, {
    store,
    limits,
    userInput: target,
    name: name ?? target,
    tags: reference.isDigest ? [] : [`${repository}:${reference.selector}`],
    repoDigests: [`${repository}@${root.digest}`],
  });
  const detail = image.description.manifestDigest;
  progress.emit({ kind: 'stage-finished', stage: 'load', detail });
  const attached =
    options.isAttachedVexRequested === true
      ? await findAttachedVex(where, repository, options)
      : {};
  return { ...image, ...attached, problems: choice.problems, close };
}

interface Answer {
  readonly client: RegistryClient;
  readonly root: Manifest;
}

/** Errors that may not occur with the next server. */
const ASKED_ON: ReadonlySet<string> = new Set(['E_NETWORK', 'E_TARGET_UNKNOWN', 'E_UNAUTHORIZED']);

/** Connects to the first mirror, or else the registry itself, that has a reference. */
async function connectToRegistry(
  reference: Reference,
  {
    http,
    options: { limits, network = {}, progress },
  }: {
    readonly http: HttpClient;
    readonly options: ArtifactOptions;
  },
): Promise<Answer> {
  const endpoints = listEndpoints(reference, network.registryMirrors ?? []);
  for (const [index, endpoint] of endpoints.entries()) {
    const client = new RegistryClient(endpoint, {
      http,
      limits,
      findLogin: createLoginFinder(process.env),
      isPlainAllowed: network.isPlainHttpAllowed ?? false,
      allowedHosts: network.allowedHosts ?? [],
    });
    try {
      return { client, root: await getRoot(client, reference) };
    } catch (error) {
      const isLast = index === endpoints.length - 1;
      if (isLast || !(error instanceof UserError) || !ASKED_ON.has(error.code)) {
        throw error;
      }
      const message = `mirror ${endpoint.registry}: ${error.message}`;
      progress.emit({ kind: 'notice', level: 'warning', message });
    }
  }
  throw new UserError('E_TARGET_UNKNOWN', 'no registry could provide the image');
}

async function getRoot(client: RegistryClient, reference: Reference): Promise<Manifest> {
  const root = await client.readManifest(reference.selector);
  if (reference.isDigest && root.digest !== reference.selector) {
    const message = `digest mismatch: ${reference.registry} returned ${root.digest} for ${reference.selector}`;
    throw new UserError('E_DIGEST_MISMATCH', message, {
      hint: 'do not trust the image; the registry or a proxy changes its contents',
    });
  }
  return root;
}
