import { countControls } from '../../../../foundation/core/control.ts';
import {
  describePolicyVerdict,
  listSeparateRules,
  type PolicyOutcome,
  weighControl,
  weighRule,
} from '../../../../foundation/core/policy-verdict.ts';
import { formatCount, groupDigits } from '../../../../foundation/core/screen-text.ts';
import { formatTargetTitle } from '../../../../foundation/core/target-title.ts';
import type { VerdictReport } from '../../../../foundation/core/verdict-format.ts';
import { joinMarkup, type Markup, markup } from '../../../../foundation/present/markup.ts';
import { listDueNext, listOpenParts, listUnanswered } from '../evidence.ts';

const ANSWERS: Readonly<Record<PolicyOutcome, string>> = {
  pass: 'It may ship',
  warn: 'It may ship, with warnings',
  unknown: 'It cannot be judged',
  fail: 'It must not ship',
};

/** Shows the answer, the controls by status, the next due dates, and the verdict's origin. */
export function createHeadline(report: VerdictReport): Markup {
  const { assessment, verdict } = report;
  const packs = verdict.policies.map(({ name, version }) => `${name} ${version}`.trim());
  return markup`<header id="top"><div class="top"><p class="brand">plimsoll</p><button type="button" id="theme" hidden>Dark</button></div>
<h1>${formatTargetTitle(assessment.target)}</h1>
<p class="lead"><b>${ANSWERS[verdict.outcome]}</b> by ${packs.join(', ')}.</p>
<div class="cards">${createAnswerCard(report)}${createControlCard(report)}${createDueCard(report)}${createOriginCard(report)}</div></header>`;
}

const CAUSES_MAX = 6;

function createAnswerCard({ verdict }: VerdictReport): Markup {
  const { outcome, controls = [] } = verdict;
  const deciding = [
    ...controls
      .filter((control) => weighControl(control) === outcome && outcome !== 'pass')
      .map(({ key, title, status, reasons }) => ({
        name: key,
        link: `#${toAnchor(key)}`,
        text: `${title}: ${status}${reasons.length === 0 ? '' : `, ${reasons.join('; ')}`}`,
      })),
    ...listSeparateRules(verdict)
      .filter(({ mode }) => mode === 'enforce')
      .filter((rule) => weighRule(rule) === outcome && outcome !== 'pass')
      .map(({ rule, matches }) => ({
        name: rule,
        link: `#rule-${rule}`,
        text: matches
          .map(({ title }) => title)
          .slice(0, 3)
          .join(', '),
      })),
  ];
  const items = deciding
    .slice(0, CAUSES_MAX)
    .map(({ name, link, text }) => markup`<li><a href="${link}">${name}</a> ${text}</li>`);
  const more = deciding.length - items.length;
  const rest = more > 0 ? markup`<p class="dim">and ${groupDigits(more)} more</p>` : undefined;
  return markup`<section class="card answer v-${outcome}"><h2>Verdict</h2><p class="big">${outcome}</p><p>${describePolicyVerdict(verdict)}</p>${items.length === 0 ? undefined : markup`<ol>${items}</ol>`}${rest}</section>`;
}

/** Returns the ID of a control on the page. */
export function toAnchor(key: string): string {
  return `c-${key.replaceAll(/[^A-Za-z0-9]+/g, '-')}`;
}

function createControlCard({ verdict: { controls = [], rules } }: VerdictReport): Markup {
  const counts =
    controls.length === 0
      ? (['fail', 'unknown', 'warn', 'pass'] as const).map((outcome): [string, number] => [
          outcome,
          rules.filter((rule) => rule.outcome === outcome).length,
        ])
      : [...countControls(controls)].map(([status, count]): [string, number] => [status, count]);
  const title =
    controls.length === 0
      ? formatCount(rules.length, 'rule')
      : formatCount(controls.length, 'control');
  const unverified = controls.filter((control) => !control.isSourceVerified).length;
  const note =
    unverified === 0
      ? undefined
      : markup`<p class="dim">${formatCount(unverified, 'control has', 'controls have')} an unverified source: the text of the authority was not read.</p>`;
  const list = counts.map(
    ([status, count]) =>
      markup`<li class="${count === 0 ? 'none' : `st-${status}`}"><b>${groupDigits(count)}</b> ${status.replace('-', ' ')}</li>`,
  );
  return markup`<section class="card"><h2>${title}</h2><ul class="counts">${list}</ul>${note}</section>`;
}

