import {
  CONTROL_STATUSES,
  type ControlResult,
  type PackProof,
} from '../../../../foundation/core/control.ts';
import {
  POLICY_OUTCOMES,
  type PolicyOutcome,
  type RuleProof,
} from '../../../../foundation/core/policy-verdict.ts';
import { formatCount } from '../../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../../foundation/core/sink.ts';
import type { VerdictReport } from '../../../../foundation/core/verdict-format.ts';
import {
  createColumnHead,
  link,
  type Markup,
  markup,
} from '../../../../foundation/present/markup.ts';
import { describeControlChange, listUnknownReasons, listValues } from '../evidence.ts';
import { toAnchor } from './headline.ts';

/** Writes the table of controls of each pack; each control opens to its proof. */
export function writeControls(sink: Sink, report: VerdictReport): void {
  const { packs = [], controls = [] } = report.verdict;
  const proofs = new Map(report.verdict.rules.map((proof) => [proof.rule, proof]));
  sink.write(`<section id="controls"><h2>Controls</h2>${createFilters().html}\n`);
  for (const pack of packs) {
    const own = controls.filter((control) => control.pack === pack.id);
    sink.write(`${createPackHead(pack).html}\n`);
    const heads = ['ID', 'Control', 'Status', 'Force', 'Source', 'Due'].map((title) =>
      createColumnHead(title),
    );
    sink.write(
      markup`<div class="scroll controls" tabindex="0" role="region" aria-label="Controls of ${pack.id}"><table><thead><tr>${heads}</tr></thead><tbody>`
        .html,
    );
    for (const control of own) {
      sink.write(`${createRow(control, report, proofs).html}\n`);
    }
    sink.write('</tbody></table></div></div>\n');
  }
  sink.write('</section>\n');
}

function createFilters(): Markup {
  const boxes = [...CONTROL_STATUSES.toReversed(), 'should'].map(
    (name) =>
      markup`<label><input type="checkbox" id="f-${name}" checked> ${name === 'should' ? 'SHOULD' : name.replace('-', ' ')}</label>`,
  );
  return markup`<fieldset class="filters"><legend>Show</legend>${boxes}</fieldset>`;
}

function createPackHead({
  id,
  version,
  title,
  authority,
  from,
  until,
  sources,
}: PackProof): Markup {
  const dates = [
    ...(from === undefined ? [] : [`required from ${from}`]),
    ...(until === undefined ? [] : [`until ${until}`]),
  ];
  const list = sources.map(
    ({ title: name, url, readOn, mark }) =>
      markup`<li>${url === undefined ? name : link(url, name)}, read on ${readOn}${describeMark(mark)}</li>`,
  );
  return markup`<div class="group"><h3 id="pack-${id}">${id} ${version}</h3><p>${title}. ${authority}${dates.length === 0 ? '' : `, ${dates.join(' ')}`}.</p><ul class="dim">${list}</ul>`;
}

function describeMark(mark: ControlResult['source']['mark']): string {
  switch (mark) {
    case 'primary':
      return ' in the data or text of the authority';
    case 'publisher':
      return ' on the page of the publisher';
    case 'copy':
      return ' only in copies or descriptions by others: unverified';
    case 'unread':
      return ', but its text was not: unverified';
  }
}

function createRow(
  control: ControlResult,
  report: VerdictReport,
  proofs: ReadonlyMap<string, RuleProof>,
): Markup {
  const { key, id, title, status, force, source, isSourceVerified, dueAt, mode } = control;
  const isOpen = status === 'failed' && force.startsWith('MUST');
  const start = isOpen ? markup`<details open>` : markup`<details>`;
  const details = createDetails(control, report, proofs);
  const word = status.replace('-', ' ');
  const log = mode === 'log' ? ' (only logged)' : '';
  return markup`<tr id="${toAnchor(key)}" class="is-${status}${force.startsWith('SHOULD') ? ' should' : ''}"><th scope="row">${id}</th><td class="cell-wide">${start}<summary>${title}</summary>${details}</details></td><td><span class="st st-${status}">${word}</span>${log}</td><td class="word">${force}</td><td class="word">${isSourceVerified ? source.mark : `${source.mark}: unverified`}</td><td class="word">${dueAt === undefined ? '' : dueAt.slice(0, 10)}</td></tr>`;
}

