import type { Format, FormatOptions, Report } from '../../../foundation/core/format.ts';
import { formatJson, writeJsonList } from '../../../foundation/core/json-document.ts';
import {
  compareDanger,
  type LocatedFinding,
  listLocatedFindings,
  listSuppressedFindings,
} from '../../../foundation/core/located-finding.ts';
import type { Sink } from '../../../foundation/core/sink.ts';
import { formatTargetTitle, shortenTargetName } from '../../../foundation/core/target-title.ts';
import { toCheckMembers } from './check-result.ts';
import { toInvocationMembers } from './notification.ts';
import { toResultMembers } from './result.ts';
import { toRuleMembers } from './rule.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/**
 * The findings for code scanning: one rule per vulnerability, one result per finding. Suppressed
 * findings are only counted, since code scanning shows suppressed results as open ones; if they are
 * requested, they are written with their suppressions.
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
  const located = selectMostSevere(all);
  const rules = Map.groupBy(located, ({ finding }) => finding.id);
  const target = formatTargetTitle(report.inventory.target);
  const checks = toCheckMembers(report.verdict?.policy, rules.size, target);
  const numbers = new Map([...rules.keys()].map((id, number) => [id, number]));
  sink.write(`{"$schema":"${SCHEMA}",\n"version":"2.1.0",\n"runs":[{`);
  sink.write(`"automationDetails":${formatJson({ id: createAutomationId(report) })}`);
  sink.write(`,\n"tool":{"driver":{"name":${formatJson(report.tool.name)}`);
  sink.write(`,"version":${formatJson(report.tool.version)},"rules":`);
  writeJsonList(sink, [
    ...[...rules].map(([id, findings]) => toRuleMembers(id, findings)),
    ...checks.rules,
  ]);
  sink.write(
    `}},\n"invocations":[${formatJson(toInvocationMembers(report, all.length - located.length))}]`,
  );
  sink.write(',\n"results":');
  writeJsonList(sink, [
    ...located.map((each) =>
      toResultMembers(each, { ruleIndex: numbers.get(each.finding.id) ?? 0, target }),
    ),
    ...checks.results,
  ]);
  sink.write('}]}\n');
}

/** GitHub rejects a run with more results. GitHub documentation, "SARIF results exceed limits". */
const RESULTS_MAX = 25_000;

/** Returns all of them, or the most severe if they are too many, in their order. */
function selectMostSevere(all: readonly LocatedFinding[]): readonly LocatedFinding[] {
  if (all.length <= RESULTS_MAX) {
    return all;
  }
  const kept = new Set(all.toSorted(compareDanger).slice(0, RESULTS_MAX));
  return all.filter((one) => kept.has(one));
}

/**
 * Returns one category per target, so that the results of two images are kept side by side. It ends
 * with a slash: then all of it is the category. SARIF 2.1.0, 3.17.3.
 */
function createAutomationId({ inventory: { target } }: Report): string {
  return `plimsoll/${shortenTargetName(target.name)}/`;
}
