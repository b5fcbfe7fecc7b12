import { readFile } from 'node:fs/promises';
import { UserError } from '../../core/error.ts';
import type { OpenOptions, OpenTarget, Source } from '../../core/target.ts';
import { HttpClient } from '../../http/http-client.ts';
import { openImage } from '../../parse/oci/open-image.ts';
import { selectManifest } from '../../parse/oci/select-manifest.ts';
import { credentialFinder } from './credentials/credentials.ts';
import { parseReference, type Reference } from './reference.ts';
import { type Manifest, RegistryClient } from './registry-client.ts';
import { RegistryStore } from './registry-store.ts';

const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const USER_AGENT = 'plimsoll';
const CERTIFICATES_VARIABLE = 'SSL_CERT_FILE';

/** Images in a registry that speaks the OCI distribution protocol or Docker's. */
export const registry: Source = {
  id: 'registry',
  title: 'Image in a registry',
  spec: 'https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md',
  recognises: async (target) => recognise(target),
  open: openReference,
};

/** A reference looks like a path, so that whatever is there on disk goes first. */
function recognise(target: string): number {
  const isPath = /^[./~]/.test(target) || target.endsWith('/');
  return isPath || parseReference(target) === undefined ? 0 : 0.1;
}

async function openReference(target: string, options: OpenOptions): Promise<OpenTarget> {
  const reference = parseReference(target);
  if (reference === undefined) {
    throw new UserError('E_TARGET_UNKNOWN', `"${target}" is no reference to an image`, {
      hint: 'references are written host/name:tag or name@sha256:…, in lower case',
    });
  }
  const { limits, network = {} } = options;
  const certificates = await extraCertificates(network.certificateFile);
  const http = new HttpClient({
    limits,
    userAgent: USER_AGENT,
    proxyEnvironment: process.env,
    extraCertificates: certificates,
    isTlsUnchecked: network.isTlsUnchecked ?? false,
  });
  try {
    const client = new RegistryClient(reference, {
      http,
      limits,
      findCredentials: credentialFinder({ environment: process.env }),
      isPlainAllowed: network.isPlainHttpAllowed ?? false,
    });
    return await openFrom(client, reference, { target, http, options });
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

async function openFrom(
  client: RegistryClient,
  reference: Reference,
  { target, http, options }: Opening,
): Promise<OpenTarget> {
  const { limits, platform, name, progress } = options;
  progress.emit({ kind: 'stage-started', stage: 'load', detail: target });
  const root = await client.manifest(reference.selector);
  if (reference.isDigest && root.digest !== reference.selector) {
    const message = `the registry answered ${root.digest} when asked for ${reference.selector}`;
    throw new UserError('E_DIGEST_MISMATCH', message);
  }
  const store = new RegistryStore(client);
  const index = asIndex(root);
  store.learn(index);
  const choice = await selectManifest(index, {
    store,
    limits,
    hostArchitecture: process.arch,
    ...(platform === undefined ? {} : { platform }),
  });
  const repository = `${reference.registry}/${reference.repository}`;
  const image = await openImage(choice, {
    store,
    limits,
    userInput: target,
    name: name ?? target,
    tags: reference.isDigest ? [] : [`${repository}:${reference.selector}`],
    repoDigests: [`${repository}@${root.digest}`],
  });
  progress.emit({
    kind: 'stage-finished',
    stage: 'load',
    detail: image.description.manifestDigest,
  });
  return {
    ...image,
    problems: [],
    close: async () => http[Symbol.dispose](),
  };
}

/** The selection begins at an index; a registry that answers a manifest has one image. */
function asIndex({ bytes, digest, mediaType }: Manifest): Uint8Array {
  const isIndex = mediaType === INDEX_TYPE || mediaType.includes('manifest.list');
  if (isIndex) {
    return bytes;
  }
  const entry = { mediaType, digest, size: bytes.length };
  return Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [entry] }),
  );
}

async function extraCertificates(asked: string | undefined): Promise<string[]> {
  const path = asked ?? process.env[CERTIFICATES_VARIABLE];
  if (path === undefined || path === '') {
    return [];
  }
  try {
    return [await readFile(path, 'utf8')];
  } catch (error) {
    throw new UserError('E_CONFIG', `the certificates in ${path} cannot be read`, {
      hint: 'name a file of certificates in PEM with --ca-file or SSL_CERT_FILE',
      cause: error,
    });
  }
}
