import { listSeparateRules, type PolicyVerdict } from '../foundation/core/policy-verdict.ts';
import { escapeText } from '../foundation/core/screen-text.ts';
import type { Sink } from '../foundation/core/sink.ts';
import { formatTargetTitle } from '../foundation/core/target-title.ts';
import {
  CONTROL_COLUMNS,
  explainControl,
  listControlNotes,
  listControlRows,
} from '../foundation/present/control-text.ts';
import { fitLines } from '../foundation/present/fitted-lines.ts';
import {
  explainRule,
  formatVerdictHead,
  listVerdictNotes,
  listVerdictRows,
  VERDICT_COLUMNS,
} from '../foundation/present/policy-text.ts';
import { type TextTable, writeTextTable } from '../foundation/present/text-table.ts';
import type { CheckReport } from './check-report.ts';
import type { Context } from './command.ts';
import { repeatCommand } from './repeat-command.ts';
import { createTableOptions } from './terminal.ts';

/** Explains a rule, or a control with each of its rules. */
function explain(name: string, { rules, controls = [] }: PolicyVerdict): readonly string[] {
  const control = controls.find(({ key }) => key === name);
  const ids = control?.rules ?? [name];
  const own = rules.filter(({ rule }) => ids.includes(rule));
  const head = control === undefined ? [] : explainControl(control);
  const absent = ids.filter((id) => !own.some(({ rule }) => rule === id));
  return [
    ...head,
    ...own.flatMap(explainRule),
    ...absent.map((id) => `${id}: not in force for this image`),
  ];
}

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
    print(explain(whyRule, verdict));
    return;
  }
  print([formatHead(report)]);
  if (quiet) {
    return;
  }
  const controls = pack.length > 0 ? listControlRows(verdict) : { rows: [], left: 0 };
  printTable({ columns: CONTROL_COLUMNS, rows: controls.rows });
  if (pack.length > 0) {
    print(['', ...listControlNotes(verdict, controls.left)]);
  }
  const rules = listVerdictRows(
    pack.length > 0 ? { ...verdict, rules: listSeparateRules(verdict) } : verdict,
  );
  printTable({ columns: VERDICT_COLUMNS, rows: rules.rows });
  print(rules.rows.length > 0 || pack.length === 0 ? [''] : []);
  print(listVerdictNotes(verdict, rules.left));
  const first = controls.rows[0]?.key ?? rules.rows[0]?.rules[0];
  if (first !== undefined) {
    print(['', `Explain: ${repeatCommand('check', context, ['--why', first])}`]);
  }
}
