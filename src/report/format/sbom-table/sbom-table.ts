import { measureCoverage } from '../../../foundation/core/coverage.ts';
import type { Format, FormatOptions, Report } from '../../../foundation/core/format.ts';
import { isComplete } from '../../../foundation/core/inventory.ts';
import type { Sink } from '../../../foundation/core/sink.ts';
import { describeCoverage } from '../../../foundation/present/coverage-summary.ts';
import { createFittingSink } from '../../../foundation/present/fitted-lines.ts';
import { writePackageTable } from '../../../foundation/present/package-table.ts';
import { writeProblemSummary } from '../../../foundation/present/problem-summary.ts';

/** The packages for people, in Syft's form. */
export const sbomTable: Format = {
  id: 'sbom-table',
  aliases: ['syft-table'],
  isUndated: true,
  title: 'Table of packages',
  spec: 'docs/format-table.md',
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
  write: writeSbomTable,
};

function writeSbomTable({ inventory }: Report, sink: Sink, options: FormatOptions): void {
  writePackageTable(sink, inventory, options);
  if (options.isParity) {
    return;
  }
  const lines = inventory.packages.length === 0 ? [] : describeCoverage(measureCoverage(inventory));
  const fittingSink = createFittingSink(sink, options);
  if (lines.length > 0 || !isComplete(inventory)) {
    sink.write('\n');
  }
  for (const line of lines) {
    fittingSink.write(`${line}\n`);
  }
  writeProblemSummary(fittingSink, inventory);
}
