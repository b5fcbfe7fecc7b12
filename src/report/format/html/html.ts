import { hash } from 'node:crypto';
import type { Format, Report } from '../../../foundation/core/format.ts';
import { groupDigits } from '../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../foundation/core/sink.ts';
import { formatTargetTitle } from '../../../foundation/core/target-title.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { pageHead } from '../../../foundation/present/page-head.ts';
import { type Entry, isOpen, listFindingEntries } from '../page/entry.ts';
import {
  createLayersSection,
  createProblemsSection,
  createUnevaluatedSection,
  createUnexplainedSection,
  writePackages,
} from '../page/inventory-sections.ts';
import { PAGE_STYLE } from '../page/page-style.data.ts';
import { createSuppressedSection } from '../page/suppressed-section.ts';
import { createSurfaceSection } from '../page/surface-section.ts';
import { createUpdatesSection } from '../page/updates-section.ts';
import { createChangesSection } from './changes-section.ts';
import { writeFindings } from './findings-section.ts';
import { createHeadline } from './headline.ts';
import { PAGE_SCRIPT } from './page-script.data.ts';
import { createPolicySection } from './policy-section.ts';
import { describeVulnerabilities, writeVulnerabilities } from './vulnerabilities-section.ts';

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
  omittedFacts: [
    'cpes',
    'files',
    'ownedFiles',
    'fileFacts',
    'upstreams',
    'modules',
    'symbols',
    'metadata',
    'declaredFacts',
    'imageDocuments',
  ],
  write: writeHtml,
};

function writeHtml(report: Report, sink: Sink): void {
  const entries = listFindingEntries(report);
  const parts = listParts(report, entries);
  sink.write(createHead(report, entries));
  sink.write(
    `${createHeadline(report, entries).html}\n${createContents(parts).html}\n<main id="main">\n`,
  );
  for (const { write } of parts) {
    write(sink);
  }
  sink.write(
    `</main>\n${createFooter(report).html}\n<script>${PAGE_SCRIPT}</script>\n</body></html>\n`,
  );
}

/** A nonempty part of the page. */
interface Part {
  readonly id: string;
  readonly title: string;
  write(sink: Sink): void;
}

function listParts(report: Report, entries: readonly Entry[]): readonly Part[] {
  const descriptions = describeVulnerabilities(entries);
  const toPart = (id: string, title: string, section: Markup | undefined): readonly Part[] =>
    section === undefined ? [] : [{ id, title, write: (sink) => sink.write(`${section.html}\n`) }];
  const toLongPart = (id: string, title: string, write: Part['write']): readonly Part[] =>
    entries.length === 0 ? [] : [{ id, title, write }];
  return [
    ...toPart('policy', 'Policy', createPolicySection(report)),
    ...toPart('changes', 'What changed', createChangesSection(report)),
    ...toPart('updates', 'Recommended updates', createUpdatesSection(report, entries)),
    ...toLongPart('findings', 'Findings', (sink) => writeFindings(sink, entries, descriptions)),
    ...toPart('layers', 'Layers', createLayersSection(report, entries)),
    ...toPart('aside', 'Suppressed', createSuppressedSection(report, entries)),
    ...toPart('unevaluated', 'Not evaluated', createUnevaluatedSection(report)),
    ...toPart('unexplained', 'Unexplained executables', createUnexplainedSection(report)),
    ...toPart('surface', 'Attack surface', createSurfaceSection(report)),
    ...toPart('problems', 'Problems', createProblemsSection(report)),
    { id: 'packages', title: 'Packages', write: (sink) => writePackages(sink, report, entries) },
    ...toLongPart('vulnerabilities', 'Vulnerabilities', (sink) =>
      writeVulnerabilities(sink, descriptions),
    ),
  ];
}

/** The result comes first: it is visible in browser tabs and file lists. */
function formatTitle({ inventory, findings }: Report, entries: readonly Entry[]): string {
  const name = formatTargetTitle(inventory.target);
  return findings?.database === undefined
    ? `not evaluated: ${name}`
    : `${groupDigits(entries.filter(isOpen).length)} open: ${name}`;
}

function createHead(report: Report, entries: readonly Entry[]): string {
  return pageHead({
    title: formatTitle(report, entries),
    style: PAGE_STYLE,
    script: PAGE_SCRIPT,
    computeDigest: (text) => hash('sha256', text, 'base64'),
  });
}

/** Shows the origin of the result, also in print. */
function createFooter({ tool, findings, timestamp, inventory: { target } }: Report): Markup {
  const facts = [
    `${tool.name} ${tool.version}`,
    ...(findings?.database === undefined ? [] : [`advisories of ${findings.database.builtAt}`]),
    ...(timestamp === undefined ? [] : [`scanned ${timestamp}`]),
    ...(target.kind === 'image' ? [target.manifestDigest] : []),
  ];
  return markup`<footer>${facts.join(' · ')}</footer>`;
}

function createContents(parts: readonly Part[]): Markup {
  const links = parts.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`);
  return markup`<nav class="toc" aria-label="Parts of the page"><ul>${links}</ul></nav>`;
}
