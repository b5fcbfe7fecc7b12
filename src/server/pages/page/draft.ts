import { formatCount } from '../../../foundation/core/screen-text.ts';
import { parsePurl } from '../../../foundation/identity/purl/parse-purl.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { toSentence } from '../../../report/format/page/reasons.ts';
import { type DecisionEffects, findDecisionEffects } from '../../engine/decision-effects.ts';
import type { DecisionRequest } from '../../engine/decisions.ts';
import { type DraftView, findDraft, isOwnDraft } from '../../engine/drafts.ts';
import { formatAddress } from '../address.ts';
import {
  createRiskFacts,
  type DecisionRisk,
  isSuppressing,
  isUnlimited,
  listMissingLimits,
  readDecisionRisk,
} from '../decision-risk.ts';
import { createPreview } from '../draft-preview.ts';
import { createFormToken } from '../forms.ts';
import { getFormStatus, hasRole, type PageContent, type PageContext } from '../page.ts';
import { createLink, createNotice, createScope, createTime, shortenName } from '../parts.ts';

/** Answers: what does a draft decide, what is its evidence, and may it be approved? */
export async function createDraftPage(context: PageContext): Promise<PageContent> {
  const { db, parts, form } = context;
  const id = parts['id'] ?? '';
  const draft = /^[1-9]\d{0,8}$/.test(id) ? await findDraft(db, Number(id)) : undefined;
  if (draft === undefined) {
    return {
      heading: `There is no draft ${id}`,
      status: 404,
      body: markup`<p>See <a href="${formatAddress('review')}">everything that waits</a>.</p>`,
    };
  }
  const { request } = draft;
  const effects = await findDecisionEffects(context, request);
  const { findings, images } = effects;
  const covered = `${formatCount(findings, 'finding')} in ${formatCount(images.size, 'image')}`;
  const name = parsePurl(request.package)?.name ?? request.package;
  const subject = `${name} is ${request.status.replaceAll('_', ' ')} by ${request.vulnerability}`;
  const heading =
    form?.problem === undefined
      ? `Draft ${draft.id}: ${subject}, for ${covered}`
      : `Nothing was decided: ${form.problem}`;
  const isOpen = draft.state === 'open';
  const risk = await readDecisionRisk(context, request.vulnerability, effects);
  const preview = isOpen ? await createPreview(context, request, { effects, risk }) : undefined;
  return {
    heading,
    ...getFormStatus(form),
    body: markup`${isOpen ? createRisk(request, risk, effects) : undefined}<div class="pair">${createStatement(draft)}${createEvidence(draft)}</div>
${isOpen ? undefined : describeAnswer(draft)}
${preview}
${isOpen ? createAnswerForm(context, draft, findings) : undefined}`,
  };
}

/** Shows the findings that would be suppressed, and warns if the statement has no limit. */
function createRisk(
  request: DecisionRequest,
  risk: DecisionRisk,
  effects: DecisionEffects,
): Markup {
  const title = isSuppressing(request) ? 'What it would suppress' : 'What it is about';
  const warning = isUnlimited(request)
    ? createNotice(
        markup`<b>This is the broadest possible statement</b>: ${listMissingLimits(request).join(', ')}. Edit it if its reason applies to fewer findings.`,
      )
    : undefined;
  return markup`<section class="card"><h2>${title}</h2>${createRiskFacts(risk, effects)}</section>${warning}`;
}

function createStatement({ request, at }: DraftView): Markup {
  const { versions = '', justification = '', statement = '', expires } = request;
  const { evidence = [] } = request;
  const end = evidence.length === 0 ? 'no end' : 'its evidence changes';
  return markup`<section class="card"><h2>Statement</h2><dl class="facts">
<div><dt>Vulnerability</dt><dd>${createLink('exposure', { vulnerability: request.vulnerability }, request.vulnerability)}</dd></div>
<div><dt>Package</dt><dd><code>${shortenName(request.package)}</code> ${versions === '' ? 'in all versions' : shortenName(versions)}</dd></div>
<div><dt>Images</dt><dd>${createScope(request)}</dd></div>
<div><dt>Status</dt><dd>${request.status.replaceAll('_', ' ')}${justification === '' ? '' : `: ${justification.replaceAll('_', ' ')}`}</dd></div>
<div><dt>Until</dt><dd>${expires === undefined ? end : createTime(Date.parse(expires))}</dd></div>
<div><dt>By</dt><dd>${shortenName(request.author)}, ${createTime(Date.parse(at))}</dd></div>
</dl><p class="text">${statement === '' ? 'No reason is stated.' : statement}</p></section>`;
}

