import { posix } from 'node:path';
import { compareText } from '../../../foundation/core/compare-text.ts';
import type { ControlResult } from '../../../foundation/core/control.ts';
import type { PolicyVerdict, RuleProof } from '../../../foundation/core/policy-verdict.ts';
import { digestText } from '../digest-text.ts';
import { addControls, evaluateSubjects, listRulesInForce } from '../evaluate-policy.ts';
import type { OpenSubjects } from '../evaluate-rule.ts';
import { Unknown } from '../expression/expression.ts';
import { createUnknownFact, type FactValue, type SubjectIdentity } from '../fact.ts';
import { createPolicyError } from '../file/policy-node.ts';
import { checkStatements } from '../file/read-statements.ts';
import type { OpenSubject } from '../judge-condition.ts';
import { dropVersion } from '../package-identity.ts';
import type { Policy } from '../policy.ts';
import { subjectKinds } from '../subject/registry.generated.ts';
import type { SubjectFacts } from '../subject-facts.ts';
import type {
  DeclaredSubject,
  DeclaredSubjects,
  PolicyTest,
  PolicyTestFile,
} from './policy-test.ts';
import { checkExpected } from './read-policy-tests.ts';

/** The result of one test. */
export interface PolicyTestResult {
  readonly test: PolicyTest;
  /** Each outcome that differs from the expected one; empty if the test passes. */
  readonly differences: readonly string[];
  readonly verdict: PolicyVerdict;
}

/** Rules that no test lets fire, or none lets pass: a mistake in them would not be noticed. */
export interface UntestedRules {
  readonly neverFire: readonly string[];
  readonly neverPass: readonly string[];
}

/**
 * Evaluates policies for the declared facts of each test.
 *
 * @throws UserError `E_POLICY` if a test names an unknown rule or control, or lacks the time of its
 *   evaluation
 */
export function runPolicyTests(
  policies: readonly Policy[],
  tests: readonly PolicyTest[],
): readonly PolicyTestResult[] {
  const rules = policies.flatMap((policy) => policy.rules.map(({ id }) => id));
  const controls = policies.flatMap(
    ({ pack }) => pack?.controls.map(({ id }) => `${pack.id}/${id}`) ?? [],
  );
  for (const test of tests) {
    checkExpected(test.rules, 'rule', rules);
    checkExpected(test.controls, 'control', controls);
    checkStatements(test.statements, policies);
  }
  return tests.map((test) => {
    const verdict = evaluateTest(policies, test);
    return { test, verdict, differences: listDifferences(test, verdict) };
  });
}

/**
 * Lists the rules without a test in which they fire, or pass; of the policies that the tests name,
 * not of those that they include.
 */
export function listUntestedRules(
  policies: readonly Policy[],
  { file, policies: named }: Pick<PolicyTestFile, 'file' | 'policies'>,
  results: readonly PolicyTestResult[],
): UntestedRules {
  const sources = named.map((one) =>
    one.kind === 'pack'
      ? `pack ${one.id}@${one.version}`
      : posix.join(posix.dirname(file), one.path),
  );
  const rules = policies
    .filter(({ source }) => sources.includes(source))
    .flatMap((policy) => policy.rules.map(({ id }) => id));
  const proofs = results.flatMap(({ verdict }) => verdict.rules);
  const has = (id: string, isWanted: (proof: RuleProof) => boolean): boolean =>
    proofs.some((proof) => proof.rule === id && isWanted(proof));
  return {
    neverFire: rules.filter((id) => !has(id, hasFired)),
    neverPass: rules.filter((id) => !has(id, ({ outcome }) => outcome === 'pass')),
  };
}

function hasFired({ outcome, action }: RuleProof): boolean {
  return outcome === action;
}

/** A time is required if the outcome may depend on it: the same file must always give the same. */
const TIMELESS = '1970-01-01T00:00:00Z';

function evaluateTest(policies: readonly Policy[], test: PolicyTest): PolicyVerdict {
  const dated = policies.find(
    ({ rules, exceptions }) =>
      exceptions.length > 0 ||
      rules.some(({ from, until }) => from !== undefined || until !== undefined),
  );
  if ((dated !== undefined || test.statements.length > 0) && test.now === undefined) {
    const owner = dated === undefined ? 'a statement' : `the policy "${dated.name}"`;
    const message = `${owner} has dates, so that the test needs "now"`;
    throw createPolicyError(test.source, message, 'write, for example: now: 2027-01-31');
  }
  const { image, now = TIMELESS } = test;
  const rules = listRulesInForce(policies, { image, now });
  const kinds = subjectKinds.filter(({ id }) => rules.some(({ subject }) => subject === id));
  const open = new Map(
    kinds.map((kind): [string, OpenSubjects] => [
      kind.id,
      { kind, ...openDeclared(test.subjects.get(kind.id) ?? toUndeclared(kind.id)) },
    ]),
  );
  const verdict = evaluateSubjects(policies, { image, now, rules, open });
  const [target] = openDeclared(test.subjects.get('image') ?? toUndeclared('image')).subjects;
  return addControls(policies, verdict, {
    rules,
    open,
    sources: {
      statements: test.statements,
      // A list without subjects is declared to be complete.
      measureExamined: () => ({ text: 'the declared facts', isEmpty: false }),
      listEvidence: () => [],
      openImage: () => target,
    },
  });
}

