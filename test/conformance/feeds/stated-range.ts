import type { Advisory } from '../../../src/foundation/core/advisory.ts';
import { compareText } from '../../../src/foundation/core/compare-text.ts';
import { findCurrentGeneration } from '../../../src/vulnerability/advisory/generation.ts';
import { LayerReader } from '../../../src/vulnerability/advisory/layer-reader.ts';

const OTHER_SHARDS: ReadonlySet<string> = new Set(['meta', 'scores', 'records']);

/**
 * Returns every range that a source states in a database layer, one line each: package,
 * vulnerability, effect, range and fix.
 *
 * @param root - directory of the layer
 * @param provider - name of the source in the statements; `undefined`: every source
 */
export function readStatedRanges(root: string, provider?: string): ReadonlySet<string> {
  return readLines(root, ({ advisory }) =>
    provider !== undefined && advisory.provider !== provider ? [] : formatRanges(advisory),
  );
}

/** Returns the same with the release, and the module in brackets. */
export function readReleaseRanges(root: string): ReadonlySet<string> {
  return readLines(root, ({ release, advisory }) => {
    const module = advisory.qualifiers?.modularity ?? '';
    return formatRanges(advisory).map((line) => `${release} [${module}] ${line}`);
  });
}

/** Returns affected packages in the form of {@link formatResult}. */
export function readResultLines(root: string): ReadonlySet<string> {
  return readLines(root, ({ release, advisory }) => {
    const { packageName = '', vulnerability: id, qualifiers, effect } = advisory;
    const module = qualifiers?.modularity ?? '';
    return effect === 'unaffected'
      ? []
      : advisory.ranges.map(({ constraint }) => {
          const [, fixed] = /(?:^|, )< (\S+)$/.exec(constraint) ?? [];
          return formatResult({ release, module, packageName, id, fixed });
        });
  });
}

interface Result {
  readonly release: string;
  readonly module: string;
  readonly packageName: string;
  readonly id: string;
  readonly fixed: string | undefined;
}

/** Formats a result without the minor release, which other projects state by repositories. */
export function formatResult({ release, module, packageName, id, fixed }: Result): string {
  const [major = ''] = release.split(/[.+~]/);
  const version = fixed?.replace(/^0:/, '') ?? 'unfixed';
  return `${major} [${module}] ${packageName} ${id} → ${version}`;
}

interface StatedAdvisory {
  readonly release: string;
  readonly advisory: Advisory;
}

function readLines(
  root: string,
  toLines: (stated: StatedAdvisory) => readonly string[],
): ReadonlySet<string> {
  const generation = findCurrentGeneration(root);
  const lines = new Set<string>();
  if (generation === undefined) {
    return lines;
  }
  using layer = new LayerReader({ id: '', root, generation });
  for (const { name, kind } of layer.manifest.shards) {
    const everything = { ids: [], names: [] };
    const subjects = OTHER_SHARDS.has(kind) ? [] : layer.openShard(name)?.listSubjects(everything);
    for (const { readStatements } of subjects ?? []) {
      for (const [release, advisories] of readStatements()) {
        for (const line of advisories.flatMap((advisory) => toLines({ release, advisory }))) {
          lines.add(line);
        }
      }
    }
  }
  return lines;
}

function formatRanges(advisory: Advisory): readonly string[] {
  const name = advisory.packageName ?? advisory.product?.product ?? '';
  return advisory.ranges.map(({ constraint, fix }) => {
    const fixed = fix?.version ?? fix?.state ?? 'unknown';
    return `${name} ${advisory.vulnerability} ${advisory.effect} ${normalizeConstraint(constraint)} → ${fixed}`;
  });
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
