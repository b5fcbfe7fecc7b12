/**
 * Measures the evaluation of 500 rules for 1,500 packages and 2,000 findings: its CPU time, its
 * ratio to the same rules as plain functions in the same process, and the memory. `policy.ts`
 * bundles and starts it.
 */
import process from 'node:process';
import { evaluateOnce, evaluatePolicies } from '../src/compliance/policy/evaluate-policy.ts';
import type { PolicyInput } from '../src/compliance/policy/fact.ts';
import { loadPolicies } from '../src/compliance/policy/load-policies.ts';
import { createAssessment } from '../src/foundation/core/assessment.ts';
import type { Finding } from '../src/foundation/core/finding.ts';
import { createInventory } from '../test/support/inventory.ts';
import { SAMPLE_FINDINGS } from '../test/support/sample-report.ts';

const NOW = '2026-11-25T00:00:00Z';
const RULES = 500;
const PACKAGES = 1_500;
const FINDINGS = 2_000;
const RUNS = Number(process.argv[2] ?? '7');
const DAY_MS = 86_400_000;

const SEVERITIES = ['negligible', 'low', 'medium', 'high', 'critical'] as const;
const sample = SAMPLE_FINDINGS.findings[0];
const { database } = SAMPLE_FINDINGS;

function createInput(): PolicyInput {
  const inventory = createInventory({
    packages: Array.from({ length: PACKAGES }, (_, index) => {
      const name = `package-${index}`;
      return {
        name,
        key: name,
        type: 'deb',
        version: `1.${index}`,
        purl: `pkg:deb/debian/${name}`,
      };
    }),
  });
  const findings = Array.from({ length: FINDINGS }, (_, index) => createFinding(index));
  const nothing = { ignored: [], unevaluated: [], alerts: [] };
  const assessment = createAssessment({ inventory, findings: { database, findings, ...nothing } });
  return { assessment, now: NOW, areFilesListed: false };
}

function createFinding(index: number): Finding {
  if (sample === undefined) {
    throw new Error('the sample has no finding');
  }
  const date = new Date(Date.parse(NOW) - (index % 400) * DAY_MS).toISOString();
  const matches = sample.matches.map((match) => ({
    ...match,
    record: { ...match.record, publishedAt: date },
    scores: [{ vector: 'x', baseScore: (index % 100) / 10 }],
  }));
  const severity = SEVERITIES[index % 5] ?? 'low';
  const fixState = index % 2 === 0 ? 'fixed' : 'not-fixed';
  const packageKey = `package-${index % PACKAGES}`;
  return {
    ...sample,
    id: `CVE-2026-${index}`,
    packageKey,
    severity,
    fixState,
    risk: index % 97,
    matches,
  };
}

/** A rule as a policy writes it, and as a plain function would decide it. */
interface BenchRule {
  readonly text: string;
  readonly subject: 'finding' | 'package';
  readonly decide: (subject: BenchSubject) => boolean;
}

/** The facts that plain functions read, which they compute from the subject themselves. */
interface BenchSubject {
  readonly severity: string;
  readonly fixState: string;
  readonly name: string;
  readonly score: number;
  readonly published: string;
}

/** Most rules fire for few subjects, as in policies that people can live with. */
function createRule(index: number): BenchRule {
  const id = `r${index}`;
  const then = index % 3 === 0 ? 'fail' : 'warn';
  const days = 300 + (index % 99);
  const createRuleText = (subject: string, condition: string): string =>
    `  - { id: ${id}, for: ${subject}, ${condition}, then: ${then} }`;
  switch (index % 5) {
    case 0:
      return {
        text: createRuleText('finding', `when: { severity: critical, cvss: over 9.${index % 9} }`),
        subject: 'finding',
        decide: ({ severity, score }) => severity === 'critical' && score > 9 + (index % 9) / 10,
      };
    case 1:
      return {
        text: createRuleText('finding', `when: { published-age: over ${days} days, fix: true }`),
        subject: 'finding',
        decide: ({ published, fixState }) =>
          (Date.parse(NOW) - Date.parse(published)) / DAY_MS > days && fixState === 'fixed',
      };
    case 2:
      return {
        text: createRuleText(
          'finding',
          `cel: 'finding.severity == "critical" && finding.package == "package-${index}"'`,
        ),
        subject: 'finding',
        decide: ({ severity, name }) => severity === 'critical' && name === `package-${index}`,
      };
    case 3:
      return {
        text: createRuleText('package', `when: { name: [package-${index}, left-pad] }`),
        subject: 'package',
        decide: ({ name }) => [`package-${index}`, 'left-pad'].includes(name),
      };
    default:
      return {
        text: createRuleText(
          'finding',
          `when: { package: like package-${index}*, severity: high or worse }`,
        ),
        subject: 'finding',
        decide: ({ name, severity }) =>
          name.startsWith(`package-${index}`) && ['high', 'critical'].includes(severity),
      };
  }
}

