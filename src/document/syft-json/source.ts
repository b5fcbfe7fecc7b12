import { hash } from 'node:crypto';
import type { Digest } from '../../foundation/core/digest.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { toBase64 } from '../../foundation/core/json-document.ts';
import type {
  FileDescription,
  ImageDescription,
  TargetDescription,
} from '../../foundation/core/target.ts';

interface SourceModel {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly supplier?: string | undefined;
  readonly type: string;
  readonly metadata: object;
}

/**
 * Describes the scanned target. The ID has 64 hexadecimal digits and is the same for the same
 * target and name.
 */
export function createSourceModel(inventory: Inventory, isParity: boolean): SourceModel {
  const { target } = inventory;
  switch (target.kind) {
    case 'image':
      return createImageModel(target, inventory.layerBytes, isKnownToPeer(target, isParity));
    case 'directory':
      return {
        ...toNamedModel(target, hash('sha256', formatAlias(target) || target.path, 'hex')),
        metadata: { path: target.path },
      };
    case 'file':
      return {
        ...toNamedModel(target, hash('sha256', formatAlias(target) || target.path, 'hex')),
        ...readFileFacts(inventory, target),
      };
    case 'sbom':
      return {
        ...toNamedModel(target, hash('sha256', target.path, 'hex')),
        metadata: { path: target.path },
      };
  }
}

function toNamedModel(target: TargetDescription, id: string): Omit<SourceModel, 'metadata'> {
  return {
    id,
    name: target.name,
    version: target.version ?? '',
    supplier: target.supplier,
    type: target.kind,
  };
}

/** `name@version` if the user named the target or its version, which Syft includes in the ID. */
function formatAlias({ name, userInput, version = '' }: TargetDescription): string {
  const isNamed = name !== userInput;
  return isNamed || version !== '' ? `${isNamed ? name : ''}@${version}` : '';
}

function readFileFacts(
  inventory: Inventory,
  { path, version }: FileDescription,
): Pick<SourceModel, 'version' | 'metadata'> {
  const only = inventory.files.length === 1 ? inventory.files[0] : undefined;
  const digest = only?.sha256;
  return {
    version: version ?? (digest === undefined ? '' : `sha256:${digest}`),
    metadata: {
      path,
      digests: digest === undefined ? undefined : [{ algorithm: 'sha256', value: digest }],
      mimeType: only?.mimeType ?? '',
    },
  };
}

/** Syft states platforms of images that it pulled, and leaves those of archives empty. */
function isKnownToPeer({ repoDigests }: ImageDescription, isParity: boolean): boolean {
  return !isParity || repoDigests.length > 0;
}

function createImageModel(
  image: ImageDescription,
  layerBytes: readonly number[],
  hasPlatform: boolean,
): SourceModel {
  const reference = splitReference(image.userInput);
  const manifestId =
    image.manifest.length > 0 ? computeSha256(image.manifest) : image.manifestDigest;
  const isNamed = image.name !== reference.name && image.name !== image.userInput;
  const alias = `${isNamed ? image.name : ''}@${image.version ?? ''}`;
  const id = alias === '@' ? toHex(manifestId) : hash('sha256', `${manifestId}:${alias}`, 'hex');
  return {
    id,
    name: image.name,
    version: image.version ?? reference.version ?? image.manifestDigest,
    supplier: image.supplier,
    type: 'image',
    metadata: {
      userInput: image.userInput,
      imageID: image.imageId,
      manifestDigest: image.manifestDigest,
      mediaType: image.mediaType,
      tags: image.tags,
      imageSize: layerBytes.reduce((sum, bytes) => sum + bytes, 0),
      layers: image.layers.map((layer, number) => ({
        mediaType: layer.mediaType,
        digest: layer.diffId,
        size: layerBytes[number] ?? 0,
      })),
      manifest: toBase64(image.manifest),
      config: toBase64(image.config),
      repoDigests: image.repoDigests,
      architecture: hasPlatform ? image.architecture : '',
      architectureVariant: hasPlatform && image.variant !== '' ? image.variant : undefined,
      os: hasPlatform ? image.os : '',
      labels: createLabels(image),
    },
  };
}

function createLabels({ labels }: ImageDescription): object | undefined {
  return Object.keys(labels).length > 0 ? labels : undefined;
}

function computeSha256(bytes: Uint8Array): Digest {
  return `sha256:${hash('sha256', bytes, 'hex')}`;
}

function toHex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const REPOSITORY = /^[a-zA-Z0-9][a-zA-Z0-9._:/-]*$/;

/**
 * Splits an image reference into name and version. Distribution specification, "Pulling manifests";
 * the version is absent if the reference has none or `latest`.
 */
function splitReference(reference: string): { readonly name: string; readonly version?: string } {
  const at = reference.indexOf('@');
  const head = at < 0 ? reference : reference.slice(0, at);
  const digest = at < 0 ? '' : reference.slice(at + 1);
  const colon = head.lastIndexOf(':');
  const tag = colon > head.lastIndexOf('/') ? head.slice(colon + 1) : '';
  const name = tag === '' ? head : head.slice(0, colon);
  if (!REPOSITORY.test(name) || (tag !== '' && !TAG.test(tag))) {
    return { name: reference };
  }
  if (tag !== '' && tag !== 'latest') {
    return { name, version: tag };
  }
  return DIGEST.test(digest) ? { name, version: digest } : { name };
}
