import { compareText } from '../../core/digest.ts';
import type { Format, Report } from '../../core/format.ts';
import { escapeText } from '../../core/screen-text.ts';
import type { Sink } from '../../core/sink.ts';

/** The package URLs of the inventory, one a line, sorted, each once. ECMA-427. */
export const purls: Format = {
  id: 'purls',
  aliases: ['purl'],
  title: 'List of package URLs',
  spec: 'https://github.com/package-url/purl-spec',
  carries: ['inventory'],
  isForTerminal: false,
  write: writePurls,
};

/** Packages of ecosystems without package URLs are left out: there is no line for them. */
function writePurls({ inventory }: Report, sink: Sink): void {
  const lines = new Set(
    inventory.packages.filter(({ purl }) => purl !== '').map(({ purl }) => escapeText(purl)),
  );
  for (const line of [...lines].sort(compareText)) {
    sink.write(`${line}\n`);
  }
}
