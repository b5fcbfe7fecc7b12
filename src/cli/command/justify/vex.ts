import type { OpenAssessment } from '../../../assess/assess.ts';
import { createDocumentsInventory, readVexFiles } from '../../../assess/read-vex-files.ts';
import { createAssessment } from '../../../foundation/core/assessment.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../../foundation/core/error.ts';
import { formatJson } from '../../../foundation/core/json-document.ts';
import { suggestWord } from '../../../foundation/core/option-suggestion.ts';
import { escapeText, formatCount } from '../../../foundation/core/screen-text.ts';
import { formatLoaders } from '../../../report/output/format-loaders.ts';
import { createDraft } from '../../../vulnerability/decide/derive/draft.ts';
import { derivations } from '../../../vulnerability/decide/derive/registry.generated.ts';
import { mergeDocuments } from '../../../vulnerability/decide/vex/merge-documents.ts';
import {
  formatEffect,
  formatOutcomeLines,
  formatTitle,
} from '../../../vulnerability/decide/vex/outcome-text.ts';
import { listStatementOutcomes } from '../../../vulnerability/decide/vex/statement-outcomes.ts';
import type { StatementOutcome } from '../../../vulnerability/decide/vex/vex-decider.ts';
import {
  listVendorAnswers,
  type VendorAnswer,
} from '../../../vulnerability/explain/vendor-answers.ts';
import type { Command, Context } from '../../command.ts';
import { listFlagOutputs } from '../../flag-format.ts';
import { chooseOutputs, type Output } from '../../output.ts';
import { createReportFrame, reportProblems, writeOutputs } from '../../report-run.ts';
import { createMatchOptions } from '../../request.ts';
import { checkDocuments } from '../../vex-audit.ts';
import { chooseWhyFormat } from '../../why/why-run.ts';
import { assessTarget, scanAndReport } from '../scan.ts';

const ACTIONS = ['draft', 'apply', 'explain', 'audit', 'merge'] as const;

/** Creates, applies and audits VEX documents. */
export const vex: Command = { run };

function run(context: Context): Promise<ExitStatus> {
  const [word = '', ...rest] = context.positionals;
  const action = ACTIONS.find((known) => known === word);
  switch (action) {
    case 'draft':
      return writeDraft(rest, context);
    case 'apply':
      return applyDocuments(rest, context);
    case 'explain':
      return explain(rest, context);
    case 'audit':
      return runAudit(rest, context);
    case 'merge':
      return merge(rest, context);
    case undefined:
      throw createUsageError(word);
  }
}

function createUsageError(word: string): UserError {
  return word === ''
    ? new UserError(
        'E_USAGE',
        `missing action for "plimsoll justify vex": use one of ${ACTIONS.join(', ')}`,
        {
          hint: 'start with a draft, for example: plimsoll justify vex draft app.tar',
        },
      )
    : new UserError('E_USAGE', `unknown action "${word}" for "plimsoll justify vex"`, {
        hint: suggestWord(word, ACTIONS),
      });
}

async function chooseVexOutputs(context: Context): Promise<readonly Output[]> {
  return await chooseOutputs(listFlagOutputs(context), formatLoaders, {
    command: 'justify vex',
    carries: ['decisions'],
    defaultFormat: 'openvex',
  });
}

/**
 * Drafts a document from all derived and suggested justifications, regardless of other decisions
 * about the findings.
 */
async function writeDraft(rest: readonly string[], context: Context): Promise<ExitStatus> {
  const [target] = requireArguments(rest, 1, 'draft TARGET');
  const outputs = await chooseVexOutputs(context);
  const scanned = await assessTarget(target, context);
  const { inventory, findings } = scanned;
  const now = context.now;
  const { isUnreachableAsserted, isViewPartial } = scanned.decisions;
  const surroundings = {
    inventory,
    findings,
    now,
    isUnreachableAsserted: isUnreachableAsserted === true,
    isViewPartial: isViewPartial === true,
  };
  const drafted = createDraft(derivations, surroundings, await readVendorAnswers(scanned, context));
  const all = drafted.dispositioned ?? [];
  const open = all.filter(({ decisions }) => decisions[0]?.effect === 'suggestion').length;
  reportProblems(inventory, outputs, context);
  context.notify(
    `${formatCount(all.length, 'statement')}, ${open} of them suggested only; these have the status under_investigation and need review`,
  );
  const isVexOnPackages = context.resolved.values.vexProduct === 'package';
  const report = {
    ...createReportFrame(context),
    ...createAssessment({ inventory, findings: drafted }),
    isVexOnPackages,
  };
  writeOutputs(report, outputs, context);
  return EXIT_STATUS.fine;
}

