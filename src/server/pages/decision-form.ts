import { VEX_JUSTIFICATIONS, VEX_STATUSES } from '../../foundation/core/decision.ts';
import { UserError } from '../../foundation/core/error.ts';
import { parsePurl } from '../../foundation/identity/purl/parse-purl.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import { type DecisionRequest, type EvidenceFile } from '../engine/decisions.ts';
import { createFormToken } from './forms.ts';
import { listDraftProjects, type PageContext } from './page.ts';

/** The texts of the fields of a decision, by their names. */
export type DecisionFields = Readonly<Record<string, string>>;

const TEXT_CHARS_MAX = 10_000;

/** Converts a decision to the texts of its fields. */
export function toDecisionFields(request: Omit<DecisionRequest, 'author'>): DecisionFields {
  const { evidence = [], expires = '' } = request;
  return {
    vulnerability: request.vulnerability,
    package: request.package,
    versions: request.versions ?? '',
    images: request.images ?? '',
    project: request.project ?? '',
    status: request.status,
    justification: request.justification ?? '',
    statement: request.statement ?? '',
    evidence: evidence.map(({ path, sha256 }) => `${sha256} ${path}`).join('\n'),
    expires: expires.slice(0, '2026-01-31'.length),
  };
}

/**
 * Reads the fields of a form.
 *
 * @throws UserError `E_DECISION` with all problems
 */
export function readDecisionFields(fields: DecisionFields): Omit<DecisionRequest, 'author'> {
  const readField = (name: string): string => (fields[name] ?? '').trim().slice(0, TEXT_CHARS_MAX);
  const status = VEX_STATUSES.find((one) => one === readField('status'));
  const justification = VEX_JUSTIFICATIONS.find((one) => one === readField('justification'));
  const evidence = readField('evidence').split('\n').filter(Boolean).map(readEvidenceLine);
  const versions = readVersions(readField('versions'), readField('package'));
  const expires = readField('expires');
  const problems = [
    ...(readField('vulnerability') === '' ? ['vulnerability: an ID is required'] : []),
    ...(parsePurl(readField('package')) === undefined
      ? ['package: a package URL is required']
      : []),
    ...(status === undefined ? ['status: one of the list is required'] : []),
    ...(versions === undefined ? ['versions: a range such as "<3.0.15" is required'] : []),
    ...(evidence.includes(undefined)
      ? ['evidence: each line needs a SHA-256 digest and a path']
      : []),
    ...(expires !== '' && Number.isNaN(Date.parse(expires)) ? ['until: a date is required'] : []),
  ];
  if (problems.length > 0 || status === undefined || versions === undefined) {
    throw new UserError('E_DECISION', problems.join('; '));
  }
  return {
    vulnerability: readField('vulnerability'),
    package: readField('package'),
    status,
    ...(versions === '' ? {} : { versions }),
    ...(readField('images') === '' ? {} : { images: readField('images') }),
    ...(readField('project') === '' ? {} : { project: readField('project') }),
    ...(justification === undefined ? {} : { justification }),
    ...(readField('statement') === '' ? {} : { statement: readField('statement') }),
    ...(evidence.length === 0 ? {} : { evidence: evidence.filter((one) => one !== undefined) }),
    ...(expires === '' ? {} : { expires: new Date(expires).toISOString() }),
  };
}

function readEvidenceLine(line: string): EvidenceFile | undefined {
  const [, sha256, path] = /^\s*(?:sha256:)?([0-9a-f]{64})\s+(\S.*?)\s*$/.exec(line) ?? [];
  return sha256 === undefined || path === undefined ? undefined : { path, sha256 };
}

/** People write ranges without the scheme, which is that of the package. */
function readVersions(text: string, purl: string): string | undefined {
  if (text === '' || text.startsWith('vers:')) {
    return text;
  }
  const type = parsePurl(purl)?.type;
  const range = text.replaceAll(/\s+/g, '');
  return type !== undefined && /^[<>=!*0-9]/.test(range) ? `vers:${type}/${range}` : undefined;
}

const STATUS_TITLES: ReadonlyMap<string, string> = new Map([
  ['not_affected', 'not affected: the finding is suppressed'],
  ['affected', 'affected: the finding stays'],
  ['fixed', 'fixed: the finding is suppressed'],
  ['under_investigation', 'under investigation: the finding stays'],
]);

/** The form of a decision. It keeps everything that was entered, even if it is not valid. */
export function createDecisionForm(
  { formToken, caller }: PageContext,
  fields: DecisionFields,
  draft: string,
): Markup {
  const readFieldText = (name: string): string => fields[name] ?? '';
  const chosen = readFieldText('status');
  const statuses = [
    ...(chosen === '' ? [createOption('', 'choose one', '')] : []),
    ...VEX_STATUSES.map((value) => createOption(value, STATUS_TITLES.get(value) ?? value, chosen)),
  ];
  const reasons = ['', ...VEX_JUSTIFICATIONS].map((value) =>
    createOption(
      value,
      value === '' ? 'none' : value.replaceAll('_', ' '),
      readFieldText('justification'),
    ),
  );
  const replaced =
    draft === '' ? undefined : markup`<input type="hidden" name="draft" value="${draft}">`;
  return markup`<form class="decide" action="/decide" method="post">${createFormToken(formToken)}${replaced}
<fieldset><legend>Which findings</legend>
${createText('Vulnerability', 'vulnerability', readFieldText)}
${createText('Package URL, without a version for all', 'package', readFieldText)}
${createText('Versions, such as <3.0.15; empty for all', 'versions', readFieldText)}
${createText('Images, with * for any characters; empty for all', 'images', readFieldText)}
${createProjectField(listDraftProjects(caller), readFieldText)}
</fieldset>
<fieldset><legend>Statement</legend>
<label>Status<select name="status" required>${statuses}</select></label>
<label>Justification<select name="justification">${reasons}</select></label>
<label>Reason, for a reader in two years<textarea name="statement" rows="4" maxlength="${TEXT_CHARS_MAX}">${readFieldText('statement')}</textarea></label>
<label>Until, at the latest<input type="date" name="expires" value="${readFieldText('expires')}"></label>
</fieldset>
<fieldset><legend>Evidence</legend>
<label>Files that must stay the same: digest and path, one a line<textarea name="evidence" rows="3" spellcheck="false">${readFieldText('evidence')}</textarea></label>
</fieldset>
<p><button>Save and preview</button> <span class="dim">Nothing is decided until another person approves it.</span></p>
</form>`;
}

function createOption(value: string, title: string, chosen: string): Markup {
  const selected = value === chosen ? markup` selected` : undefined;
  return markup`<option value="${value}"${selected}>${title}</option>`;
}

/** People with a role in projects choose one of them. */
export function createProjectField(
  projects: 'all' | readonly string[],
  readFieldText: (name: string) => string,
): Markup {
  if (projects === 'all' || projects.length === 0) {
    return createText('Project of the images; empty for all', 'project', readFieldText);
  }
  const options = projects.map((name) => createOption(name, name, readFieldText('project')));
  return markup`<label>Only for images of the project<select name="project" required>${options}</select></label>`;
}

function createText(label: string, name: string, get: (name: string) => string): Markup {
  return markup`<label>${label}<input name="${name}" value="${get(name)}" autocomplete="off" spellcheck="false"></label>`;
}
