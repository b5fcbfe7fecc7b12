import type { Format, FormatOptions, Report } from '../../core/format.ts';
import { isComplete } from '../../core/inventory.ts';
import { writePackageTable } from '../../core/package-table.ts';
import { writeProblemSummary } from '../../core/problem-summary.ts';
import type { Sink } from '../../core/sink.ts';

/** The packages for people, in the form that Syft users know. */
export const sbomTable: Format = {
  id: 'sbom-table',
  aliases: ['syft-table'],
  title: 'Table of packages',
  spec: 'docs/format-table.md',
  carries: ['inventory'],
  isForTerminal: true,
  write: writeSbomTable,
};

function writeSbomTable({ inventory }: Report, sink: Sink, options: FormatOptions): void {
  writePackageTable(sink, inventory, options);
  if (!options.isParity && !isComplete(inventory)) {
    sink.write('\n');
    writeProblemSummary(sink, inventory);
  }
}
