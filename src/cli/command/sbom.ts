import { assessCompleteness, createAssessment } from '../../foundation/core/assessment.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { DocumentContent } from '../../foundation/core/document.ts';
import { type ExitStatus, UserError } from '../../foundation/core/error.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { isPossibleDocument } from '../../image/source/recognize-target.ts';
import { sources } from '../../image/source/registry.generated.ts';
import { formatLoaders } from '../../report/output/format-loaders.ts';
import type { Command, Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { reportLosses, reportNotRead } from '../losses.ts';
import { chooseOutputs, type Output } from '../output.ts';
import { createReportFrame, getTarget, reportProblems, writeOutputs } from '../report-run.ts';
import { readContextInventory } from '../request.ts';
import { reportMissingRun } from '../sending-run.ts';
import { checkTemplate } from '../template-file.ts';

/** Lists the packages of a target, writes them as an SBOM, and converts, merges or grades SBOMs. */
export const sbom: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const { grade, merge } = context.resolved.values;
  const targets = listTargets(context);
  return grade ? await gradeTargets(targets, merge, context) : await writeSbom(targets, context);
}

async function gradeTargets(
  targets: readonly string[],
  isMerged: boolean,
  context: Context,
): Promise<ExitStatus> {
  const { createOwnFacts, printGrade, readGraded } = await import('../grade/print-grade.ts');
  const [only] = targets;
  if (isMerged || only === undefined) {
    const { inventory } = await readTargets(targets, context);
    return printGrade({ inventory, about: createOwnFacts(inventory, context) }, context);
  }
  return printGrade(await readGraded(only, context), context);
}

/** The findings of a document are part of its conversion into another one. */
async function writeSbom(targets: readonly string[], context: Context): Promise<ExitStatus> {
  const { limits, template } = context.resolved.values;
  const mayHaveFindings = await isConversion(targets, context);
  checkTemplate(await chooseSbomOutputs(context, mayHaveFindings), template, limits);
  const { inventory, document } = await readTargets(targets, context);
  const findings = document?.findings;
  const outputs = await chooseSbomOutputs(context, findings !== undefined);
  const assessment = createAssessment({ inventory, ...defined({ findings }) });
  const report = { ...createReportFrame(context), ...assessment };
  reportProblems(inventory, outputs, context);
  reportMissingRun(outputs, context);
  if (document !== undefined && context.resolved.values.output.length > 0) {
    reportNotRead(document.countOmitted?.(), context);
    reportLosses(report, outputs, context);
  }
  writeOutputs(report, outputs, context);
  const completeness = assessCompleteness(createAssessment({ inventory }));
  reportOutcome({ completeness }, context);
  return chooseExitStatus({ completeness }, context);
}

async function isConversion(targets: readonly string[], context: Context): Promise<boolean> {
  const { from, merge, sbomFrom } = context.resolved.values;
  const [only = ''] = targets;
  return !merge && (sbomFrom === 'referrers' || (await isPossibleDocument(only, sources, from)));
}

async function chooseSbomOutputs(
  context: Context,
  hasFindings: boolean,
): Promise<readonly Output[]> {
  return await chooseOutputs(context.resolved.values.output, formatLoaders, {
    command: 'sbom',
    carries: hasFindings ? ['inventory', 'findings'] : ['inventory'],
    defaultFormat: 'table',
  });
}

function listTargets(context: Context): readonly string[] {
  const first = getTarget(context, 'sbom');
  const [, second] = context.positionals;
  if (context.resolved.values.merge) {
    return context.positionals;
  }
  if (second !== undefined) {
    throw new UserError('E_USAGE', `unexpected argument "${second}" for "plimsoll sbom"`, {
      hint: 'add --merge to make one SBOM of several targets',
    });
  }
  return [first];
}

interface ReadTargets {
  readonly inventory: Inventory;
  /** Set if the only target is a document. */
  readonly document?: DocumentContent;
}

/** Reads one target, or merges several. */
async function readTargets(targets: readonly string[], context: Context): Promise<ReadTargets> {
  const parts: Inventory[] = [];
  let document: DocumentContent | undefined;
  const onDocument = (content: DocumentContent): void => {
    document = content;
  };
  for (const target of targets) {
    parts.push(await readContextInventory(target, context, { onDocument }));
  }
  const [only] = parts;
  if (only !== undefined && !context.resolved.values.merge) {
    return { inventory: only, ...defined({ document }) };
  }
  const { mergeInventories } = await import('../../inventory/assemble/merge-inventories.ts');
  return { inventory: mergeInventories(parts, context.resolved.values.name) };
}
