import { present } from '../../../src/foundation/core/assert.ts';
import { findCurrentGeneration } from '../../../src/vulnerability/advisory/generation.ts';
import { LayerReader } from '../../../src/vulnerability/advisory/layer-reader.ts';

export type FactKind = 'exploited' | 'epss' | 'releases';

/**
 * Returns the facts of one kind that a database layer has, one line each. Days of scores are left
 * out: the recorded documents do not state them.
 *
 * @param root - directory of the layer
 */
export function readFactLines(root: string, kind: FactKind): ReadonlySet<string> {
  const generation = present(findCurrentGeneration(root), 'a complete layer');
  using reader = new LayerReader({ id: '', root, generation });
  const { meta } = reader;
  switch (kind) {
    case 'exploited':
      return new Set(meta.listExploited().map((one) => JSON.stringify(one)));
    case 'epss':
      return new Set(
        meta.listScores().map(({ cve, epss, percentile }) => `${cve} ${epss} ${percentile}`),
      );
    case 'releases':
      return new Set(
        meta.releases.systems
          .filter(({ endOfLife }) => endOfLife !== undefined)
          .map((one) =>
            [
              one.name,
              [one.majorVersion, one.minorVersion].filter(Boolean).join('.'),
              one.endOfLife,
              one.endOfActiveSupport ?? '-',
            ].join(' '),
          ),
      );
  }
}
