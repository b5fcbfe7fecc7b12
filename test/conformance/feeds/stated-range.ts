import fs from 'node:fs';
import path from 'node:path';
import { findCurrentGeneration } from '../../../src/advisory/generation.ts';
import { ShardReader } from '../../../src/advisory/shard-reader.ts';
import { compareText } from '../../../src/core/compare-text.ts';

const OTHER_SHARDS: ReadonlySet<string> = new Set(['meta', 'records']);

/**
 * Returns every range that a source states in a database layer, one line each: package,
 * vulnerability, effect, range and fix.
 *
 * @param root - directory of the layer
 * @param provider - name of the source in the statements; `undefined`: every source
 */
export function readStatedRanges(root: string, provider?: string): ReadonlySet<string> {
  const generation = findCurrentGeneration(root);
  const lines = new Set<string>();
  for (const file of generation === undefined ? [] : fs.readdirSync(generation)) {
    const shardName = path.basename(file, '.db');
    if (!file.endsWith('.db') || OTHER_SHARDS.has(shardName)) {
      continue;
    }
    using shard = new ShardReader(shardName, path.join(generation ?? '', file));
    for (const { readAdvisories } of shard.readRows(() => true, [])) {
      for (const advisory of readAdvisories(undefined)) {
        if (provider !== undefined && advisory.provider !== provider) {
          continue;
        }
        const name = advisory.packageName ?? advisory.product?.product ?? '';
        for (const { constraint, fix } of advisory.ranges) {
          const fixed = fix?.version ?? fix?.state ?? 'unknown';
          lines.add(
            `${name} ${advisory.vulnerability} ${advisory.effect} ${normalizeConstraint(constraint)} → ${fixed}`,
          );
        }
      }
    }
  }
  return lines;
}

/** Spaces and the order of terms do not matter. */
function normalizeConstraint(constraint: string): string {
  return constraint
    .split('||')
    .map((alternative) =>
      alternative
        .split(',')
        .map((term) => term.replace(/\s+/g, ''))
        .filter((term) => term !== '')
        .sort(compareText)
        .join(','),
    )
    .sort(compareText)
    .join('||');
}
