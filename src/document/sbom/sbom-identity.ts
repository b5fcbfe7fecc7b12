import { createHash } from 'node:crypto';
import { getBaseName } from '../../foundation/core/base-name.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import type { Sink } from '../../foundation/core/sink.ts';
import type { ImageDescription } from '../../foundation/core/target.ts';
import { escapeUriComponent } from '../../foundation/core/uri-component.ts';

/**
 * Computes an identifier from the content of a document, so that the same document has the same
 * one: the first 128 bits of its SHA-256 in the form of a UUID of version 8. RFC 9562, 5.8.
 */
export function computeUuid(write: (sink: Sink) => void): string {
  const hash = createHash('sha256');
  write({ write: (text) => void hash.update(text, 'utf8') });
  const hex = hash.digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** A host with a dot or a port before the first slash, not the path of a file. */
const REGISTRY = /^[\w-]+[.:][\w.:-]*\//;

/** Returns the package URL of an image. Package URL types, "oci". */
export function createImagePurl(image: ImageDescription): string {
  const { repository, tag } = splitReferenceName(image.name);
  return createPurl(image, [
    image.architecture === '' ? '' : `arch=${escapeUriComponent(image.architecture)}`,
    formatRepository(repository),
    tag === '' ? '' : `tag=${escapeUriComponent(tag)}`,
  ]);
}

/**
 * Like {@link createImagePurl}, without qualifiers that the digest implies or that may name a later
 * image.
 */
export function digestPurl(image: ImageDescription): string {
  return createPurl(image, [formatRepository(splitReferenceName(image.name).repository)]);
}

function formatRepository(repository: string): string {
  return REGISTRY.test(repository)
    ? `repository_url=${escapeUriComponent(repository).replaceAll('%2F', '/')}`
    : '';
}

function createPurl(image: ImageDescription, parts: readonly string[]): string {
  const { repository } = splitReferenceName(image.name);
  const name = getBaseName(repository).toLowerCase();
  const qualifiers = parts.filter((part) => part !== '');
  const digest = escapeUriComponent(image.manifestDigest);
  const tail = qualifiers.length === 0 ? '' : `?${qualifiers.join('&')}`;
  return `pkg:oci/${escapeUriComponent(name)}@${digest}${tail}`;
}

function splitReferenceName(name: string): { readonly repository: string; readonly tag: string } {
  const at = name.indexOf('@');
  const head = at < 0 ? name : name.slice(0, at);
  const colon = head.lastIndexOf(':');
  return colon > head.lastIndexOf('/')
    ? { repository: head.slice(0, colon), tag: head.slice(colon + 1) }
    : { repository: head, tag: '' };
}

/** Version of the target: the digest of an image's manifest, or of a single file. */
export function getTargetDigest({ target, files }: Inventory): string | undefined {
  if (target.kind === 'image') {
    return target.manifestDigest;
  }
  const digest = target.kind === 'file' && files.length === 1 ? files[0]?.sha256 : undefined;
  return digest === undefined ? undefined : `sha256:${digest}`;
}
