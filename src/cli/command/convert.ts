import { readSbom } from '../../assess/read-sbom.ts';
import { assessCompleteness, createAssessment } from '../../foundation/core/assessment.ts';
import { defined } from '../../foundation/core/defined.ts';
import { type ExitStatus, UserError } from '../../foundation/core/error.ts';
import type { Format, Report } from '../../foundation/core/format.ts';
import { formatLoaders } from '../../report/output/format-loaders.ts';
import type { Command, Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { createTemporaryDirectory } from '../folders.ts';
import { reportLosses, reportNotRead } from '../losses.ts';
import { chooseOutputs, type Output } from '../output.ts';
import { createReportFrame, reportProblems, writeOutputs } from '../report-run.ts';
import { createNetworkOptions } from '../request.ts';
import { reportMissingRun } from '../sending-run.ts';
import { checkTemplate } from '../template-file.ts';

/** Converts an SBOM to other formats. */
export const convert: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const { limits, name, template } = context.resolved.values;
  const [file] = context.positionals;
  if (file === undefined || file === '') {
    throw new UserError('E_USAGE', 'missing SBOM', {
      hint: 'name one, for example: plimsoll convert app.cdx.json -o spdx-json',
    });
  }
  checkTemplate(await chooseConvertOutputs(context, ['inventory', 'findings']), template, limits);
  const { inventory, findings, countOmitted } = await readSbom(addSource(file), {
    limits,
    network: createNetworkOptions(context.resolved.values),
    temporaryFolder: () => createTemporaryDirectory(context.resources),
    progress: context.progress,
    ...defined({ name }),
  });
  const held =
    findings === undefined ? (['inventory'] as const) : (['inventory', 'findings'] as const);
  const outputs = await chooseConvertOutputs(context, held);
  const report: Report = {
    ...createReportFrame(context),
    ...createAssessment({ inventory, ...defined({ findings }) }),
  };
  reportProblems(inventory, outputs, context);
  reportMissingRun(outputs, context);
  reportNotRead(countOmitted?.(), context);
  reportLosses(report, outputs, context);
  writeOutputs(report, outputs, context);
  const outcome = { completeness: assessCompleteness(createAssessment({ inventory })) };
  reportOutcome(outcome, context);
  return chooseExitStatus(outcome, context);
}

async function chooseConvertOutputs(
  context: Context,
  carries: Format['carries'],
): Promise<readonly Output[]> {
  const { output } = context.resolved.values;
  if (output.length === 0) {
    throw new UserError('E_USAGE', 'missing output format', {
      hint: 'add one, for example -o cyclonedx-json; "plimsoll help convert" lists them',
    });
  }
  return await chooseOutputs(output, formatLoaders, {
    command: 'convert',
    carries,
    defaultFormat: '',
  });
}

const NAMED_SOURCE = /^(?:sbom|purl):/;

/** Forces a document source: an image archive is not a document, even if it would be detected. */
function addSource(file: string): string {
  return NAMED_SOURCE.test(file) ? file : `sbom:${file}`;
}