/** Every target has one subject of the kind `image`, even if nothing is known about it. */
function toUndeclared(kind: string): DeclaredSubjects {
  return kind === 'image'
    ? { subjects: [{ key: 'image', title: 'image', facts: new Map() }], missing: [] }
    : { subjects: [], missing: [`the test declares no subjects of the kind ${kind}`] };
}

function openDeclared({
  subjects,
  missing,
}: DeclaredSubjects): Pick<OpenSubjects, 'subjects' | 'missing' | 'digest'> {
  const keys = subjects.map(({ key }) => key).toSorted(compareText);
  return { subjects: subjects.map(openSubject), missing, digest: digestText(keys.join('\n')) };
}

function openSubject(subject: DeclaredSubject): OpenSubject {
  const facts = createDeclaredAccess(subject);
  return {
    facts,
    readDatedFacts: () => facts,
    listChanges: () => [],
    identity: identifyDeclared(subject),
    title: subject.title,
  };
}

function createDeclaredAccess({ facts }: DeclaredSubject): SubjectFacts {
  const findDeclared = (fact: string): FactValue =>
    facts.get(fact) ?? createUnknownFact(`the test does not declare "${fact}"`);
  return {
    readFact: (fact) => {
      const value = findDeclared(fact);
      return value.isKnown ? value.value : new Unknown([{ fact, reason: value.reason }]);
    },
    prove: (fact) => {
      const value = findDeclared(fact);
      return value.isKnown ? { fact, value: value.value } : { fact, unknown: value.reason };
    },
  };
}

/** Exceptions name a subject by its facts `id`, `package`, `name` and `purl`. */
function identifyDeclared({ key, facts }: DeclaredSubject): SubjectIdentity {
  const list = (name: string): readonly string[] => {
    const fact = facts.get(name);
    const value = fact?.isKnown === true ? fact.value : [];
    return typeof value === 'object' ? value : [String(value)];
  };
  return {
    key,
    vulnerabilities: list('id'),
    packages: [...list('package'), ...list('name'), ...list('purl').map(dropVersion)],
  };
}

function listDifferences(test: PolicyTest, verdict: PolicyVerdict): readonly string[] {
  const ofRules = test.rules.flatMap(({ id, outcome, source }) => {
    const proof = verdict.rules.find(({ rule }) => rule === id);
    const actual = proof?.outcome ?? 'not-in-force';
    const cause = proof === undefined ? '' : describeCause(proof);
    return actual === outcome
      ? []
      : [`${source}: rule ${id}: expected ${outcome}, but it is ${actual}${cause}`];
  });
  const differences = [...ofRules, ...listControlDifferences(test, verdict.controls ?? [])];
  return test.verdict === undefined || test.verdict === verdict.outcome
    ? differences
    : [
        `${test.source}: verdict: expected ${test.verdict}, but it is ${verdict.outcome}`,
        ...differences,
      ];
}

function listControlDifferences(
  test: PolicyTest,
  controls: readonly ControlResult[],
): readonly string[] {
  return test.controls.flatMap(({ id, outcome, source }) => {
    const control = controls.find(({ key }) => key === id);
    const cause = (control?.reasons ?? []).join('; ');
    return control === undefined || control.status === outcome
      ? []
      : [
          `${source}: control ${id}: expected ${outcome}, but it is ${control.status}${cause === '' ? '' : ` (${cause})`}`,
        ];
  });
}

/** Names the subject that decided, or the missing fact. */
function describeCause({ outcome, matches, missing }: RuleProof): string {
  const match = matches.find((one) => one.outcome === outcome);
  const reasons = (match?.conditions ?? [])
    .flatMap(({ values }) => values)
    .flatMap(({ unknown }) => unknown ?? []);
  const [reason] = outcome === 'unknown' ? [...reasons, ...missing] : [];
  const parts = [match?.title, reason].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : ` (${parts.join(': ')})`;
}
