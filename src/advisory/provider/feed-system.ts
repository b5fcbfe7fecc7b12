import type { FeedSystem } from './contract.ts';

/** Returns a release of an operating system whose other parts are empty. */
export function createFeedSystem(
  parts: Pick<FeedSystem, 'name' | 'releaseId'> & Partial<FeedSystem>,
): FeedSystem {
  return { majorVersion: '', minorVersion: '', label: '', codename: '', channel: '', ...parts };
}
