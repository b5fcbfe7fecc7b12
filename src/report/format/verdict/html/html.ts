import { hash } from 'node:crypto';
import type { Sink } from '../../../../foundation/core/sink.ts';
import { formatTargetTitle } from '../../../../foundation/core/target-title.ts';
import type { VerdictFormat, VerdictReport } from '../../../../foundation/core/verdict-format.ts';
import { type Markup, markup } from '../../../../foundation/present/markup.ts';
import { pageHead } from '../../../../foundation/present/page-head.ts';
import { THEME_SCRIPT } from '../../../../foundation/present/page-look.data.ts';
import { createAcceptedSection } from './accepted-section.ts';
import { writeControls } from './controls-section.ts';
import { writeEvidence, writeRules } from './evidence-sections.ts';
import { createHeadline, createOpenSection } from './headline.ts';
import { createHistorySection } from './history-section.ts';
import { createInputsSection } from './inputs-section.ts';
import { PAGE_STYLE } from './page-style.data.ts';

/**
 * The auditor's page: verdict, everything that was not evaluated, controls with their proof,
 * exceptions, and inputs. It is complete without a script, and prints.
 */
export const html: VerdictFormat = {
  id: 'html',
  aliases: [],
  title: "auditor's page",
  carries: ['findings'],
  write: writePage,
};

/** A nonempty part of the page. */
interface Part {
  readonly id: string;
  readonly title: string;
  write(sink: Sink): void;
}

function writePage(report: VerdictReport, sink: Sink): void {
  const parts = listParts(report);
  const { outcome, target = '' } = report.verdict;
  const title = `${outcome}: ${target}`;
  const computeDigest = (text: string): string => hash('sha256', text, 'base64');
  sink.write(pageHead({ title, style: PAGE_STYLE, script: THEME_SCRIPT, computeDigest }));
  sink.write(`${createHeadline(report).html}\n${createContents(parts).html}\n<main id="main">\n`);
  for (const { write } of parts) {
    write(sink);
  }
  sink.write(`</main>\n${createFooter(report).html}\n<script>${THEME_SCRIPT}</script>\n`);
  sink.write('</body></html>\n');
}

function listParts(report: VerdictReport): readonly Part[] {
  const { controls = [], rules } = report.verdict;
  const toPart = (id: string, title: string, section: Markup | undefined): readonly Part[] =>
    section === undefined ? [] : [{ id, title, write: (sink) => sink.write(`${section.html}\n`) }];
  const hasMatches = rules.some(({ matches }) => matches.length > 0);
  return [
    ...toPart('open', 'Not evaluated', createOpenSection(report)),
    ...(controls.length === 0
      ? []
      : [
          { id: 'controls', title: 'Controls', write: (sink: Sink) => writeControls(sink, report) },
        ]),
    ...toPart('history', 'History', createHistorySection(report)),
    { id: 'rules', title: 'Rules', write: (sink) => writeRules(sink, report) },
    ...(hasMatches
      ? [{ id: 'evidence', title: 'Evidence', write: (sink: Sink) => writeEvidence(sink, report) }]
      : []),
    ...toPart('accepted', 'Exceptions and justifications', createAcceptedSection(report)),
    ...toPart('inputs', 'Inputs and replay', createInputsSection(report)),
  ];
}

function createContents(parts: readonly Part[]): Markup {
  const links = parts.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`);
  return markup`<nav class="toc" aria-label="Parts of the page"><ul>${links}</ul></nav>`;
}

/** Shows the origin of the page, also in print. */
function createFooter({ tool, assessment, verdict }: VerdictReport): Markup {
  const { database, target } = assessment;
  const facts = [
    `${tool.name} ${tool.version}`,
    formatTargetTitle(target),
    ...(database === undefined ? [] : [`advisories of ${database.builtAt}`]),
    `evaluated ${verdict.evaluatedAt}`,
    ...(verdict.proof === undefined ? [] : [`verdict ${verdict.proof}`]),
  ];
  return markup`<footer>${facts.join(' · ')}</footer>`;
}
