import { checkTarget } from '../../assess/check-target.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../core/error.ts';
import { formatJson } from '../../core/json-document.ts';
import { suggestWord } from '../../core/option-suggestion.ts';
import type { PolicyVerdict } from '../../core/policy-verdict.ts';
import { escapeText } from '../../core/screen-text.ts';
import { formatTargetTitle } from '../../core/target-title.ts';
import { isCalendarDate } from '../../policy/dates.ts';
import { listDueDates } from '../../policy/due-dates.ts';
import { listAllFacts } from '../../policy/list-all-facts.ts';
import type { Policy } from '../../policy/policy.ts';
import {
  type EarlierVerdict,
  listDifferingInputs,
  readEarlierVerdict,
} from '../../policy/replay.ts';
import { writeCalendar } from '../../policy/write-calendar.ts';
import { fitLines } from '../../present/fitted-lines.ts';
import {
  explainRule,
  formatVerdictHead,
  listVerdictNotes,
  listVerdictRows,
  VERDICT_COLUMNS,
} from '../../present/policy-text.ts';
import { writeTextTable } from '../../present/text-table.ts';
import { BufferedSink } from '../buffered-sink.ts';
import type { Command, Context } from '../command.ts';
import { chooseFlagFormat } from '../flag-format.ts';
import { readPolicyBytes } from '../policy-file.ts';
import { createPolicyRequest, writeLedgerFile } from '../policy-request.ts';
import { repeatCommand } from '../repeat-command.ts';
import { reportDatabase } from '../report-database.ts';
import { getTarget } from '../report-run.ts';
import { createPorts, createRequest, runWithCommandHint } from '../request.ts';
import { createTableOptions } from '../terminal.ts';

const FORMATS = ['text', 'json', 'facts', 'ics'] as const;

/** Evaluates policies for a target: pass, warn, fail or unknown, with every reason. */
export const check: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const target = getTarget(context, 'check');
  const format = chooseFlagFormat(FORMATS, '"plimsoll check"', context);
  const policy = { ...createPolicyRequest(context), areAllFactsWanted: format === 'facts' };
  const { whyRule } = context.resolved.values;
  requireRule(whyRule, policy.policies);
  const { replay } = context.resolved.values;
  const earlier =
    replay === undefined
      ? undefined
      : readEarlierVerdict(readPolicyBytes(replay, 'the verdict'), replay);
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
  if (format === 'facts') {
    context.print(`${formatJson(listAllFacts(input))}\n`);
  } else if (format === 'ics') {
    context.print(writeCalendar(listDueDates(policy.policies, input), now));
  } else if (format === 'json') {
    context.print(`${formatJson(verdict)}\n`);
  } else {
    const title = formatTargetTitle(assessment.target);
    const head = formatVerdictHead(title, verdict, assessment.database);
    printVerdict(verdict, head, context);
  }
  return chooseStatus(verdict);
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
  const ids = policies.flatMap(({ rules }) => rules.map(({ id }) => id));
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

function printVerdict(verdict: PolicyVerdict, head: string, context: Context): void {
  const { values } = context.resolved;
  const columns = context.terminal.resultColumns;
  const print = (lines: readonly string[]): void => {
    context.print(fitLines(lines.map((line) => `${escapeText(line)}\n`).join(''), columns));
  };
  const rule = verdict.rules.find((one) => one.rule === values.whyRule);
  if (rule !== undefined) {
    print(explainRule(rule));
    return;
  }
  if (values.whyRule !== undefined) {
    print([`${values.whyRule}: not in force for this image`]);
    return;
  }
  print([head]);
  if (values.quiet) {
    return;
  }
  const { rows, left } = listVerdictRows(verdict);
  if (rows.length > 0) {
    context.print('\n');
    const sink = new BufferedSink((text) => context.print(text));
    writeTextTable(sink, { columns: VERDICT_COLUMNS, rows }, createTableOptions(context.terminal));
    sink.flush();
  }
  print(['', ...listVerdictNotes(verdict, left)]);
  const [first] = rows;
  if (first !== undefined) {
    const explanation = repeatCommand('check', context, ['--why', first.rules[0] ?? '']);
    print(['', `Explain: ${explanation}`]);
  }
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
