import type { ControlStatus } from '../../../foundation/core/control.ts';
import { findBlindReason } from '../../../foundation/core/coverage.ts';
import type { Decision } from '../../../foundation/core/decision.ts';
import type { Finding } from '../../../foundation/core/finding.ts';
import type { Format, Report } from '../../../foundation/core/format.ts';
import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import { EVERY_FACT } from '../../../foundation/core/leaves-out.data.ts';
import {
  compareDanger,
  findPrimaryLocation,
  formatRemedy,
  type LocatedFinding,
  listLocatedFindings,
} from '../../../foundation/core/located-finding.ts';
import { describePolicyVerdict } from '../../../foundation/core/policy-verdict.ts';
import type { Sink } from '../../../foundation/core/sink.ts';
import { shortenTargetName } from '../../../foundation/core/target-title.ts';
import { listVerdictChecks } from '../../../foundation/core/verdict-check.ts';
import { type TestCase, writeTestSuite } from '../../../foundation/present/test-suite.ts';

/** Findings as failed tests, for pipelines that show test results. */
export const junit: Format = {
  id: 'junit',
  aliases: [],
  title: 'JUnit XML',
  spec: 'https://github.com/testmoapp/junitxml',
  carries: ['findings'],
  isForTerminal: false,
  omittedFacts: EVERY_FACT,
  write: writeJunit,
};

function writeJunit(report: Report, sink: Sink): void {
  const name = shortenTargetName(report.inventory.target.name);
  writeTestSuite({ name, cases: listCases(report) }, sink);
}

function listCases(report: Report): readonly TestCase[] {
  const { findings, inventory } = report;
  if (findings?.database === undefined) {
    const message = 'vulnerabilities were not evaluated: no advisory database';
    const name = 'vulnerabilities are evaluated';
    const frame = { suite: 'plimsoll', name, kind: 'incomplete', message, detail: '' };
    return [{ ...frame, outcome: 'error' }, ...listPolicyCases(report)];
  }
  const packages = new Map(inventory.packages.map((one) => [one.key, one]));
  const aside = (findings.dispositioned ?? []).flatMap(({ finding, decisions }) => {
    const item = packages.get(finding.packageKey);
    return item === undefined ? [] : [{ finding, package: item, decisions }];
  });
  const open = listLocatedFindings(report).sort(compareDanger).map(toFailure);
  const blind = findBlindReason(report);
  if (blind !== undefined) {
    const frame = { suite: 'plimsoll', name: 'the target is evaluated', kind: 'incomplete' };
    open.unshift({ ...frame, outcome: 'error', message: blind, detail: '' });
  }
  const none: TestCase = {
    suite: 'plimsoll',
    name: 'no vulnerability needs review',
    outcome: 'passed',
    kind: '',
    message: '',
    detail: '',
  };
  return [
    ...(open.length === 0 ? [none] : open),
    ...aside.sort(compareDanger).map(toSkipped),
    ...listPolicyCases(report),
  ];
}

/** The verdict and each control. A control that was not evaluated is an error, never passed. */
function listPolicyCases({ verdict }: Report): readonly TestCase[] {
  const policy = verdict?.policy;
  if (policy === undefined) {
    return [];
  }
  const isFailed = policy.outcome === 'fail';
  const head: TestCase = {
    suite: 'plimsoll.policy',
    name: 'verdict',
    outcome: isFailed ? 'failure' : policy.outcome === 'unknown' ? 'error' : 'passed',
    kind: policy.outcome,
    message: describePolicyVerdict(policy),
    detail: '',
  };
  return [
    head,
    ...listVerdictChecks(policy).map(
      ({ id, title, status, message }): TestCase => ({
        suite: `plimsoll.policy.${id.split('/', 1)[0] ?? ''}`,
        name: `${id}: ${title}`,
        outcome: CASE_OUTCOMES[status],
        kind: status,
        message,
        detail: '',
      }),
    ),
  ];
}

const CASE_OUTCOMES: Readonly<Record<ControlStatus, TestCase['outcome']>> = {
  failed: 'failure',
  unknown: 'error',
  unanswered: 'error',
  'not-applicable': 'skipped',
  passed: 'passed',
};

function toFailure({ finding, package: item }: LocatedFinding): TestCase {
  return {
    ...toFrame(finding, item),
    outcome: 'failure',
    kind: finding.severity,
    message: `${finding.id} (${finding.severity}) in ${item.name} ${item.version}: ${formatRemedy(finding)}`,
    detail: formatDetail(finding),
  };
}

function toSkipped({
  finding,
  package: item,
  decisions,
}: LocatedFinding & { readonly decisions: readonly Decision[] }): TestCase {
  const [decision] = decisions;
  return {
    ...toFrame(finding, item),
    outcome: 'skipped',
    kind: decision?.status ?? '',
    message: `${decision?.status ?? ''}: ${decision?.reason ?? ''}`,
    detail: '',
  };
}

/** Includes the place: viewers merge tests of the same name. */
function toFrame({ id }: Finding, item: InventoryPackage): Pick<TestCase, 'suite' | 'name'> {
  const path = findPrimaryLocation(item)?.path;
  const place = path === undefined ? '' : ` at ${path}`;
  return {
    suite: `${item.type}.${item.name}`,
    name: `${id} in ${item.name} ${item.version}${place}`,
  };
}

function formatDetail({ matches, aliases }: Finding): string {
  const [record] = matches.map((match) => match.record);
  return [
    ...(aliases.length === 0 ? [] : [`also known as ${aliases.join(', ')}`]),
    ...(record === undefined ? [] : [record.description]),
  ].join('\n');
}