async function readVendorAnswers(
  { inventory, advisories: database }: OpenAssessment,
  context: Context,
): Promise<Iterable<VendorAnswer>> {
  return context.resolved.values.answered && database !== undefined
    ? listVendorAnswers(inventory, database, await createMatchOptions(context))
    : [];
}

/** Scans with the documents, and reports the effect of each statement next to the report. */
async function applyDocuments(rest: readonly string[], context: Context): Promise<ExitStatus> {
  const [target, ...files] = requireArguments(rest, 2, 'apply TARGET DOC…');
  return await scanAndReport(target, context, {
    vexFiles: files,
    onScanned: (scanned) => {
      for (const outcome of listOutcomes(scanned)) {
        context.notify(escapeText(`${formatTitle(outcome)}: ${formatEffect(outcome)}`));
      }
    },
  });
}

async function explain(rest: readonly string[], context: Context): Promise<ExitStatus> {
  const [target, ...files] = requireArguments(rest, 2, 'explain TARGET DOC…');
  const format = chooseWhyFormat('justify vex', context);
  const outcomes = listOutcomes(await assessTarget(target, context, { vexFiles: files }));
  context.print(
    format === 'json'
      ? `${formatJson({ statements: outcomes.map(toOutcomeMembers) })}\n`
      : outcomes
          .map((outcome) => `${formatOutcomeLines(outcome).map(escapeText).join('\n')}\n`)
          .join('\n'),
  );
  return EXIT_STATUS.fine;
}

async function runAudit(rest: readonly string[], context: Context): Promise<ExitStatus> {
  const [target, ...files] = requireArguments(rest, 2, 'audit TARGET DOC…');
  return await checkDocuments(target, files, context);
}

function listOutcomes({
  inventory,
  findings,
  decisions,
}: OpenAssessment): readonly StatementOutcome[] {
  const { vexDocuments, targetVexDocuments = [] } = decisions;
  return [vexDocuments, targetVexDocuments].flatMap((documents) =>
    listStatementOutcomes(documents, inventory, findings),
  );
}

function toOutcomeMembers(outcome: StatementOutcome): object {
  const { document, statement, applied, nearest } = outcome;
  return {
    origin: document.origin,
    author: document.author,
    statement,
    effect: formatEffect(outcome),
    applied: applied.map(({ item, finding, decision, isLatest }) => ({
      packageKey: item.key,
      purl: item.purl,
      id: finding.id,
      isLatest,
      decision,
    })),
    nearest: nearest && {
      packageKey: nearest.item.key,
      purl: nearest.item.purl,
      id: nearest.finding.id,
      miss: nearest.miss,
    },
  };
}

async function merge(rest: readonly string[], context: Context): Promise<ExitStatus> {
  const files = requireArguments(rest, 1, 'merge DOC…');
  const outputs = await chooseVexOutputs(context);
  const { document, conflicts } = mergeDocuments(
    readVexFiles(files, context.resolved.values.limits),
  );
  for (const { vulnerability, product, kept, dropped } of conflicts) {
    context.notify(
      escapeText(
        `conflict: ${vulnerability} on ${product}: using "${kept.statement.status}" of ${kept.origin}, ignoring "${dropped.statement.status}" of ${dropped.origin}`,
      ),
    );
  }
  for (const problem of document.problems) {
    context.notify(escapeText(`warning: ${problem}`));
  }
  const inventory = createDocumentsInventory(document);
  writeOutputs(
    { ...createReportFrame(context), ...createAssessment({ inventory }), vex: document },
    outputs,
    context,
  );
  return EXIT_STATUS.fine;
}

function requireArguments(
  rest: readonly string[],
  count: number,
  usage: string,
): readonly [string, ...string[]] {
  const [first, ...others] = rest;
  const [action = '', ...what] = usage.split(' ');
  if (first === undefined || rest.length < count) {
    throw new UserError(
      'E_USAGE',
      `missing argument: "plimsoll justify vex ${action}" needs ${what.join(' ')}`,
      {
        hint: `use: plimsoll justify vex ${usage}`,
      },
    );
  }
  return [first, ...others];
}
