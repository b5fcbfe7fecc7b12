import type { SystemOverride } from '../resolve-release.ts';
import type { FeedSystem } from './contract.ts';
import { createFeedSystem } from './feed-system.ts';

/** Returns a distribution without releases. `id`: its `ID` in os-release. */
export function createRollingSystem(name: string, id = name): FeedSystem {
  return createFeedSystem({ name, releaseId: id });
}

/** Returns the rule for a distribution without releases whose os-release can state a version. */
export function createRollingRule(alias: string): SystemOverride {
  return { alias, version: '', versionPattern: '', codename: '', isRolling: true };
}
