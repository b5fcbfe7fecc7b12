import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { SILENT } from '../foundation/core/progress.ts';
import { buildDatabase } from '../vulnerability/advisory/build-database.ts';
import { findPackageRoot } from './package-root.ts';

/*
 * The samples below `examples`, which are part of the package: commands that show plimsoll without
 * a network use them.
 */

/** A document below `examples`, with the provider that reads it. */
export interface SampleFeed {
  readonly provider: string;
  readonly document: string;
}

/** SBOMs of two real images, with all advisories that lead to their findings. */
export const BASE = 'debian-trixie-slim.cdx.json';
export const SMALL_BASE = 'alpine-3.20.cdx.json';
export const BASE_FEEDS: readonly SampleFeed[] = [
  { provider: 'osv', document: 'base-images/debian-osv.json' },
];

/** An image in which packages of a system and of a language have findings. */
export const SAMPLE = 'sample.oci.tar';
export const SAMPLE_FEEDS: readonly SampleFeed[] = [
  { provider: 'debian-tracker', document: 'advisories/debian-tracker.json' },
  { provider: 'osv', document: 'advisories/osv-npm.json' },
  { provider: 'osv', document: 'advisories/severities.osv.json' },
];

/** After all samples were collected, so that they have the same results on any day. */
export const SAMPLE_TIME = '2025-11-30T00:00:00Z';

/** Builds a database of some of the samples in a directory. */
export async function buildSampleDatabase(
  feeds: readonly SampleFeed[],
  folder: string,
): Promise<void> {
  const examples = findExamplesDirectory();
  const inputs = feeds.map(({ provider, document }) => ({
    provider,
    file: join(examples, document),
  }));
  const options = { progress: SILENT, limits: DEFAULT_LIMITS, now: SAMPLE_TIME };
  await buildDatabase(inputs, folder, options);
}

/** Returns the directory `examples` of this package. */
export function findExamplesDirectory(): string {
  return join(findPackageRoot(), 'examples');
}
