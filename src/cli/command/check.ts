import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { checkTarget } from '../../assess/check-target.ts';
import { defined } from '../../core/defined.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../core/error.ts';
import { formatJson } from '../../core/json-document.ts';
import { suggestWord } from '../../core/option-suggestion.ts';
import type { PolicyVerdict } from '../../core/policy-verdict.ts';
import { escapeText } from '../../core/screen-text.ts';
import { formatTargetTitle } from '../../core/target-title.ts';
import type { DeclaredFact } from '../../policy/declared-fact.ts';
import { readDeclaredFacts } from '../../policy/declared-facts.ts';
import { type Ledger, readLedger, writeLedger } from '../../policy/ledger.ts';
import { listAllFacts } from '../../policy/list-all-facts.ts';
import { loadPolicies, loadUsualPolicy } from '../../policy/load-policies.ts';
import type { Policy } from '../../policy/policy.ts';
import {
  type EarlierVerdict,
  listDifferingInputs,
  readEarlierVerdict,
} from '../../policy/replay.ts';
import { fitLines } from '../../present/fitted-lines.ts';
import { writeTextTable } from '../../present/text-table.ts';
import { BufferedSink } from '../buffered-sink.ts';
import {
  explainRule,
  formatVerdictHead,
  listVerdictNotes,
  listVerdictRows,
  VERDICT_COLUMNS,
} from '../check-text.ts';
import type { Command, Context } from '../command.ts';
import { chooseFlagFormat } from '../flag-format.ts';
import { readPolicyBytes, readPolicyFile } from '../policy-file.ts';
import { reportDatabase } from '../report-database.ts';
import { getTarget } from '../report-run.ts';
import { createPorts, createRequest, runWithCommandHint } from '../request.ts';
import { createTableOptions } from '../terminal.ts';

const FORMATS = ['text', 'json', 'facts'] as const;

/** Evaluates policies for a target: pass, warn, fail or unknown, with every reason. */
export const check: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const target = getTarget(context, 'check');
  const format = chooseFlagFormat(FORMATS, '"plimsoll check"', context);
  // Policies are read first: a mistyped rule must not cost the time of reading a target.
  const policies = readPolicies(context);
  const { whyRule } = context.resolved.values;
  requireRule(whyRule, policies);
  const { replay } = context.resolved.values;
  const earlier =
    replay === undefined
      ? undefined
      : readEarlierVerdict(readPolicyBytes(replay, 'the verdict'), replay);
  const now = earlier?.evaluatedAt ?? chooseTime(context);
  const request = {
    ...(await createRequest(context)),
    areAllFactsWanted: format === 'facts',
    declaredFacts: readFacts(context),
    ...defined({ ledger: readLedgerFile(context) }),
  };
  const { assessment, input, verdict } = await runWithCommandHint(target, () =>
    checkTarget(target, policies, request, { ...createPorts(context), now }),
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
  } else if (format === 'json') {
    context.print(`${formatJson(verdict)}\n`);
  } else {
    const title = formatTargetTitle(assessment.target);
    const head = formatVerdictHead(title, verdict, assessment.database);
    printVerdict(verdict, head, context);
  }
  return chooseStatus(verdict);
}

function readPolicies({ resolved }: Context): readonly Policy[] {
  const { policy } = resolved.values;
  return policy.length === 0 ? loadUsualPolicy() : loadPolicies(policy.map(readPolicyFile));
}

function readFacts({ resolved }: Context): readonly DeclaredFact[] {
  const { facts } = resolved.values;
  return facts === undefined
    ? []
    : readDeclaredFacts(readPolicyBytes(facts, 'the file of facts'), facts);
}

/** A ledger that does not exist yet is empty. */
function readLedgerFile({ resolved }: Context): Ledger | undefined {
  const { ledger } = resolved.values;
  if (ledger === undefined) {
    return undefined;
  }
  const text = existsSync(ledger) ? readPolicyBytes(ledger, 'the ledger').toString('utf8') : '';
  return readLedger(text, ledger);
}

/** Written beside the old one and renamed, so that an interrupted run loses nothing. */
function writeLedgerFile(ledger: Ledger | undefined, { resolved }: Context): void {
  const file = resolved.values.ledger;
  if (ledger !== undefined && file !== undefined) {
    writeFileSync(`${file}.new`, writeLedger(ledger));
    renameSync(`${file}.new`, file);
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
  if (!/^\d{4}-\d{2}-\d{2}$/.test(asOf) || Number.isNaN(Date.parse(asOf))) {
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
    const options = values.policy.map((file) => ` --policy ${file}`).join('');
    const [target = ''] = context.positionals;
    print(['', `Explain: plimsoll check ${target}${options} --why ${first.rule}`]);
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