function createDetails(
  control: ControlResult,
  report: VerdictReport,
  proofs: ReadonlyMap<string, RuleProof>,
): Markup {
  const { requirement, source, reasons, cannotAnswer, examined, facts, kind } = control;
  const change = describeControlChange(control, report.history);
  const place = `${source.title}, ${source.section}`;
  const rules = control.rules.map((id) => createRuleItem(id, proofs.get(id)));
  const how =
    rules.length === 0
      ? markup`A person answers it: the content of an image does not.`
      : markup`<ul>${rules}</ul>`;
  return markup`<dl>${[
    createTerm('Requirement', markup`${requirement}`),
    createTerm(
      'Source',
      markup`${source.url === undefined ? place : link(source.url, place)}, read on ${source.readOn}${describeMark(source.mark)}`,
    ),
    createTerm('Answered by', markup`${kind === 'manual' ? 'people' : 'rules'} (${kind})${how}`),
    reasons.length === 0 ? undefined : createTerm('Cause', createList(reasons)),
    cannotAnswer === undefined
      ? undefined
      : createTerm('Not answered by rules', markup`${cannotAnswer}`),
    examined.length === 0 ? undefined : createTerm('Examined', createList(examined)),
    facts.length === 0 ? undefined : createTerm('Facts', markup`<code>${facts.join(', ')}</code>`),
    ...createProofTerms(control),
    change === undefined ? undefined : createTerm('History', markup`${change}`),
  ]}</dl>`;
}

/** Statements of people, and results of other tools. */
function createProofTerms({ statement, results }: ControlResult): readonly Markup[] {
  const tools = results.map(
    ({ tool, file, digest, ranAt = 'at an unknown time', ageDays, checks, note }) => {
      const list = checks.map(({ id, status }) => `${id} ${status}`).join(', ');
      const age =
        ageDays === undefined || ageDays < 0 ? '' : ` (${formatCount(ageDays, 'day')} before)`;
      return `${tool}, ran ${ranAt}${age}: ${list} (${file}, ${digest})${note === undefined ? '' : `; does not count: ${note}`}`;
    },
  );
  return [
    ...(statement === undefined
      ? []
      : [
          createTerm(
            'Statement',
            markup`${statement.by}: ${statement.answer.replace('-', ' ')}${statement.reason === undefined ? '' : `, ${statement.reason}`}; evidence ${link(statement.evidence, statement.evidence)}; until ${statement.expires} (${statement.source})`,
          ),
        ]),
    ...(tools.length === 0 ? [] : [createTerm('Other tools', createList(tools))]),
  ];
}

const MATCHES_MAX = 3;

function rankOutcome(outcome: PolicyOutcome): number {
  return POLICY_OUTCOMES.indexOf(outcome);
}

/** One rule with its outcome and the first subjects; the section of rules has all of them. */
function createRuleItem(id: string, proof: RuleProof | undefined): Markup {
  if (proof === undefined) {
    return markup`<li><code>${id}</code>: not in force for this image</li>`;
  }
  const { outcome, evaluated, subject, conditions } = proof;
  const decisive = proof.matches.toSorted(
    (left, right) => rankOutcome(right.outcome) - rankOutcome(left.outcome),
  );
  const shown = decisive.slice(0, MATCHES_MAX).map(({ title, outcome: own, conditions: all }) => {
    const values = listValues(all).slice(0, 4).join('; ');
    return markup`<li>${own}: ${title}${values === '' ? '' : `: ${values}`}</li>`;
  });
  const more = proof.matches.length - shown.length;
  const rest = more > 0 ? markup`<li>and ${more} more</li>` : undefined;
  const [reason] = outcome === 'unknown' ? listUnknownReasons(proof) : [];
  const text = conditions.map((one) => one.text).join(' and ');
  const list = shown.length === 0 ? undefined : markup`<ul>${shown}${rest}</ul>`;
  return markup`<li><a href="#rule-${id}">${id}</a>: ${outcome}, evaluated for ${evaluated} (${subject}${text === '' ? '' : `: ${text}`})${reason === undefined ? '' : `; ${reason}`}${list}</li>`;
}

function createTerm(title: string, content: Markup): Markup {
  return markup`<dt>${title}</dt><dd>${content}</dd>`;
}

function createList(texts: readonly string[]): Markup {
  const [first] = texts;
  return texts.length === 1
    ? markup`${first}`
    : markup`<ul>${texts.map((text) => markup`<li>${text}</li>`)}</ul>`;
}
