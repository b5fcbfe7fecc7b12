import type { Assessment } from '../../foundation/core/assessment.ts';
import { isNameMatch, parseStars } from '../../foundation/core/name-pattern.ts';
import { readImageFacts } from './image-facts.ts';
import type { ImagePattern } from './policy.ts';

/** Names and labels by which a policy may mean a target. An archive states its own. */
export interface ImageIdentity {
  readonly names: readonly string[];
  readonly labels: ReadonlyMap<string, string>;
}

/** Returns the names, tags, digests and labels of a target. */
export function identifyImage({ target, inventory }: Assessment): ImageIdentity {
  const own = [target.name, target.userInput];
  const names =
    target.kind === 'image'
      ? [...own, ...target.tags, ...target.repoDigests, target.manifestDigest, target.imageId]
      : own;
  return { names, labels: readImageFacts(inventory)?.labels ?? new Map() };
}

/** Returns whether a policy means the target. */
export function isImageMatch({ pattern, label }: ImagePattern, image: ImageIdentity): boolean {
  const value = label === undefined ? undefined : image.labels.get(label.name);
  return (
    (pattern === undefined || image.names.some((name) => isMatch(pattern, name))) &&
    (label === undefined || (value !== undefined && isMatch(label.value, value)))
  );
}

function isMatch(pattern: string, text: string): boolean {
  return isNameMatch(parseStars(pattern), text);
}

/** Describes an image pattern in reports. */
export function formatImagePattern({ pattern, label }: ImagePattern): string {
  const words = label === undefined ? undefined : `label ${label.name}=${label.value}`;
  return [pattern, words].filter((part) => part !== undefined).join(' with ');
}
