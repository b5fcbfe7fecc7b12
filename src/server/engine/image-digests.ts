import type { TargetDescription } from '../../foundation/core/target.ts';

const DIGEST = /sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/;

/** Lists the digests by which others name an image: of its manifests and its configuration. */
export function listImageDigests(target: TargetDescription): readonly string[] {
  if (target.kind !== 'image') {
    return [];
  }
  const { imageId, manifestDigest, repoDigests } = target;
  // An inventory is not checked member by member: whoever sent it may have written anything.
  const listed: readonly unknown[] = [imageId, manifestDigest, repoDigests].flat();
  const found = listed.flatMap((text) =>
    typeof text === 'string' ? (DIGEST.exec(text)?.[0] ?? []) : [],
  );
  return [...new Set(found)];
}
