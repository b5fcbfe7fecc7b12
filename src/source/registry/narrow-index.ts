import { indexOf, parseDocument } from '../../bytes/oci/document.ts';
import { fitsPlatform, type Platform } from '../../bytes/oci/platform.ts';
import type { Limits } from '../../core/limits.ts';
import { isRecord } from '../../syntax/json/guard.ts';

/**
 * An index with only those manifests that may be for a platform, so that no others are fetched:
 * registries count each. The index stays whole where none fits, so that the selection can say what
 * there is.
 */
export function narrowIndex(content: Uint8Array, wanted: Platform, limits: Limits): Uint8Array {
  const subject = 'The index of the image';
  const document = parseDocument(subject, content, limits);
  const { manifests } = indexOf(subject, document, limits);
  const isFit = manifests.map(({ platform }) =>
    platform === undefined || platform.architecture === ''
      ? undefined
      : fitsPlatform(platform, wanted),
  );
  if (!isFit.includes(true) || !isRecord(document)) {
    return content;
  }
  const listed: unknown = document['manifests'];
  const kept = Array.isArray(listed) ? listed.filter((_, at) => isFit[at] !== false) : [];
  return Buffer.from(JSON.stringify({ ...document, manifests: kept }));
}
