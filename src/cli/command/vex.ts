import type { OpenAssessment } from '../../assess/assess.ts';
import { documentsInventory, readVexFiles } from '../../assess/read-vex-files.ts';
import { createAssessment } from '../../core/assessment.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../core/error.ts';
import { formatJson } from '../../core/json-document.ts';
import { suggestWord } from '../../core/option-suggestion.ts';
import { escapeText, formatCount } from '../../core/screen-text.ts';
import { draftFindings } from '../../decide/derive/draft.ts';
import { derivations } from '../../decide/derive/registry.generated.ts';
import { mergeDocuments } from '../../decide/vex/merge-documents.ts';
import { effectOf, outcomeLines, titleOf } from '../../decide/vex/outcome-text.ts';
import { statementOutcomes } from '../../decide/vex/statement-outcomes.ts';
import type { StatementOutcome } from '../../decide/vex/vex-decider.ts';
import { listVendorAnswers, type VendorAnswer } from '../../explain/vendor-answers.ts';
import { formatLoaders } from '../../output/format-loaders.ts';
import type { Command, Context } from '../command.ts';
import { chooseOutputs, type Output } from '../output.ts';
import { reportFrame, tellProblems, writeOutputs } from '../report-run.ts';
import { createMatchOptions } from '../request.ts';
import { auditDocuments } from '../vex-audit.ts';
import { whyFormat } from '../why-run.ts';
import { assessTarget, scanAndReport } from './scan.ts';

const ACTIONS = ['draft', 'apply', 'explain', 'audit', 'merge'] as const;

/** Decisions as VEX documents. */
export const vex: Command = { run };

function run(context: Context): Promise<ExitStatus> {
  const [word = '', ...rest] = context.positionals;
  const action = ACTIONS.find((known) => known === word);
  switch (action) {
    case 'draft':
      return draft(rest, context);
    case 'apply':
      return apply(rest, context);
    case 'explain':
      return explain(rest, context);
    case 'audit':
      return audit(rest, context);
    case 'merge':
      return merge(rest, context);
    case undefined:
      throw usageError(word);
  }
}

function usageError(word: string): UserError {
  return word === ''
    ? new UserError(
        'E_USAGE',
        `missing action for "plimsoll vex": use one of ${ACTIONS.join(', ')}`,
        {
          hint: 'start with, for example: plimsoll vex draft app.tar',
        },
      )
    : new UserError('E_USAGE', `unknown action "${word}" for "plimsoll vex"`, {
        hint: suggestWord(word, ACTIONS),
      });
}

async function vexOutputs(context: Context): Promise<readonly Output[]> {
  const { origins, values } = context.resolved;
  return await chooseOutputs(origins.output === 'flag' ? values.output : [], formatLoaders, {
    command: 'vex',
    carries: ['decisions'],
    defaultFormat: 'openvex',
  });
}

/** What is concluded or suggested of the findings, whatever else was decided of them. */
async function draft(rest: readonly string[], context: Context): Promise<ExitStatus> {
  const [target] = atLeast(rest, 1, 'draft TARGET');
  const outputs = await vexOutputs(context);
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
  const drafted = draftFindings(derivations, surroundings, await answersOf(scanned, context));
  const all = drafted.dispositioned ?? [];
  const open = all.filter(({ decisions }) => decisions[0]?.effect === 'suggestion').length;
  tellProblems(inventory, outputs, context);
  context.tell(
    `${formatCount(all.length, 'statement')}, ${open} of them suggested only; these have the status under_investigation and need review`,
  );
  const isVexOnPackages = context.resolved.values.vexProduct === 'package';
  const report = {
    ...reportFrame(context),
    ...createAssessment({ inventory, findings: drafted }),
    isVexOnPackages,
  };
  writeOutputs(report, outputs, context);
  return EXIT_STATUS.fine;
}

async function answersOf(
  { inventory, advisories: database }: OpenAssessment,
  context: Context,
): Promise<Iterable<VendorAnswer>> {
  return context.resolved.values.answered && database !== undefined
    ? listVendorAnswers(inventory, database, await createMatchOptions(context))
    : [];
}

/** A scan with the documents; what each statement did is told beside the report. */
async function apply(rest: readonly string[], context: Context): Promise<ExitStatus> {
  const [target, ...files] = atLeast(rest, 2, 'apply TARGET DOC…');
  return await scanAndReport(target, context, {
    vexFiles: files,
    onScanned: (scanned) => {
      for (const outcome of outcomesOf(scanned)) {
        context.tell(escapeText(`${titleOf(outcome)}: ${effectOf(outcome)}`));
      }
    },
  });
}

async function explain(rest: readonly string[], context: Context): Promise<ExitStatus> {
  const [target, ...files] = atLeast(rest, 2, 'explain TARGET DOC…');
  const format = whyFormat('vex', context);
  const outcomes = outcomesOf(await assessTarget(target, context, { vexFiles: files }));
  context.print(
    format === 'json'
      ? `${formatJson({ statements: outcomes.map(outcomeMembers) })}\n`
      : outcomes
          .map((outcome) => `${outcomeLines(outcome).map(escapeText).join('\n')}\n`)
          .join('\n'),
  );
  return EXIT_STATUS.fine;
}

async function audit(rest: readonly string[], context: Context): Promise<ExitStatus> {
  const [target, ...files] = atLeast(rest, 2, 'audit TARGET DOC…');
  return await auditDocuments(target, files, context);
}

function outcomesOf({
  inventory,
  findings,
  decisions,
}: OpenAssessment): readonly StatementOutcome[] {
  const { vexDocuments, targetVexDocuments = [] } = decisions;
  return [vexDocuments, targetVexDocuments].flatMap((documents) =>
    statementOutcomes(documents, inventory, findings),
  );
}

function outcomeMembers(outcome: StatementOutcome): object {
  const { document, statement, applied, nearest } = outcome;
  return {
    origin: document.origin,
    author: document.author,
    statement,
    effect: effectOf(outcome),
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
  const files = atLeast(rest, 1, 'merge DOC…');
  const outputs = await vexOutputs(context);
  const { document, conflicts } = mergeDocuments(
    readVexFiles(files, context.resolved.values.limits),
  );
  for (const { vulnerability, product, kept, dropped } of conflicts) {
    context.tell(
      escapeText(
        `conflict: ${vulnerability} on ${product}: using "${kept.statement.status}" of ${kept.origin}, ignoring "${dropped.statement.status}" of ${dropped.origin}`,
      ),
    );
  }
  for (const problem of document.problems) {
    context.tell(escapeText(`warning: ${problem}`));
  }
  const inventory = documentsInventory(document);
  writeOutputs(
    { ...reportFrame(context), ...createAssessment({ inventory }), vex: document },
    outputs,
    context,
  );
  return EXIT_STATUS.fine;
}

function atLeast(
  rest: readonly string[],
  count: number,
  usage: string,
): readonly [string, ...string[]] {
  const [first, ...others] = rest;
  const [action = '', ...what] = usage.split(' ');
  if (first === undefined || rest.length < count) {
    throw new UserError(
      'E_USAGE',
      `missing argument: "plimsoll vex ${action}" needs ${what.join(' ')}`,
      {
        hint: `use: plimsoll vex ${usage}`,
      },
    );
  }
  return [first, ...others];
}
