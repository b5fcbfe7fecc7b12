import { compareText } from '../../foundation/core/compare-text.ts';
import type { Format, FormatOptions, Report } from '../../foundation/core/format.ts';
import { sortPackages } from '../../foundation/core/package-order.ts';
import { escapeText } from '../../foundation/core/screen-text.ts';
import type { Sink } from '../../foundation/core/sink.ts';

/** The package URLs of the inventory, one per line, sorted, each once. ECMA-427. */
export const purls: Format = {
  id: 'purls',
  aliases: ['purl'],
  isUndated: true,
  title: 'List of package URLs',
  spec: 'https://github.com/package-url/purl-spec',
  carries: ['inventory'],
  isForTerminal: false,
  omittedFacts: [
    'unnamed',
    'licenses',
    'cpes',
    'dependencies',
    'ownership',
    'files',
    'ownedFiles',
    'fileFacts',
    'reasons',
    'locations',
    'modules',
    'symbols',
    'metadata',
    'declaredFacts',
    'problems',
    'imageDocuments',
  ],
  write: writePurls,
};

/** Packages without a package URL are omitted. */
function writePurls({ inventory }: Report, sink: Sink, { isParity }: FormatOptions): void {
  const packages = sortPackages(inventory).filter(({ purl }) => purl !== '');
  const lines = [...new Set(packages.map(({ purl }) => escapeText(purl)))];
  for (const line of isParity ? lines : lines.sort(compareText)) {
    sink.write(`${line}\n`);
  }
}