function createDueCard(report: VerdictReport): Markup {
  const now = Date.parse(report.verdict.evaluatedAt);
  const lines = listDueNext(report).map(({ date, text }) => {
    const isPast = Date.parse(date) < now;
    return markup`<li><b>${date.slice(0, 10)}</b>${isPast ? ' (overdue)' : ''} ${text}</li>`;
  });
  const list =
    lines.length === 0 ? markup`<p>Nothing has a due date.</p>` : markup`<ul>${lines}</ul>`;
  return markup`<section class="card"><h2>Due next</h2>${list}</section>`;
}

function createOriginCard({ assessment, verdict, tool }: VerdictReport): Markup {
  const { target, database } = assessment;
  const digest = target.kind === 'image' ? target.manifestDigest : '';
  const data = database === undefined ? 'none' : database.builtAt;
  return markup`<section class="card"><h2>Evaluation</h2><p>${verdict.evaluatedAt} with ${tool.name} ${tool.version}</p><p class="dim">Advisories: ${data}</p>${digest === '' ? undefined : markup`<p class="digest">${digest}</p>`}</section>`;
}

const PARTS_MAX = 200;
const NAMES_MAX = 30;

/** Lists everything that was not evaluated; an empty list is stated, too. */
export function createOpenSection(report: VerdictReport): Markup {
  const parts = listOpenParts(report);
  const items = parts.slice(0, PARTS_MAX).map(({ reason, names }) => {
    const shown = names.slice(0, NAMES_MAX).map((name) => {
      const isControl = name.includes('/');
      const link = isControl ? `#${toAnchor(name)}` : `#rule-${name}`;
      return markup`<a href="${link}">${name}</a>`;
    });
    const more = names.length > NAMES_MAX ? ` and ${names.length - NAMES_MAX} more` : '';
    return markup`<li>${reason}${names.length === 0 ? '' : ': '}${joinMarkup(shown)}${more}</li>`;
  });
  const more = parts.length - items.length;
  const rest = more > 0 ? markup`<p>and ${groupDigits(more)} more reasons</p>` : undefined;
  const waiting = createWaitingList(report);
  const content =
    parts.length === 0
      ? markup`<p>Every rule was evaluated.</p>`
      : markup`<p>Nothing in this list counts as passed.</p><div class="open"><ul>${items}</ul>${rest}</div>`;
  return markup`<section id="open"><h2>Not evaluated</h2>${content}${waiting}${listNotes(report)}</section>`;
}

/** Lists the controls that only a person can answer, with the part that is open. */
function createWaitingList(report: VerdictReport): Markup | undefined {
  const waiting = listUnanswered(report);
  if (waiting.length === 0) {
    return undefined;
  }
  const items = waiting.map(
    ({ key, title, cannotAnswer }) =>
      markup`<li><a href="#${toAnchor(key)}">${key}</a> ${title}${cannotAnswer === undefined ? '' : `; open: ${cannotAnswer}`}</li>`,
  );
  return markup`<h3>Waiting for the statement of a person</h3><div class="open"><ul>${items}</ul></div>`;
}

/** Limits of the packs, and statements that do not count. */
function listNotes({ verdict }: VerdictReport): readonly Markup[] {
  const { packs = [], statements = [] } = verdict;
  const limits = packs
    .filter(({ notes }) => notes.length > 0)
    .map(
      ({ id, title, notes }) =>
        markup`<h3>Limits of ${id}</h3><p class="dim">${title}</p><ul>${notes.map((note) => markup`<li>${note}</li>`)}</ul>`,
    );
  const unused = statements.filter(({ state }) => state !== 'used');
  const list = unused.map(
    ({ control, by, source, note = '' }) =>
      markup`<li>${control} by ${by} (${source}): ${note}</li>`,
  );
  const ignored =
    unused.length === 0 ? [] : [markup`<h3>Statements that do not count</h3><ul>${list}</ul>`];
  return [...ignored, ...limits];
}
