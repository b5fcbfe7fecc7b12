import type { Format, FormatOptions, Report } from '../../core/format.ts';
import { formatJson, writeJsonList } from '../../core/json-document.ts';
import {
  compareDanger,
  type LocatedFinding,
  listLocatedFindings,
  listSuppressedFindings,
} from '../../core/located-finding.ts';
import type { Sink } from '../../core/sink.ts';
import { invocationMembers } from './notification.ts';
import { resultMembers } from './result.ts';
import { ruleMembers } from './rule.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/**
 * The findings for code scanning. One rule a vulnerability, one result a finding. What was set
 * aside is only counted, since code scanning shows suppressed results as open ones; where it is
 * asked for, it is there with its suppressions.
 */
export const sarif: Format = {
  id: 'sarif',
  aliases: ['sarif-json'],
  title: 'SARIF 2.1.0',
  spec: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html',
  carries: ['findings'],
  isForTerminal: false,
  write: writeSarif,
};

function writeSarif(report: Report, sink: Sink, options: FormatOptions): void {
  const suppressed = options.isSuppressedShown === true ? listSuppressedFindings(report) : [];
  const all: readonly LocatedFinding[] = [...listLocatedFindings(report), ...suppressed];
  const located = dangerousOf(all);
  const rules = Map.groupBy(located, ({ finding }) => finding.id);
  const numbers = new Map([...rules.keys()].map((id, number) => [id, number]));
  sink.write(`{"$schema":"${SCHEMA}",\n"version":"2.1.0",\n"runs":[{`);
  sink.write(`"automationDetails":${formatJson({ id: automationId(report) })}`);
  sink.write(`,\n"tool":{"driver":{"name":${formatJson(report.tool.name)}`);
  sink.write(`,"version":${formatJson(report.tool.version)},"rules":`);
  writeJsonList(
    sink,
    [...rules].map(([id, findings]) => ruleMembers(id, findings)),
  );
  sink.write(
    `}},\n"invocations":[${formatJson(invocationMembers(report, all.length - located.length))}]`,
  );
  sink.write(',\n"results":');
  writeJsonList(
    sink,
    located.map((each) => resultMembers(each, numbers.get(each.finding.id) ?? 0)),
  );
  sink.write('}]}\n');
}

/** GitHub refuses a run of more results. GitHub documentation, "SARIF results exceed limits". */
const RESULTS_MAX = 25_000;

/** All of them, or where they are too many the most dangerous, in their order. */
function dangerousOf(all: readonly LocatedFinding[]): readonly LocatedFinding[] {
  if (all.length <= RESULTS_MAX) {
    return all;
  }
  const kept = new Set(all.toSorted(compareDanger).slice(0, RESULTS_MAX));
  return all.filter((one) => kept.has(one));
}

/**
 * One category a target, so that the results of two images stand beside each other instead of
 * replacing each other. It ends with a slash: then all of it is the category. SARIF 2.1.0, 3.17.3.
 */
function automationId({ inventory: { target } }: Report): string {
  return `plimsoll/${target.name}/`;
}
