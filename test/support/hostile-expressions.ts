/**
 * Compiles and evaluates hostile expressions, and 10,000 random ones, in the memory that the parent
 * allows. Prints the counts as JSON, and fails if an expression does not end as required.
 */
import assert from 'node:assert/strict';
import process from 'node:process';
import { compileCel } from '../../src/compliance/policy/expression/compile-cel.ts';
import { evaluate } from '../../src/compliance/policy/expression/evaluate.ts';
import { Unknown } from '../../src/compliance/policy/expression/expression.ts';
import type { FactData } from '../../src/compliance/policy/fact.ts';
import { CEL_FACTS, createCelExpression } from './random-cel.ts';
import { createDraw, type Draw, drawItem } from './random-draw.ts';

const STEPS = 100_000;
const SUBJECT = { id: 'finding', facts: CEL_FACTS };
const FACTS = new Map<string, FactData>([
  ['id', Array.from({ length: 100 }, (_, index) => `CVE-${index}`)],
  ['package', 'a'.repeat(10_000)],
  ['severity', 'high'],
  ['fix-age', 41.5],
  ['cvss', 9.8],
  ['fix', true],
]);

/** Doubles a value by a chain of macros that are not nested. */
function createDoubled(value: string, times: number): string {
  return times === 0 ? value : `[${createDoubled(value, times - 1)}].map(x, x + x)[0]`;
}

/** Those of the comparison of libraries, and what else comes to mind. */
const HOSTILE: readonly string[] = [
  'finding.package.matches("^(a+)+$")',
  'finding.package.matches("(x+x+)+y")',
  'finding.package.matches("(a?){1000}a{1000}")',
  'finding.package.matches("(a{0,1000}){0,1000}")',
  'finding.package.matches(finding.package)',
  'finding.id.all(a, finding.id.all(b, finding.id.all(c, finding.id.all(d, a + b + c + d != ""))))',
  'finding.id.map(x, finding.id.map(y, finding.id.map(z, finding.id))).size() > 0',
  'finding.id.map(x, finding.id.map(y, finding.id)).size() > 0',
  'finding.id.all(x, finding.id.all(y, finding.package + x != finding.package + y))',
  `${'('.repeat(100_000)}true${')'.repeat(100_000)}`,
  `${'('.repeat(2_000)}true${')'.repeat(2_000)}`,
  `${'!'.repeat(20_000)}true`,
  `${'!'.repeat(4_000)}true`,
  `${'-'.repeat(4_000)}1 < 2`,
  `${'['.repeat(1_000)}${']'.repeat(1_000)} == []`,
  `${'1+'.repeat(2_000)}1 > 0`,
  `${createDoubled('"ab"', 40)} == ${createDoubled('"ab"', 40)}`,
  `${createDoubled('["a"]', 40)}.size() > 5`,
  `${createDoubled('finding.id', 30)} == ${createDoubled('finding.id', 30)}`,
  `${createDoubled('finding.package', 20)}.contains(${createDoubled('finding.package', 20)})`,
  `[${createDoubled('[["a"]]', 12)}].map(x, [x, x, x, x])[0] == [${createDoubled('[["a"]]', 12)}]`,
  'finding.severty == "high"',
  'finding.constructor == ""',
  'finding.__proto__ == ""',
  '[].constructor == ""',
  '"a".constructor == ""',
  '[1].exists(__proto__, __proto__ == 1)',
  '[1, 2].map(constructor, constructor)[0] == 1',
  '9223372036854775807 + 1 > 0',
  '1e308 * 10.0 > 0.0',
  '1 / 0 == 1',
  'dyn(1) == 1',
  '"\u0000\u001b[31m" == ""',
  '\u001b[31m',
  '',
  'finding',
];

const TOKENS =
  '( ) [ ] { } . , ? : ! - + * / % && || == != < <= in true null 1 2.5 1u "a" b\'x\' finding finding.id finding.fix finding.cvss x has( size( .exists(x, .map(x, .all(x, .matches(" ") \\ // é 𝒳 \n \u0000'.split(
    ' ',
  );

function createSoup(draw: Draw): string {
  return Array.from({ length: 1 + draw(30) }, () => drawItem(draw, TOKENS)).join(
    draw(2) === 0 ? ' ' : '',
  );
}

/** `slowest`: milliseconds of CPU time for one expression. */
const counts = { rejected: 0, true: 0, false: 0, unknown: 0, steps: 0, slowest: 0 };
let slowest = '';

function run(text: string): void {
  const start = process.threadCpuUsage();
  try {
    const expression = compileCel(text, SUBJECT, 'shop.yaml:1');
    const budget = { left: STEPS };
    const value = evaluate(expression, {
      budget,
      readFact: (name) => FACTS.get(name) ?? new Unknown([{ fact: name, reason: 'missing' }]),
    });
    const isUnknown = value instanceof Unknown;
    assert.ok(isUnknown || (typeof value === 'boolean' && budget.left >= 0), text);
    counts[isUnknown ? 'unknown' : value ? 'true' : 'false'] += 1;
    counts.steps = Math.max(counts.steps, STEPS - Math.max(budget.left, 0));
  } catch (error) {
    const isPolicyError = error instanceof Error && 'code' in error && error.code === 'E_POLICY';
    assert.ok(isPolicyError, `${text}: ${String(error)}`);
    counts.rejected += 1;
  }
  const { user, system } = process.threadCpuUsage(start);
  const time = (user + system) / 1_000;
  if (time > counts.slowest) {
    counts.slowest = time;
    slowest = text.slice(0, 80);
  }
}

HOSTILE.forEach(run);
const draw = createDraw(64);
for (let count = 0; count < 10_000; count += 1) {
  run(count % 2 === 0 ? createSoup(draw) : createCelExpression(draw, 'flag', 2 + draw(5)));
}
process.stdout.write(JSON.stringify({ ...counts, expression: slowest }));
