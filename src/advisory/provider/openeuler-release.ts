import type { FeedSystem } from './contract.ts';
import { createFeedSystem } from './feed-system.ts';

/** `openEuler-22.03-LTS-SP3`, `22.03-LTS`, `openEuler-23.09`. */
const RELEASE = /^(?:openEuler-)?(\d{1,3})\.(\d{1,3})(?:-(LTS(?:-[A-Za-z]{2,8}\d{0,3})?))?$/i;

/**
 * Returns the release that a product or a version of openEuler names. Its service packs have
 * packages of their own but the version of the release, so the words after it are the label.
 */
export function parseOpenEulerRelease(text: string): FeedSystem | undefined {
  const [, majorVersion, minorVersion = '', label = ''] = RELEASE.exec(text) ?? [];
  return majorVersion === undefined
    ? undefined
    : createFeedSystem({
        name: 'openeuler',
        releaseId: 'openEuler',
        majorVersion,
        minorVersion,
        label: label.toUpperCase(),
      });
}