/** Reads each fact once, and calls each function for each subject. */
function decideAll(rules: readonly BenchRule[], input: PolicyInput): number {
  const { inventory, findings } = input.assessment;
  const packages = inventory.packages.map(({ name }) => ({ ...NOTHING, name }));
  const open = (findings?.findings ?? []).map((finding): BenchSubject => {
    const { severity, fixState, packageKey, matches } = finding;
    const scores = matches.flatMap((match) => match.scores ?? []);
    const score = Math.max(...scores.map(({ baseScore }) => baseScore));
    const published = matches.flatMap(({ record }) => record.publishedAt ?? [])[0] ?? '';
    return { severity, fixState, name: packageKey, score, published };
  });
  let fired = 0;
  for (const { subject, decide } of rules) {
    for (const one of subject === 'package' ? packages : open) {
      fired += decide(one) ? 1 : 0;
    }
  }
  return fired;
}

const NOTHING: BenchSubject = { severity: '', fixState: '', name: '', score: 0, published: '' };

/** CPU time of the main thread in milliseconds: it is the wall time on a quiet machine. */
function getCpuTime(): number {
  return sumTimes(process.threadCpuUsage());
}

function sumTimes({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000;
}

/** Largest memory of the process so far, in MB. */
function getPeak(): number {
  return process.resourceUsage().maxRSS / 1024;
}

/** Returns the result with the shortest time of some runs. */
function measureFastest<Result>(run: () => Result): {
  readonly time: number;
  readonly result: Result;
} {
  const times: number[] = [];
  let result = run();
  for (let count = 0; count < RUNS; count += 1) {
    const start = getCpuTime();
    result = run();
    times.push(getCpuTime() - start);
  }
  return { time: Math.min(...times), result };
}

const rules = Array.from({ length: RULES }, (_, index) => createRule(index));
const text = `policy: bench\nrules:\n${rules.map((rule) => rule.text).join('\n')}\n`;
const input = createInput();
const start = getCpuTime();
const policies = loadPolicies([{ name: 'bench.yaml', bytes: Buffer.from(text) }]);
const loading = getCpuTime() - start;
const idle = getPeak();
const [cold, allCold] = [getCpuTime(), process.cpuUsage()];
evaluatePolicies(policies, input);
const first = getCpuTime() - cold;
const firstOfAll = sumTimes(process.cpuUsage(allCold));
const afterFirst = getPeak();
const once = measureFastest(() => evaluateOnce(policies, input).verdict);
const own = measureFastest(() => evaluatePolicies(policies, input));
const plainCold = getCpuTime();
decideAll(rules, input);
const firstPlain = getCpuTime() - plainCold;
const plain = measureFastest(() => decideAll(rules, input));
const fired = own.result.rules.reduce((sum, { matches }) => sum + matches.length, 0);
if (fired !== plain.result) {
  throw new Error(`the rules fired ${fired} times, and the functions ${plain.result} times`);
}
const rows = [
  ['load the policy', loading],
  ['first evaluation', first],
  ['the same, with compiler and collector', firstOfAll],
  ['first run of plain functions', firstPlain],
  ['evaluation without the next change', once.time],
  ['evaluation', own.time],
  ['plain functions', plain.time],
] as const;
process.stdout.write(
  `${RULES} rules, ${PACKAGES} packages, ${FINDINGS} findings: fired ${fired} times\n`,
);
for (const [title, time] of rows) {
  const ratio = (time / plain.time).toFixed(2);
  process.stdout.write(
    `${title.padEnd(38)} ${time.toFixed(0).padStart(6)} ms  ${ratio} of plain functions\n`,
  );
}
const peaks = [
  ['peak before the first evaluation', idle],
  ['peak after it', afterFirst],
  [`peak after ${2 * RUNS + 3} evaluations, and functions`, getPeak()],
] as const;
for (const [title, peak] of peaks) {
  process.stdout.write(`${title.padEnd(38)} ${peak.toFixed(0).padStart(6)} MB\n`);
}
