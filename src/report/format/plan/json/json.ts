import { formatJson, writeJsonList } from '../../../../foundation/core/json-document.ts';
import type { Sink } from '../../../../foundation/core/sink.ts';
import { PLAN_SCHEMA } from '../../../../hardening/harden/removal-plan.ts';
import type { PlanFormat, PlanReport } from '../contract.ts';

/** The complete plan, see `docs/harden.md`. */
export const json: PlanFormat = {
  id: 'json',
  aliases: [],
  carries: ['findings'],
  write: writeJson,
};

const LISTS = ['roots', 'edits', 'bets', 'packages', 'kept', 'dropped'] as const;

function writeJson({ tool, timestamp, plan }: PlanReport, sink: Sink): void {
  const { image, rules, database, request, undecided, unread, before, after } = plan;
  const head = {
    schema: { id: PLAN_SCHEMA.name, version: PLAN_SCHEMA.version },
    tool,
    timestamp,
    image,
    rules,
    database,
    request,
    undecided,
    unread,
    before,
    after,
  };
  const members = Object.entries(head).filter(([, value]) => value !== undefined);
  const texts = members.map(([name, value]) => `${formatJson(name)}:${formatJson(value)}`);
  sink.write(`{${texts.join(',\n')}`);
  for (const name of LISTS) {
    sink.write(`,\n${formatJson(name)}:`);
    writeJsonList(sink, plan[name]);
  }
  if (plan.bases !== undefined) {
    sink.write(',\n"bases":');
    writeJsonList(sink, plan.bases);
  }
  sink.write('}\n');
}
