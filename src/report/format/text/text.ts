import type { Format, FormatOptions, Report } from '../../../foundation/core/format.ts';
import { isComplete } from '../../../foundation/core/inventory.ts';
import { sortPackages } from '../../../foundation/core/package-order.ts';
import { escapeText } from '../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../foundation/core/sink.ts';
import type { TargetDescription } from '../../../foundation/core/target.ts';
import { createFittingSink } from '../../../foundation/present/fitted-lines.ts';
import { writeProblemSummary } from '../../../foundation/present/problem-summary.ts';

/** The packages as paragraphs, in Syft's form. */
export const text: Format = {
  id: 'text',
  aliases: ['syft-text'],
  isUndated: true,
  title: 'One paragraph per package',
  spec: 'docs/formats.md',
  carries: ['inventory'],
  isForTerminal: true,
  omittedFacts: [
    'licenses',
    'locations',
    'cpes',
    'dependencies',
    'ownership',
    'files',
    'ownedFiles',
    'fileFacts',
    'reasons',
    'upstreams',
    'modules',
    'symbols',
    'metadata',
    'declaredFacts',
    'distro',
    'imageDocuments',
  ],
  write: writeText,
};

function writeText({ inventory }: Report, sink: Sink, options: FormatOptions): void {
  const { catalogers, layerBytes, target } = inventory;
  writeTarget(target, layerBytes, sink);
  const aliases = new Map(catalogers.map(({ id, alias }) => [id, alias]));
  for (const { foundBy, name, type, version } of sortPackages(inventory)) {
    writeParagraph(sink, `[${escapeText(name)}]`, [
      ['Version', version],
      ['Type', type],
      ['Found by', aliases.get(foundBy) ?? foundBy],
    ]);
  }
  if (inventory.packages.length === 0) {
    sink.write('No packages discovered\n');
  }
  if (!options.isParity && !isComplete(inventory)) {
    writeProblemSummary(createFittingSink(sink, options), inventory);
  }
}

function writeTarget(target: TargetDescription, layerBytes: readonly number[], sink: Sink): void {
  if (target.kind !== 'image') {
    sink.write(`[Path: ${escapeText(target.path)}]\n`);
    return;
  }
  sink.write('[Image]\n');
  for (const [number, { diffId, mediaType }] of target.layers.entries()) {
    writeParagraph(sink, undefined, [
      ['Layer', String(number)],
      ['Digest', diffId],
      ['Size', String(layerBytes[number] ?? 0)],
      ['MediaType', mediaType],
    ]);
  }
}

const TAB_COLUMNS = 8;

/** Values are aligned by as many tabs as the longest name needs. */
function writeParagraph(
  sink: Sink,
  head: string | undefined,
  pairs: readonly (readonly [name: string, value: string])[],
): void {
  const stops = pairs.map(([name]) => Math.floor((name.length + 2) / TAB_COLUMNS) + 1);
  const last = Math.max(...stops);
  sink.write(head === undefined ? '' : `${head}\n`);
  for (const [number, [name, value]] of pairs.entries()) {
    const tabs = '\t'.repeat(last - (stops[number] ?? last) + 1);
    sink.write(` ${name}:${tabs} ${escapeText(value)}\n`);
  }
  sink.write('\n');
}