function createEvidence({ by, request: { evidence = [] }, source }: DraftView): Markup {
  if (source !== undefined) {
    const { document, id, author, statement } = source;
    return markup`<section class="card"><h2>Evidence</h2><p>Statement ${statement} of a VEX document by ${shortenName(author)}: ${createLink('review', { document }, id === '' ? document : id)}<span class="row-note">SHA-256 <code>${document}</code></span></p><p>${by === 'registry' ? 'It is attached to the image in a watched registry, whose page shows its signature.' : 'It was sent with the SBOM of the image.'} It has not been checked yet.</p></section>`;
  }
  const lines = evidence.map(
    ({ path, sha256 }) =>
      markup`<li><code>${shortenName(path)}</code><span class="row-note"><code>${sha256}</code></span></li>`,
  );
  return markup`<section class="card"><h2>Evidence</h2>${
    lines.length === 0
      ? markup`<p>None. The decision also stays in force when the files of the images change.</p>`
      : markup`<ul>${lines}</ul><p>It only applies to images with these files, and returns for review otherwise.</p>`
  }</section>`;
}

function createAnswerForm(context: PageContext, draft: DraftView, findings: number): Markup {
  const { caller, form, formToken } = context;
  const edit = markup`<p><a href="${formatAddress('decide', { draft: draft.id })}">Edit</a></p>`;
  const { project = '' } = draft.request;
  const isOwn = caller !== undefined && isOwnDraft(draft, caller);
  const canEdit = caller?.projects === undefined || isOwn || hasRole(caller, 'triager', project);
  if (caller === undefined || !hasRole(caller, 'approver', project)) {
    const place = project === '' ? 'all projects' : `the project ${project}`;
    const isLimited = project !== '' || caller?.projects !== undefined;
    const approver = isLimited ? `An approver of ${place}` : 'An approver';
    return markup`<p class="notice">${approver} must answer it.</p>${canEdit ? edit : undefined}`;
  }
  const reason = form?.fields['reason'] ?? '';
  const notice = isOwn
    ? markup`<p class="notice">It is your own draft: another person with the role “approver” must approve it.</p>`
    : undefined;
  const approve = isOwn
    ? undefined
    : markup`<button name="answer" value="approve">Approve</button> `;
  const label = isOwn ? 'Why you withdraw it' : 'Reason for the answer';
  return markup`${notice}<form class="decide answer-form" action="/drafts/answer" method="post">${createFormToken(formToken)}<input type="hidden" name="draft" value="${draft.id}:${findings}"><input type="hidden" name="page" value="draft">
<label>${label}<textarea name="reason" rows="2" maxlength="2000">${reason}</textarea></label>
<p>${approve}<button name="answer" value="reject">${isOwn ? 'Withdraw' : 'Reject'}</button> ${canEdit ? markup`<a href="${formatAddress('decide', { draft: draft.id })}">Edit</a>` : undefined}</p></form>`;
}

function describeAnswer({ state, reviewer, reason, decision, request }: DraftView): Markup {
  const word = state === 'rejected' && reviewer === request.author ? 'withdrawn' : state;
  const result =
    decision === undefined
      ? undefined
      : markup` It is <a href="${formatAddress('review')}#decisions">decision ${decision}</a>.`;
  return markup`<p class="notice ${state === 'approved' ? 'good' : ''}">It was ${word} by ${shortenName(reviewer)}${reason === '' ? '.' : `: ${toSentence(reason)}`}${result}</p>`;
}
