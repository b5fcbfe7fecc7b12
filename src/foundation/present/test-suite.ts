import type { Sink } from '../core/sink.ts';
import { escapeXml } from './xml-element.ts';

/** One test case: its name and content. */
export interface TestCase {
  readonly suite: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  /** Kind of outcome, by which tools group. */
  readonly kind: string;
  readonly message: string;
  readonly detail: string;
}

interface TestSuite {
  readonly name: string;
  readonly cases: readonly TestCase[];
}

/** Writes test cases as JUnit XML. */
export function writeTestSuite({ name, cases }: TestSuite, sink: Sink): void {
  const countOutcomes = (outcome: TestCase['outcome']): number =>
    cases.filter((one) => one.outcome === outcome).length;
  const counts = `tests="${cases.length}" failures="${countOutcomes('failure')}" errors="${countOutcomes('error')}"`;
  sink.write('<?xml version="1.0" encoding="UTF-8"?>\n');
  sink.write(`<testsuites name="plimsoll" ${counts}>\n`);
  sink.write(
    `  <testsuite name="${escapeXml(name)}" ${counts} skipped="${countOutcomes('skipped')}">\n`,
  );
  for (const one of cases) {
    sink.write(formatCase(one));
  }
  sink.write('  </testsuite>\n</testsuites>\n');
}

function formatCase({ suite, name, outcome, kind, message, detail }: TestCase): string {
  const head = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}"`;
  return outcome === 'passed'
    ? `${head}/>\n`
    : `${head}>\n      <${outcome} type="${escapeXml(kind)}" message="${escapeXml(message)}">${escapeXml(detail)}</${outcome}>\n    </testcase>\n`;
}
