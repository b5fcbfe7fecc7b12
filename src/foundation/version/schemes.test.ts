import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, test } from 'node:test';
import { createRandom, drawVersion, getVocabulary } from '../../../test/support/random-version.ts';
import { present } from '../core/assert.ts';
import { compareText } from '../core/compare-text.ts';
import type { Scheme } from '../core/scheme.ts';
import { schemes } from './registry.generated.ts';
import { findSchemeByName } from './scheme-by-name.ts';

const TRIPLES = 3_000;
/**
 * CPU time, which other work on the machine does not increase: far above that of a linear parser,
 * far below that of a quadratic one.
 */
const HOSTILE_MICROSECONDS = 3_000_000;
const HOSTILE = [
  '',
  ' ',
  '.',
  '-',
  '~',
  ':',
  '1:',
  '1-',
  '\u0000',
  '1.\u0661',
  '-'.repeat(100_000),
  '1.'.repeat(100_000),
  `1${'-'.repeat(100_000)}!`,
  `1${'.0'.repeat(100_000)}!`,
  `1${'a'.repeat(100_000)}!`,
  `1${'a1'.repeat(100_000)}!`,
  `1a${'1'.repeat(100_000)}!`,
  '9'.repeat(100_000),
];

function parseTriples(scheme: Scheme<unknown>): [string, unknown][][] {
  const vocabulary = present(getVocabulary(scheme.id), `a vocabulary for ${scheme.id}`);
  const random = createRandom(20_260_801);
  const parsed: [string, unknown][] = [];
  while (parsed.length < 3 * TRIPLES) {
    const text = drawVersion(random, vocabulary);
    const version = scheme.parse(text);
    if (version !== undefined) {
      parsed.push([text, version]);
    }
  }
  return Array.from({ length: TRIPLES }, (_, index) => parsed.slice(3 * index, 3 * index + 3));
}

for (const scheme of schemes) {
  describe(`the scheme ${scheme.id}`, () => {
    const triples = parseTriples(scheme);

    test('finds each version equal to itself', () => {
      for (const [text, version] of triples.flat()) {
        assert.equal(scheme.compare(version, scheme.parse(text)), 0, text);
      }
    });

    test('reverses the order if the sides are exchanged', () => {
      for (const [[leftText, left] = [], [rightText, right] = []] of triples) {
        const order = scheme.compare(left, right);
        assert.ok([-1, 0, 1].includes(order));
        assert.equal(scheme.compare(right, left), 0 - order, `${leftText} ${rightText}`);
      }
    });

    test('orders three versions consistently', () => {
      for (const triple of triples) {
        const sorted = triple.toSorted(([, left], [, right]) => scheme.compare(left, right));
        const [[a, first] = [], [b, second] = [], [c, third] = []] = sorted;
        const steps = [scheme.compare(first, second), scheme.compare(second, third)];
        const whole = scheme.compare(first, third);
        assert.equal(whole, Math.min(...steps), `${a} ${b} ${c}`);
      }
    });

    test('handles hostile texts quickly, whether valid or not', () => {
      const start = process.cpuUsage();
      for (const text of HOSTILE) {
        const version = scheme.parse(text);
        if (version !== undefined) {
          assert.equal(scheme.compare(version, version), 0);
        }
      }
      const { user, system } = process.cpuUsage(start);
      assert.ok(user + system < HOSTILE_MICROSECONDS, 'read in linear time');
    });

    test('names a document and command to check it with', () => {
      assert.ok(scheme.title.length > 0 && scheme.spec.length > 0 && scheme.oracle.length > 0);
    });
  });
}

test('the registry contains every file of the directory, sorted, under its own name', async () => {
  const folder = join(import.meta.dirname, 'scheme');
  const ids = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => name.slice(0, -'.ts'.length))
    .toSorted(compareText);
  assert.deepEqual(
    schemes.map((scheme) => scheme.id),
    ids,
  );
  for (const scheme of schemes) {
    const module: Record<string, unknown> = await import(join(folder, `${scheme.id}.ts`));
    const camel = scheme.id.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    assert.equal(module[camel], scheme);
  }
});

test('all schemes have different names', () => {
  const names = schemes.flatMap((scheme) => [scheme.id, ...(scheme.aliases ?? [])]);
  assert.deepEqual(names.toSorted(compareText), [...new Set(names)].toSorted(compareText));
  assert.equal(findSchemeByName('DPKG')?.id, 'deb');
  assert.equal(findSchemeByName('no such scheme'), undefined);
});
