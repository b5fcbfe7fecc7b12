import { addChangeIds } from '../../../compare/compare-results.ts';
import { formatJson, writeJsonList } from '../../../core/json-document.ts';
import type { Sink } from '../../../core/sink.ts';
import type { DifferenceFormat, DifferenceReport } from '../contract.ts';
import { formatLead } from '../page.ts';
import { formatCautions, formatInabilities, formatRanking } from '../verdict-text.ts';

/** The version is raised if a member is removed or changes its meaning, but not if one is added. */
const SCHEMA = { id: 'plimsoll-difference', version: 1 } as const;

/** The complete difference, see `docs/compare.md`. */
export const json: DifferenceFormat = {
  id: 'json',
  aliases: [],
  carries: ['findings'],
  write: writeDifference,
};

const LISTS = ['configuration', 'packages', 'files', 'executables', 'findings'] as const;

function writeDifference(report: DifferenceReport, sink: Sink): void {
  const { tool, timestamp, configuration, difference } = report;
  const lists = addChangeIds(difference);
  const { before, after, layers, surface, inabilities, filesNote, grid } = difference;
  const summary = {
    lead: formatLead(difference),
    verdict: formatRanking(difference),
    inabilities: formatInabilities(difference),
    cautions: formatCautions(difference),
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
