import { hash } from 'node:crypto';
import type { Format, Report } from '../../core/format.ts';
import { groupDigits } from '../../core/screen-text.ts';
import type { Sink } from '../../core/sink.ts';
import { type Markup, markup } from '../../present/markup.ts';
import { pageHead } from '../../present/page-head.ts';
import { asideSection } from './aside-section.ts';
import { changesSection } from './changes-section.ts';
import { type Entry, entriesOf, isOpen, vulnerabilityNumbers } from './entry.ts';
import { writeFindings } from './findings-section.ts';
import { headline } from './headline.ts';
import {
  layersSection,
  problemsSection,
  unevaluatedSection,
  unexplainedSection,
  writePackages,
} from './inventory-sections.ts';
import { PAGE_SCRIPT } from './page-script.data.ts';
import { PAGE_STYLE } from './page-style.data.ts';
import { surfaceSection } from './surface-section.ts';
import { updatesSection } from './updates-section.ts';
import { writeVulnerabilities } from './vulnerabilities-section.ts';

/**
 * One self-contained page. It is complete without its script, which only searches, filters, sorts
 * and pages its content, and never makes markup from a text.
 */
export const html: Format = {
  id: 'html',
  aliases: [],
  title: 'HTML page',
  spec: 'docs/reports.md',
  carries: ['findings', 'inventory'],
  isForTerminal: false,
  leavesOut: [
    'cpes',
    'files',
    'ownedFiles',
    'fileFacts',
    'upstreams',
    'modules',
    'symbols',
    'metadata',
    'told',
    'imageDocuments',
  ],
  write: writeHtml,
};

function writeHtml(report: Report, sink: Sink): void {
  const entries = entriesOf(report);
  const numbers = vulnerabilityNumbers(entries);
  const parts = partsOf(report, entries, numbers);
  sink.write(head(report, entries));
  sink.write(`${headline(report, entries).html}\n${contents(parts).html}\n<main id="main">\n`);
  for (const { write } of parts) {
    write(sink);
  }
  sink.write(`</main>\n${footer(report).html}\n<script>${PAGE_SCRIPT}</script>\n</body></html>\n`);
}

/** A nonempty part of the page. */
interface Part {
  readonly id: string;
  readonly title: string;
  write(sink: Sink): void;
}

function partsOf(
  report: Report,
  entries: readonly Entry[],
  numbers: ReadonlyMap<string, number>,
): readonly Part[] {
  const made = (id: string, title: string, section: Markup | undefined): readonly Part[] =>
    section === undefined ? [] : [{ id, title, write: (sink) => sink.write(`${section.html}\n`) }];
  const long = (id: string, title: string, write: Part['write']): readonly Part[] =>
    entries.length === 0 ? [] : [{ id, title, write }];
  return [
    ...made('changes', 'What changed', changesSection(report)),
    ...made('updates', 'Recommended updates', updatesSection(entries)),
    ...long('findings', 'Findings', (sink) => writeFindings(sink, entries, numbers)),
    ...made('layers', 'Layers', layersSection(report, entries)),
    ...made('aside', 'Suppressed', asideSection(report, entries)),
    ...made('unevaluated', 'Not evaluated', unevaluatedSection(report)),
    ...made('unexplained', 'Unexplained executables', unexplainedSection(report)),
    ...made('surface', 'Attack surface', surfaceSection(report)),
    ...made('problems', 'Problems', problemsSection(report)),
    { id: 'packages', title: 'Packages', write: (sink) => writePackages(sink, report, entries) },
    ...long('vulnerabilities', 'Vulnerabilities', (sink) =>
      writeVulnerabilities(sink, entries, numbers),
    ),
  ];
}

/** The result comes first: it is visible in browser tabs and file lists. */
function titleOf({ inventory, findings }: Report, entries: readonly Entry[]): string {
  const { name } = inventory.target;
  return findings?.database === undefined
    ? `not evaluated: ${name}`
    : `${groupDigits(entries.filter(isOpen).length)} open: ${name}`;
}

function head(report: Report, entries: readonly Entry[]): string {
  return pageHead({
    title: titleOf(report, entries),
    style: PAGE_STYLE,
    script: PAGE_SCRIPT,
    digestOf: (text) => hash('sha256', text, 'base64'),
  });
}

/** Shows the origin of the result, also in print. */
function footer({ tool, findings, timestamp, inventory: { target } }: Report): Markup {
  const facts = [
    `${tool.name} ${tool.version}`,
    ...(findings?.database === undefined ? [] : [`advisories of ${findings.database.builtAt}`]),
    ...(timestamp === undefined ? [] : [`scanned ${timestamp}`]),
    ...(target.kind === 'image' ? [target.manifestDigest] : []),
  ];
  return markup`<footer>${facts.join(' · ')}</footer>`;
}

function contents(parts: readonly Part[]): Markup {
  const links = parts.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`);
  return markup`<nav class="toc" aria-label="Parts of the page"><ul>${links}</ul></nav>`;
}
