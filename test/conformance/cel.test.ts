import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { suite, test } from 'node:test';
import { compileCel } from '../../src/compliance/policy/expression/compile-cel.ts';
import { evaluate } from '../../src/compliance/policy/expression/evaluate.ts';
import { type Expression, Unknown } from '../../src/compliance/policy/expression/expression.ts';
import type { FactData } from '../../src/compliance/policy/fact.ts';
import { CEL_FACTS, createCelExpression } from '../support/random-cel.ts';
import { createDraw, drawItem } from '../support/random-draw.ts';
import { loadCelOracle } from './cel-oracle.ts';

interface Difference {
  /** Pattern of the names of cases. */
  readonly cases?: string;
  /** Pattern of random expressions. */
  readonly expressions?: string;
  readonly own: string;
  readonly reason: string;
}

const DIFFERENCES = JSON.parse(
  readFileSync(join(import.meta.dirname, 'cel-differences.json'), 'utf8'),
) as readonly Difference[];
const used = new Set<Difference>();

/** Whether a difference is listed for a case or an expression. */
function isListed(kind: 'cases' | 'expressions', text: string, own: string): boolean {
  const found = DIFFERENCES.find((one) => {
    const pattern = one[kind];
    return one.own === own && pattern !== undefined && new RegExp(pattern).test(text);
  });
  if (found !== undefined) {
    used.add(found);
  }
  return found !== undefined;
}

const oracle = await loadCelOracle();
const skip =
  oracle === undefined && process.env['CI'] !== 'true' && '@bufbuild/cel is not installed';
const SUBJECT = { id: 'finding', facts: CEL_FACTS };

/** Compiles an expression; `undefined` if it is rejected. */
function compile(text: string): Expression | undefined {
  try {
    return compileCel(text, SUBJECT, 'case');
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && error.code === 'E_POLICY', text);
    return undefined;
  }
}

function run(expression: Expression, facts: ReadonlyMap<string, FactData>): boolean | 'unknown' {
  const value = evaluate(expression, {
    readFact: (name) => facts.get(name) ?? new Unknown([{ fact: name, reason: 'it is missing' }]),
    budget: { left: 100_000 },
  });
  return value instanceof Unknown ? 'unknown' : value === true;
}

/** Writes a value as an expression; `undefined` for types that policies do not have. */
function formatLiteral(value: Readonly<Record<string, unknown>>): string | undefined {
  const [[kind, data] = ['', undefined]] = Object.entries(value);
  switch (kind) {
    case 'boolValue':
    case 'int64Value':
      return String(data);
    case 'doubleValue':
      return Number.isInteger(data) ? `${Number(data)}.0` : String(Number(data));
    case 'stringValue':
      return JSON.stringify(data);
    case 'listValue': {
      const { values = [] } = data as { readonly values?: readonly Record<string, unknown>[] };
      const parts = values.map(formatLiteral);
      return parts.includes(undefined) ? undefined : `[${parts.join(', ')}]`;
    }
    default:
      return undefined;
  }
}

suite('expressions of policies', { skip }, () => {
  test('are compared with a second implementation, which CI always has', () => {
    assert.ok(oracle !== undefined, '@bufbuild/cel or @bufbuild/cel-spec is not installed');
  });

  test('agree with the conformance cases of cel-spec', () => {
    const results = { equal: 0, unknown: 0, rejected: 0 };
    const wrong: string[] = [];
    for (const { name, text, value, isError, needsMore } of oracle?.cases ?? []) {
      const literal = formatLiteral(value);
      const isFlag = 'boolValue' in value;
      if (needsMore || (!isError && literal === undefined)) {
        continue;
      }
      const forms = isError ? [text, `(${text}) == (${text})`] : [`(${text}) == ${literal}`];
      const [compiled] = (isFlag && !isError ? [text] : forms).flatMap(
        (form) => compile(form) ?? [],
      );
      const expected = isError ? 'unknown' : isFlag ? value['boolValue'] : true;
      const own = compiled === undefined ? 'rejected' : String(run(compiled, new Map()));
      const isListedCase = isListed('cases', name, own);
      if (own === 'rejected') {
        results.rejected += 1;
      } else if (own === String(expected)) {
        results[isError ? 'unknown' : 'equal'] += 1;
      } else if (!isListedCase) {
        wrong.push(`${name}: ${text} is ${own}, not ${String(expected)}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(results.equal >= 370 && results.unknown >= 15, JSON.stringify(results));
  });

  test('agree with a second implementation: 10,000 random ones, with missing facts', () => {
    const draw = createDraw(2_611);
    const results = { true: 0, false: 0, unknown: 0 };
    const wrong: string[] = [];
    let rejected = 0;
    for (let count = 0; count < 10_000; count += 1) {
      const text = createCelExpression(draw, 'flag', 4);
      const compiled = compile(text);
      if (compiled === undefined) {
        rejected += 1;
        continue;
      }
      const facts = new Map(
        CEL_FACTS.flatMap(({ name, values }): [string, FactData][] =>
          draw(4) === 0 ? [] : [[name, drawItem<FactData>(draw, values)]],
        ),
      );
      const own = run(compiled, facts);
      results[String(own) as 'true'] += 1;
      const members = [...facts].map(([name, value]) => [name.replaceAll('-', '_'), value]);
      const finding: unknown = Object.fromEntries(members);
      const other = oracle?.evaluate(text, { finding });
      const isSame = other === 'error' ? own === 'unknown' : own === other;
      if (!isSame && !isListed('expressions', text, String(own))) {
        wrong.push(`${text} with ${JSON.stringify(finding)} is ${own}, not ${other}`);
      }
    }
    assert.deepEqual(wrong.slice(0, 5), []);
    assert.ok(rejected < 2_000, `${rejected} were rejected`);
    assert.ok(Math.min(...Object.values(results)) > 500, JSON.stringify(results));
  });

  test('differ only as listed, and every listed difference occurs', () => {
    const unused = DIFFERENCES.filter((one) => !used.has(one)).map(({ reason }) => reason);
    assert.deepEqual(unused, []);
  });
});
