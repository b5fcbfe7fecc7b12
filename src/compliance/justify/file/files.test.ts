import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Justification } from '../../../foundation/core/justification.ts';
import { createFacts, digestEvidence } from '../facts.ts';
import { parsePlainEntries } from './parse-plain.ts';
import { readJustifications } from './read-entries.ts';
import { openForSignatures } from './sign-entry.ts';
import { formatEntries } from './write-entries.ts';

function createEntry(index: number, more: Partial<Justification> = {}): Justification {
  const entry = {
    id: index.toString(16).padStart(16, '0'),
    kind: 'finding' as const,
    change: 'finding',
    subject: `CVE-2026-${index} in libssl3 3.0.11-1~deb12u2 (deb)`,
    severity: 'high' as const,
    requiredBy: 'every open finding',
    evidence: createFacts({
      version: '3.0.11-1~deb12u2',
      severity: 'high',
      content: `sha256:${'a'.repeat(64)}`,
    }),
    digest: '',
    reason: '',
    by: '',
    until: '',
    covers: [],
    source: '',
    ...more,
  };
  return { ...entry, digest: digestEvidence(entry) };
}

function read(text: string): readonly Justification[] {
  return readJustifications([{ path: 'j.yaml', bytes: Buffer.from(text) }]);
}

const SIGNED = { reason: 'not used', by: 'ops@example.org', until: '2027-01-31' };

suite('files of justifications', () => {
  test('are read as they were written, whatever the texts contain', () => {
    const hostile = [
      'plain',
      ' spaces ',
      'a: b',
      'a #b',
      '# c',
      '- d',
      '"e"',
      "'f",
      '{ g }',
      '[h]',
      '&i',
      '*j',
      '!k',
      '|',
      '>',
      '%l',
      '@m',
      '`n',
      'true',
      '1.10',
      '~',
      'null',
      '2026-01-01',
      'line\nbreak',
      'tab\there',
      '\u001b[31m',
      '\u202e',
      'é',
      '\u{1f600}',
      '::warning::x',
      '##vso[task]',
      '<script>',
      '=1+1',
      'a, b',
      'a}',
      '...',
      '---',
      'x:',
      'a\\b',
      '\u2028',
      '',
    ];
    const entries = hostile.map((text, index) =>
      createEntry(index, {
        subject: `s ${text}`,
        evidence: createFacts({ fact: text, other: 'x' }),
        covers: [{ id: 'f'.repeat(16), subject: text, evidence: createFacts({ severity: text }) }],
        ...(text.trim() === '' ? {} : { proposed: text.trim() }),
      }),
    );
    const text = formatEntries(entries);
    assert.doesNotMatch(text, /[\u001b\u202e\u2028]/);
    assert.notEqual(parsePlainEntries(text), undefined);
    const expected = entries.map((entry) => ({ ...entry, subject: entry.subject.trim() }));
    const strip = (list: readonly Justification[]): unknown =>
      list.map(({ source: _, ...entry }) => entry);
    assert.deepEqual(strip(read(text)), strip(expected));
    // A space before a comment makes it another form, which the YAML library reads.
    assert.deepEqual(strip(read(`---\n${text}`)), strip(expected));
  });

  test('of 500 entries are read in 100 ms', () => {
    const entries = Array.from({ length: 500 }, (_, index) => createEntry(index, SIGNED));
    const text = formatEntries(entries);
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now();
      assert.equal(read(text).length, 500);
      return performance.now() - start;
    });
    assert.ok(Math.min(...times) < 100, `${Math.min(...times)} ms`);
  });

  test('keep their comments and other entries when one is signed', () => {
    const plain = formatEntries([createEntry(1), createEntry(2)]);
    const text = plain
      .replace('- id: "0000000000000002"', '# ask Jo first\n- id: "0000000000000002" # both')
      .replace('  until: ""\n', '  until:   # end of the quarter\n');
    const signed = openForSignatures(text, 'j.yaml').sign('0000000000000001', {
      ...SIGNED,
      reason: 'it: "quoted" # not a comment',
    });
    const [first, second] = read(signed);
    assert.equal(first?.reason, 'it: "quoted" # not a comment');
    assert.equal(first.until, '2027-01-31');
    assert.equal(second?.reason, '');
    assert.match(signed, /# ask Jo first\n- id: "0000000000000002" # both/);
    assert.match(signed, /until: +"2027-01-31" +# end of the quarter/);
  });

  test('with mistakes are rejected with file, line and a hint', () => {
    const plain = formatEntries([createEntry(1, SIGNED)]);
    const cases: readonly (readonly [change: (text: string) => string, message: RegExp])[] = [
      [
        (text) => text.replace(/^ {2}by: .*/m, '  by: ""'),
        /^j\.yaml:4: a reason without an author$/,
      ],
      [(text) => text.replace(/until: .*/, 'until: ""'), /a reason without an end/],
      [(text) => text.replace(/until: .*/, 'until: 2027-02-30'), /"2027-02-30" is not a date/],
      [(text) => text.replace(/^ {2}by: .*/m, '  by: plimsoll 1'), /a program cannot sign/],
      [(text) => text.replace('reason:', 'reson:'), /unknown key "reson"/],
      [(text) => text.replace('severity: high,', 'severity: low,'), /it was edited/],
      [(text) => text.replace(/"0{15}1"/, 'x'), /invalid id "x"/],
      [(text) => text.replace('change: finding', 'change: vulnerability'), /unknown change/],
      [(text) => text + text.slice(text.indexOf('- id')), /is also in j\.yaml:4/],
      [
        (text) => text.replace(/reason: .*/, 'reason: &a x').replace(/^ {2}by: .*/m, '  by: *a'),
        /aliases/,
      ],
      [(text) => text.replace(/reason: .*/, 'reason: "\\u001b[2J"'), /control or invisible/],
      [(text) => text.replace(/reason: .*/, 'reason: [x]'), /"reason" must be a text|map/],
      [(text) => text.replace(/reason: .*/, 'reason: !x y'), /tag/i],
      [(text) => text.replace('  reason', '  by: b\n  reason'), /unique/],
      [() => 'a: b', /is a list of entries/],
      [() => `- ${'['.repeat(5_000)}`, /nested too deeply/],
      [() => '- x', /an entry is a map/],
    ];
    for (const [change, message] of cases) {
      assert.throws(
        () => read(change(plain)),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, 'E_JUSTIFICATION');
          assert.match(error.message, message);
          return true;
        },
      );
    }
  });

  test('may have the same id twice while only one of them is signed', () => {
    const files = [createEntry(1, SIGNED), createEntry(1)].map((entry, index) => ({
      path: `${index}.yaml`,
      bytes: Buffer.from(formatEntries([entry])),
    }));
    assert.equal(readJustifications(files).length, 2);
    const twice = [files[0], { ...files[0], path: '2.yaml' }] as typeof files;
    assert.throws(() => readJustifications(twice), /2\.yaml:4: the id .* is also in 0\.yaml:4/);
  });
});
