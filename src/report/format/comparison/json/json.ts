import { formatJson, writeJsonList } from '../../../../foundation/core/json-document.ts';
import type { Sink } from '../../../../foundation/core/sink.ts';
import { addChangeIds } from '../../../../hardening/compare/compare-results.ts';
import { listPairColumns } from '../../../../hardening/compare/comparison.ts';
import type { BareDifference } from '../../../../hardening/compare/difference.ts';
import { formatConclusion } from '../conclusion.ts';
import type { DifferenceFormat, DifferenceReport } from '../contract.ts';
import { formatLead } from '../page.ts';
import { formatCautions, formatInabilities, formatRanking } from '../verdict-text.ts';

/** A version is raised if a member is removed or changes its meaning, but not if one is added. */
const PAIR_SCHEMA = { id: 'plimsoll-difference', version: 1 } as const;
const GROUP_SCHEMA = { id: 'plimsoll-comparison', version: 1 } as const;

/** The complete difference, or several of them, see `docs/compare.md`. */
export const json: DifferenceFormat = {
  id: 'json',
  aliases: [],
  carries: ['findings'],
  write: writeComparison,
};

const LISTS = ['configuration', 'packages', 'files', 'executables', 'findings'] as const;

type Members = readonly (readonly [string, unknown])[];

function writeComparison(report: DifferenceReport, sink: Sink): void {
  const { differences } = report.comparison;
  const [difference, ...others] = differences;
  if (difference !== undefined && others.length === 0) {
    writeMembers([['schema', PAIR_SCHEMA], ...listOrigin(report)], sink);
    writeDifference(difference, sink);
  } else {
    writeMembers([['schema', GROUP_SCHEMA], ...listOrigin(report), ...listTargets(report)], sink);
    sink.write(',\n"differences":[');
    for (const [index, each] of differences.entries()) {
      sink.write(index === 0 ? '\n' : ',\n');
      writeMembers([['of', [0, index + 1]]], sink);
      writeDifference(each, sink);
      sink.write('}');
    }
    sink.write(']');
  }
  sink.write('}\n');
}

function listOrigin({ tool, timestamp, configuration }: DifferenceReport): Members {
  return [
    ['tool', tool],
    ['timestamp', timestamp],
    ['configuration', configuration],
  ];
}

function listTargets({ comparison }: DifferenceReport): Members {
  return [
    ['summary', { conclusion: formatConclusion(comparison) }],
    ['targets', comparison.columns.map(({ side, ...numbers }) => ({ ...side, ...numbers }))],
  ];
}

/** Writes the start of an object. */
function writeMembers(members: Members, sink: Sink): void {
  const known = members.filter(([, value]) => value !== undefined);
  const texts = known.map(([name, value]) => `${formatJson(name)}:${formatJson(value)}`);
  sink.write(`{${texts.join(',\n')}`);
}

/** Writes the members of a difference, after others. */
function writeDifference(difference: BareDifference, sink: Sink): void {
  const lists = addChangeIds(difference);
  const { before, after, layers, surface, inabilities, filesNote, grid } = difference;
  const summary = {
    lead: formatLead(listPairColumns(difference)),
    verdict: formatRanking(difference),
    inabilities: formatInabilities(difference),
    cautions: formatCautions(difference),
  };
  const members: Members = [
    ['summary', summary],
    ['before', before],
    ['after', after],
    ['layers', layers],
    ['surface', surface],
    ['inabilities', inabilities],
    ['grid', grid],
    ['filesNote', filesNote],
  ];
  for (const [name, value] of members) {
    if (value !== undefined) {
      sink.write(`,\n${formatJson(name)}:${formatJson(value)}`);
    }
  }
  for (const name of LISTS) {
    sink.write(`,\n${formatJson(name)}:`);
    writeJsonList(sink, lists[name]);
  }
}
