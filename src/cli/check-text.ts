import { escapeText } from '../core/screen-text.ts';
import type { Sink } from '../core/sink.ts';
import { formatTargetTitle } from '../core/target-title.ts';
import { CONTROL_COLUMNS, listControlNotes, listControlRows } from '../present/control-text.ts';
import { fitLines } from '../present/fitted-lines.ts';
import {
  explainRule,
  formatVerdictHead,
  listVerdictNotes,
  listVerdictRows,
  VERDICT_COLUMNS,
} from '../present/policy-text.ts';
import { type TextTable, writeTextTable } from '../present/text-table.ts';
import type { CheckReport } from './check-report.ts';
import type { Context } from './command.ts';
import { repeatCommand } from './repeat-command.ts';
import { createTableOptions } from './terminal.ts';

/** Returns the verdict in one line. */
export function formatHead({ assessment, verdict }: CheckReport): string {
  const title = formatTargetTitle(assessment.target);
  return formatVerdictHead(title, verdict, assessment.database);
}

/** Writes the verdict for a person: controls if packs were named, otherwise rules. */
export function writeVerdictText(report: CheckReport, sink: Sink, context: Context): void {
  const { verdict } = report;
  const { quiet, whyRule, pack } = context.resolved.values;
  const columns = context.terminal.resultColumns;
  const print = (lines: readonly string[]): void => {
    sink.write(fitLines(lines.map((line) => `${escapeText(line)}\n`).join(''), columns));
  };
  const printTable = <Row>(table: TextTable<Row>): void => {
    if (table.rows.length > 0) {
      sink.write('\n');
      writeTextTable(sink, table, createTableOptions(context.terminal));
    }
  };
  if (whyRule !== undefined) {
    const rule = verdict.rules.find((one) => one.rule === whyRule);
    print(rule === undefined ? [`${whyRule}: not in force for this image`] : explainRule(rule));
    return;
  }
  print([formatHead(report)]);
  if (quiet) {
    return;
  }
  const isByControl = pack.length > 0;
  if (isByControl) {
    const { rows, left } = listControlRows(verdict);
    printTable({ columns: CONTROL_COLUMNS, rows });
    print(['', ...listControlNotes(verdict, left)]);
  }
  const { rows, left } = listVerdictRows(verdict);
  if (!isByControl) {
    printTable({ columns: VERDICT_COLUMNS, rows });
    print(['']);
  }
  print(listVerdictNotes(verdict, isByControl ? 0 : left));
  const [first] = rows;
  if (first !== undefined) {
    const explanation = repeatCommand('check', context, ['--why', first.rules[0] ?? '']);
    print(['', `Explain: ${explanation}`]);
  }
}
