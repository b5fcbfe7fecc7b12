import type { Decision } from '../../core/decision.ts';
import type { Finding } from '../../core/finding.ts';
import type { Format, Report } from '../../core/format.ts';
import type { InventoryPackage } from '../../core/inventory.ts';
import { EVERY_FACT } from '../../core/leaves-out.data.ts';
import {
  compareDanger,
  findPrimaryLocation,
  formatRemedy,
  type LocatedFinding,
  listLocatedFindings,
} from '../../core/located-finding.ts';
import type { Sink } from '../../core/sink.ts';
import { xmlText } from '../../present/xml-element.ts';

/** Findings as failed tests, for pipelines that show test results. */
export const junit: Format = {
  id: 'junit',
  aliases: [],
  title: 'JUnit XML',
  spec: 'https://github.com/testmoapp/junitxml',
  carries: ['findings'],
  isForTerminal: false,
  leavesOut: EVERY_FACT,
  write: writeJunit,
};

/** One test case: its name, and what is in it. */
interface TestCase {
  readonly suite: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  /** A word for the kind of outcome, by which tools group. */
  readonly kind: string;
  readonly message: string;
  readonly detail: string;
}

function writeJunit(report: Report, sink: Sink): void {
  const cases = casesOf(report);
  const countOf = (outcome: TestCase['outcome']): number =>
    cases.filter((one) => one.outcome === outcome).length;
  const counts = `tests="${cases.length}" failures="${countOf('failure')}" errors="${countOf('error')}"`;
  const name = xmlText(report.inventory.target.name);
  sink.write('<?xml version="1.0" encoding="UTF-8"?>\n');
  sink.write(`<testsuites name="plimsoll" ${counts}>\n`);
  sink.write(`  <testsuite name="${name}" ${counts} skipped="${countOf('skipped')}">\n`);
  for (const one of cases) {
    sink.write(caseText(one));
  }
  sink.write('  </testsuite>\n</testsuites>\n');
}

function caseText({ suite, name, outcome, kind, message, detail }: TestCase): string {
  const head = `    <testcase classname="${xmlText(suite)}" name="${xmlText(name)}"`;
  return outcome === 'passed'
    ? `${head}/>\n`
    : `${head}>\n      <${outcome} type="${xmlText(kind)}" message="${xmlText(message)}">${xmlText(detail)}</${outcome}>\n    </testcase>\n`;
}

function casesOf(report: Report): readonly TestCase[] {
  const { findings, inventory } = report;
  if (findings?.database === undefined) {
    const message = 'vulnerabilities were not evaluated: no advisory database';
    const name = 'vulnerabilities are evaluated';
    return [{ suite: 'plimsoll', name, outcome: 'error', kind: 'incomplete', message, detail: '' }];
  }
  const packages = new Map(inventory.packages.map((one) => [one.key, one]));
  const aside = (findings.dispositioned ?? []).flatMap(({ finding, decisions }) => {
    const item = packages.get(finding.packageKey);
    return item === undefined ? [] : [{ finding, package: item, decisions }];
  });
  const open = listLocatedFindings(report).sort(compareDanger).map(failureOf);
  const none: TestCase = {
    suite: 'plimsoll',
    name: 'no vulnerability needs review',
    outcome: 'passed',
    kind: '',
    message: '',
    detail: '',
  };
  return [...(open.length === 0 ? [none] : open), ...aside.sort(compareDanger).map(skippedOf)];
}

function failureOf({ finding, package: item }: LocatedFinding): TestCase {
  return {
    ...frameOf(finding, item),
    outcome: 'failure',
    kind: finding.severity,
    message: `${finding.id} (${finding.severity}) in ${item.name} ${item.version}: ${formatRemedy(finding)}`,
    detail: detailOf(finding),
  };
}

function skippedOf({
  finding,
  package: item,
  decisions,
}: LocatedFinding & { readonly decisions: readonly Decision[] }): TestCase {
  const [decision] = decisions;
  return {
    ...frameOf(finding, item),
    outcome: 'skipped',
    kind: decision?.status ?? '',
    message: `${decision?.status ?? ''}: ${decision?.reason ?? ''}`,
    detail: '',
  };
}

/** With its place: two tests of one name are one test to those who show them. */
function frameOf({ id }: Finding, item: InventoryPackage): Pick<TestCase, 'suite' | 'name'> {
  const path = findPrimaryLocation(item)?.path;
  const place = path === undefined ? '' : ` at ${path}`;
  return {
    suite: `${item.type}.${item.name}`,
    name: `${id} in ${item.name} ${item.version}${place}`,
  };
}

function detailOf({ matches, aliases }: Finding): string {
  const [record] = matches.map((match) => match.record);
  return [
    ...(aliases.length === 0 ? [] : [`also known as ${aliases.join(', ')}`]),
    ...(record === undefined ? [] : [record.description]),
  ].join('\n');
}
