import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Budget } from '../../foundation/core/budget.ts';
import { toBytes } from '../../foundation/core/bytes.ts';
import { UserError } from '../../foundation/core/error.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { createContentExtractor } from './content-extractor.ts';
import { loadPolicies } from './load-policies.ts';

interface Found {
  readonly lines: readonly number[];
  readonly count: number;
}

function search(content: string | Buffer, pattern: string): { found: Found; problems: number } {
  const searches = [{ id: 's', digest: 'd', paths: ['/x'], pattern }];
  const bytes = Buffer.from(content);
  const { fact = [], problems = [] } = createContentExtractor(searches).extract({
    path: '/x',
    role: 'd',
    sizeBytes: bytes.length,
    mode: 0o644,
    content: toBytes(bytes),
    limits: DEFAULT_LIMITS,
    budget: new Budget(DEFAULT_LIMITS),
  });
  const [found] = fact;
  assert.ok(found);
  return { found: { lines: found.lines, count: found.count }, problems: problems.length };
}

suite('a search for a pattern', () => {
  test('counts lines, and never keeps their text', () => {
    const { found, problems } = search('a\nTOKEN=secret\r\nb\nTOKEN=x', '^TOKEN=.*[tx]$');
    assert.deepEqual(found, { lines: [2, 4], count: 2 });
    assert.equal(problems, 0);
    assert.deepEqual(search('a', 'b').found, { lines: [], count: 0 });
    assert.deepEqual(search('', '^$').found, { lines: [], count: 0 });
  });

  test('finds lines that cross the pieces of a long file', () => {
    const filler = `${'x'.repeat(1_023)}\n`.repeat(255);
    const { found } = search(`${filler}${'y'.repeat(1_000)}needle\n${filler}needle`, 'needle$');
    assert.deepEqual(found, { lines: [256, 512], count: 2 });
  });

  test('keeps the first of many lines', () => {
    const { found } = search('a\n'.repeat(1_000), 'a');
    assert.equal(found.count, 1_000);
    assert.equal(found.lines.length, 20);
  });

  test('reports a line that is too long to search', () => {
    const long = `${'x'.repeat(400_000)}needle\nneedle\n`;
    const { found, problems } = search(long, 'needle');
    assert.deepEqual(found, { lines: [2], count: 1 });
    assert.equal(problems, 1);
  });

  test('reads UTF-16, which would hide a text from a pattern', () => {
    const text = '\ufeffa\nneedle\n';
    assert.deepEqual(search(Buffer.from(text, 'utf16le'), 'needle').found.lines, [2]);
    assert.deepEqual(search(Buffer.from(text, 'utf16le').swap16(), 'needle').found.lines, [2]);
  });

  test('takes linear time for a hostile pattern', () => {
    const before = process.cpuUsage();
    search(`${'a'.repeat(50_000)}!\n`, '^(a+)+$');
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 5_000_000, `${(user + system) / 1_000} ms`);
  });
});

function load(text: string): void {
  loadPolicies([{ name: 'p.yaml', bytes: Buffer.from(`policy: p\n${text}`) }]);
}

suite('the searches of a policy', () => {
  test('are rejected with another path, pattern or name', () => {
    const rule = 'rules: [{ id: r, for: content, when: { search: a }, then: fail }]';
    load(`content: [{ id: a, path: [/etc/*.conf, "**/x"], pattern: y }]\n${rule}`);
    for (const [text, message] of [
      [`content: [{ id: a, path: etc/x, pattern: y }]\n${rule}`, /"etc\/x" is not a path/],
      [`content: [{ id: a, path: /etc/**/x, pattern: y }]\n${rule}`, /is not a path/],
      [`content: [{ id: a, path: /etc/../x, pattern: y }]\n${rule}`, /is not a path/],
      [`content: [{ id: a, path: /, pattern: y }]\n${rule}`, /is not a path/],
      [`content: [{ id: a, path: /x, pattern: "(" }]\n${rule}`, /not valid in RE2/],
      [`content: [{ id: a, path: /x, pattern: '(?=a)' }]\n${rule}`, /not valid in RE2/],
      [`content: [{ id: a, pattern: y }]\n${rule}`, /needs "path"/],
      [`content: [{ id: b, path: /x, pattern: y }]\n${rule}`, /unknown search "a"/],
      [
        `content: [{ id: a, path: /x, pattern: y }, { id: a, path: /x, pattern: z }]`,
        /two searches "a"/,
      ],
    ] as const) {
      assert.throws(
        () => load(text),
        (error: unknown) => error instanceof UserError && message.test(error.message),
        text,
      );
    }
  });
});
