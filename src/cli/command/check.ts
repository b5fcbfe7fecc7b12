import { checkTarget } from '../../assess/check-target.ts';
import type { PolicyInput } from '../../compliance/policy/fact.ts';
import type { Policy } from '../../compliance/policy/policy.ts';
import {
  type EarlierVerdict,
  listDifferingInputs,
  readEarlierVerdict,
} from '../../compliance/policy/replay.ts';
import { describeHistory } from '../../compliance/policy/verdict-changes.ts';
import { isCalendarDate } from '../../foundation/core/calendar-date.ts';
import { defined } from '../../foundation/core/defined.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { suggestWord } from '../../foundation/core/option-suggestion.ts';
import type { PolicyVerdict } from '../../foundation/core/policy-verdict.ts';
import { escapeText } from '../../foundation/core/screen-text.ts';
import { BufferedSink } from '../buffered-sink.ts';
import { type CheckFormat, checkFormats } from '../check-formats.ts';
import type { CheckReport } from '../check-report.ts';
import { formatHead } from '../check-text.ts';
import type { Command, Context } from '../command.ts';
import { listFlagOutputs } from '../flag-format.ts';
import { chooseOutputs, type Output } from '../output.ts';
import { writeTextFile } from '../output-file.ts';
import { readPolicyBytes } from '../policy-file.ts';
import { createPolicyRequest, readAttestationTrust, writeLedgerFile } from '../policy-request.ts';
import { repeatCommand } from '../repeat-command.ts';
import { reportDatabase } from '../report-database.ts';
import { announceFile, createReportFrame, getOutputFileOptions, getTarget } from '../report-run.ts';
import { createPorts, createRequest, runWithCommandHint } from '../request.ts';

/** Evaluates policies for a target: pass, warn, fail or unknown, with every reason. */
export const check: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const target = getTarget(context, 'check');
  const outputs = await chooseOutputs(listFlagOutputs(context), checkFormats, {
    command: 'check',
    carries: ['findings'],
    defaultFormat: 'text',
  });
  const areAllFactsWanted = outputs.some(({ format }) => format.id === 'facts');
  const trust = await readAttestationTrust(context);
  const policy = { ...createPolicyRequest(context), ...trust, areAllFactsWanted };
  const { whyRule, replay, compareWith } = context.resolved.values;
  requireRule(whyRule, policy.policies);
  const earlier = readVerdict(replay);
  const compared = readVerdict(compareWith);
  const now = earlier?.evaluatedAt ?? chooseTime(context);
  const request = await createRequest(context);
  const { assessment, input, verdict } = await runWithCommandHint(target, () =>
    checkTarget(target, policy, request, { ...createPorts(context), now }),
  );
  // Findings are not first seen at a time that was only assumed.
  if (now === context.now) {
    writeLedgerFile(input.ledger, context);
  }
  if (earlier !== undefined) {
    return reportReplay(earlier, verdict, context);
  }
  reportDatabase(assessment.findings === undefined ? [] : [assessment.findings], context);
  const { tool } = createReportFrame(context);
  const report: CheckReport = {
    tool,
    assessment,
    verdict,
    input,
    policies: policy.policies,
    command: repeatCommand('check', context),
    ...(await readDueDates(policy.policies, input, outputs)),
    ...(compared === undefined ? {} : { history: describeHistory(compared, verdict) }),
  };
  await writeReports(report, outputs, context);
  return chooseStatus(verdict);
}

function readVerdict(file: string | undefined): EarlierVerdict | undefined {
  return file === undefined
    ? undefined
    : readEarlierVerdict(readPolicyBytes(file, 'the verdict', VERDICT_BYTES_MAX), file);
}

/** Only some formats have them, and they cost another evaluation. */
async function readDueDates(
  policies: readonly Policy[],
  input: PolicyInput,
  outputs: readonly Output<CheckFormat>[],
): Promise<Pick<CheckReport, 'dueDates'>> {
  if (!outputs.some(({ format }) => format.id === 'oscal-poam')) {
    return {};
  }
  const { listDueDates } = await import('../../compliance/policy/due-dates.ts');
  return { dueDates: listDueDates(policies, input) };
}

const VERDICT_BYTES_MAX = 1024 * 1024 * 1024;

/** Files come first: standard output is often a pipe to a program that expects them to exist. */
async function writeReports(
  report: CheckReport,
  outputs: readonly Output<CheckFormat>[],
  context: Context,
): Promise<void> {
  const refused = outputs.find(({ format }) => format.findRefusal?.(report) !== undefined);
  for (const { format, file, version } of outputs) {
    if (file !== undefined && format.writeFolder !== undefined) {
      await format.writeFolder(report, file, context);
    } else if (file !== undefined && format.findRefusal?.(report) === undefined) {
      writeTextFile(file, getOutputFileOptions(context), (sink) => {
        format.write({ ...report, ...defined({ formatVersion: version }) }, sink, context);
      });
      announceFile(file, context);
    }
  }
  const plain = outputs.find(({ file }) => file === undefined);
  if (plain === undefined) {
    context.notify(escapeText(formatHead(report)));
  } else if (plain !== refused) {
    const sink = new BufferedSink((text) => context.print(text));
    const { format, version } = plain;
    format.write({ ...report, ...defined({ formatVersion: version }) }, sink, context);
    sink.flush();
  }
  if (refused !== undefined) {
    const { format, file } = refused;
    const reason = format.findRefusal?.(report) ?? '';
    const place = file === undefined ? format.id : `${format.id}=${file}`;
    throw new UserError('E_NOTHING_STATED', `${place} was not written: ${reason}`);
  }
}

/** Compares a verdict with an earlier one, input by input. */
function reportReplay(
  earlier: EarlierVerdict,
  verdict: PolicyVerdict,
  context: Context,
): ExitStatus {
  const differing = listDifferingInputs(earlier, verdict);
  if (differing.length > 0) {
    for (const line of differing) {
      context.warn(`differs: ${line}`);
    }
    return EXIT_STATUS.incomplete;
  }
  context.print(`same verdict: ${verdict.outcome}\n`);
  return chooseStatus(verdict);
}

function requireRule(rule: string | undefined, policies: readonly Policy[]): void {
  const ids = policies.flatMap(({ rules, pack }) => [
    ...rules.map(({ id }) => id),
    ...(pack?.controls ?? []).map(({ id }) => `${pack?.id}/${id}`),
  ]);
  if (rule !== undefined && !ids.includes(rule)) {
    throw new UserError('E_USAGE', `unknown rule "${rule}"`, { hint: suggestWord(rule, ids) });
  }
}

/** The date of `--as-of` begins at midnight UTC. */
function chooseTime({ resolved, now }: Context): string {
  const { asOf } = resolved.values;
  if (asOf === undefined) {
    return now;
  }
  if (!isCalendarDate(asOf)) {
    throw new UserError('E_USAGE', `invalid date "${asOf}" for --as-of`, {
      hint: 'write the date as 2027-01-31',
    });
  }
  return `${asOf}T00:00:00Z`;
}

function chooseStatus({ outcome }: PolicyVerdict): ExitStatus {
  switch (outcome) {
    case 'fail':
      return EXIT_STATUS.gateFailed;
    case 'unknown':
      return EXIT_STATUS.incomplete;
    default:
      return EXIT_STATUS.fine;
  }
}
