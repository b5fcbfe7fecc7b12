import { isCalendarDate } from '../../../foundation/core/calendar-date.ts';
import { CONTROL_STATUSES } from '../../../foundation/core/control.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { suggestWord } from '../../../foundation/core/option-suggestion.ts';
import { POLICY_OUTCOMES } from '../../../foundation/core/policy-verdict.ts';
import {
  checkKeys,
  createPolicyError,
  getPolicyList,
  getPolicyMaps,
  getPolicyText,
  type PolicyMap,
  type PolicyNode,
  parsePolicyFile,
  requirePolicyText,
} from '../file/policy-node.ts';
import { readChoice } from '../file/policy-values.ts';
import { checkPath, readInclude } from '../file/read-include.ts';
import { readStatementList } from '../file/read-statements.ts';
import { rejectRepeated } from '../file/reject-repeated.ts';
import type { ImageIdentity } from '../image-identity.ts';
import type { PolicyInclude } from '../policy.ts';
import {
  type Expected,
  type PolicyTest,
  type PolicyTestFile,
  RULE_EXPECTATIONS,
} from './policy-test.ts';
import { readFactsDocument, readTestFacts } from './read-test-facts.ts';

const FILE_KEYS = ['policies', 'now', 'tests'];
const TEST_KEYS = [
  'name',
  'now',
  'image',
  'labels',
  'facts',
  'statements',
  'verdict',
  'rules',
  'controls',
];

/** Returns the content of a file beside or below the file of tests. */
export type ReadBeside = (path: string) => { readonly name: string; readonly bytes: Uint8Array };

/**
 * Reads a file of tests: `policies`, and `tests` with declared facts and the expected outcomes.
 *
 * @param readBeside returns a file with the facts of a target, as `check -o facts` writes it
 * @throws UserError `E_POLICY` with file and line, and the closest valid name
 */
export function readPolicyTests(
  bytes: Uint8Array,
  file: string,
  readBeside: ReadBeside,
): PolicyTestFile {
  const root = parsePolicyFile(Buffer.from(bytes).toString('utf8'), file);
  checkKeys(root, FILE_KEYS, 'the file of tests');
  const policies = getPolicyList(root, 'policies').map(readTestedPolicy);
  if (policies.length === 0) {
    const hint = 'write, for example: policies: [shop.yaml, recommended@1]';
    throw createPolicyError(root.place, 'a file of tests needs "policies"', hint);
  }
  const maps = getPolicyMaps(root, 'tests');
  if (maps.length === 0) {
    throw createPolicyError(root.place, 'a file of tests needs at least one test');
  }
  const now = readTime(root);
  const tests = maps.map((map) => readTest(map, { now, readBeside }));
  rejectRepeated(
    tests.map(({ name, source }) => [name, source]),
    'tests',
  );
  return { file, policies, tests };
}

/** A text without `@` is a file: a pack has a version. */
function readTestedPolicy(node: PolicyNode): PolicyInclude {
  const isFile = node.kind === 'text' && !node.value.includes('@');
  const { place } = node;
  return readInclude(isFile ? { kind: 'map', entries: new Map([['file', node]]), place } : node);
}

interface TestDefaults {
  readonly now: string | undefined;
  readonly readBeside: ReadBeside;
}

function readTest(map: PolicyMap, { now: usualTime, readBeside }: TestDefaults): PolicyTest {
  checkKeys(map, TEST_KEYS, 'a test');
  const name = requirePolicyText(map, 'name', 'a test');
  const verdict = getPolicyText(map, 'verdict');
  const rules = readExpected(map, 'rules', RULE_EXPECTATIONS);
  const controls = readExpected(map, 'controls', CONTROL_STATUSES);
  if (verdict === undefined && rules.length === 0 && controls.length === 0) {
    const hint = 'write, for example: verdict: fail';
    throw createPolicyError(map.place, `the test "${name}" expects nothing`, hint);
  }
  const facts = map.entries.get('facts');
  const verdictPlace = map.entries.get('verdict')?.place ?? map.place;
  return {
    name,
    source: map.place,
    image: readIdentity(map),
    subjects: readTestFacts(facts?.kind === 'text' ? openDocument(facts, readBeside) : facts),
    rules,
    controls,
    statements: readStatementList(map),
    ...defined({
      now: readTime(map) ?? usualTime,
      verdict:
        verdict === undefined ? undefined : readChoice(verdict, POLICY_OUTCOMES, verdictPlace),
    }),
  };
}

function openDocument(
  node: Extract<PolicyNode, { readonly kind: 'text' }>,
  readBeside: ReadBeside,
): PolicyNode {
  const { name, bytes } = readBeside(checkPath(node.value, node.place));
  return readFactsDocument(bytes, name);
}

const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}Z)?$/;

/** A date begins at midnight UTC. */
function readTime(map: PolicyMap): string | undefined {
  const text = getPolicyText(map, 'now');
  if (text === undefined) {
    return undefined;
  }
  const [date = ''] = text.split('T', 1);
  if (!TIME.test(text) || !isCalendarDate(date) || Number.isNaN(Date.parse(text))) {
    const place = map.entries.get('now')?.place ?? map.place;
    const hint = 'write it as: 2027-01-31, or 2027-01-31T12:00:00Z';
    throw createPolicyError(place, `"${text}" is not a time`, hint);
  }
  return text.includes('T') ? text : `${text}T00:00:00Z`;
}

/** `image` is a name, tag or digest, or a list of them; `labels` are NAME=VALUE. */
function readIdentity(map: PolicyMap): ImageIdentity {
  const image = map.entries.get('image');
  const names =
    image?.kind === 'list'
      ? image.items.map((item) => readTextItem(item, 'image'))
      : [getPolicyText(map, 'image')];
  const labels = getPolicyList(map, 'labels').map((node): [string, string] => {
    const text = readTextItem(node, 'labels');
    const at = text.indexOf('=');
    if (at < 1) {
      throw createPolicyError(node.place, `"${text}" is not a label`, 'write it as: NAME=VALUE');
    }
    return [text.slice(0, at), text.slice(at + 1)];
  });
  return { names: names.flatMap((name) => name ?? []), labels: new Map(labels) };
}

function readTextItem(node: PolicyNode, key: string): string {
  const { place } = node;
  return requirePolicyText({ kind: 'map', entries: new Map([[key, node]]), place }, key, key);
}

function readExpected<Outcome extends string>(
  map: PolicyMap,
  key: 'rules' | 'controls',
  outcomes: readonly Outcome[],
): readonly Expected<Outcome>[] {
  const node = map.entries.get(key);
  if (node === undefined) {
    return [];
  }
  if (node.kind !== 'map' || node.entries.size === 0) {
    throw createPolicyError(node.place, `"${key}" is a map of ${key} with their outcomes`);
  }
  return [...node.entries].map(([id, { place }]) => {
    const outcome = readChoice(getPolicyText(node, id) ?? '', outcomes, place);
    return { id, outcome, source: place };
  });
}

/** @throws UserError `E_POLICY` if the policies do not have a rule or control that a test expects */
export function checkExpected(
  expected: readonly Expected<string>[],
  title: string,
  known: readonly string[],
): void {
  for (const { id, source } of expected) {
    if (!known.includes(id)) {
      throw createPolicyError(source, `unknown ${title} "${id}"`, suggestWord(id, known));
    }
  }
}
