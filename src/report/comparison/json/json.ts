import { withIds } from '../../../compare/compare-results.ts';
import { formatJson, writeJsonList } from '../../../core/json-document.ts';
import type { Sink } from '../../../core/sink.ts';
import type { DifferenceFormat, DifferenceReport } from '../contract.ts';
import { leadText } from '../page.ts';
import { cautionLines, inabilityLines, rankingLines } from '../verdict-text.ts';

/** The version is raised whenever a member changes its meaning or goes; a new one does not. */
const SCHEMA = { id: 'plimsoll-difference', version: 1 } as const;

/** All of it, see `docs/compare.md`. */
export const json: DifferenceFormat = {
  id: 'json',
  aliases: [],
  carries: ['findings'],
  write: writeDifference,
};

const LISTS = ['configuration', 'packages', 'files', 'executables', 'findings'] as const;

function writeDifference(report: DifferenceReport, sink: Sink): void {
  const { tool, timestamp, configuration, difference } = report;
  const lists = withIds(difference);
  const { before, after, layers, surface, inabilities, filesNote, grid } = difference;
  const summary = {
    lead: leadText(difference),
    verdict: rankingLines(difference),
    inabilities: inabilityLines(difference),
    cautions: cautionLines(difference),
  };
  const members: readonly (readonly [string, unknown])[] = [
    ['tool', tool],
    ['timestamp', timestamp],
    ['configuration', configuration],
    ['summary', summary],
    ['before', before],
    ['after', after],
    ['layers', layers],
    ['surface', surface],
    ['inabilities', inabilities],
    ['grid', grid],
    ['filesNote', filesNote],
  ];
  sink.write(`{"schema":${formatJson(SCHEMA)}`);
  for (const [name, value] of members) {
    if (value !== undefined) {
      sink.write(`,\n${formatJson(name)}:${formatJson(value)}`);
    }
  }
  for (const name of LISTS) {
    sink.write(`,\n${formatJson(name)}:`);
    writeJsonList(sink, lists[name]);
  }
  sink.write('}\n');
}
