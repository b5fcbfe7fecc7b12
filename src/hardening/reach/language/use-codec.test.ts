import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  JAVASCRIPT_CODEC,
  PERL_CODEC,
  PHP_CODEC,
  PYTHON_CODEC,
  RUBY_CODEC,
  STARTED_CODEC,
  type UseCodec,
} from './use-codec.ts';

function testRoundTrip<Kind extends string>(name: string, codec: UseCodec<Kind>): void {
  test(`${name} restores uses of every kind`, () => {
    const uses = codec.kinds.map((kind, index) => ({ kind, line: index + 1, text: `a ${kind}` }));
    assert.deepEqual(codec.decode(codec.encode(uses)), uses);
  });
}

suite('use codec', () => {
  testRoundTrip('JAVASCRIPT_CODEC', JAVASCRIPT_CODEC);
  testRoundTrip('PERL_CODEC', PERL_CODEC);
  testRoundTrip('PHP_CODEC', PHP_CODEC);
  testRoundTrip('PYTHON_CODEC', PYTHON_CODEC);
  testRoundTrip('RUBY_CODEC', RUBY_CODEC);
  testRoundTrip('STARTED_CODEC', STARTED_CODEC);

  test('stores one letter for a kind', () => {
    const uses = [
      { kind: 'conditional-import', line: 3, text: 'a.b:c' },
      { kind: 'computed', line: 12, text: '?' },
    ] as const;
    assert.equal(PYTHON_CODEC.encode(uses), 'i3 a.b:c\nv12 ?');
  });

  test('encodes no use as an empty string', () => {
    assert.equal(RUBY_CODEC.encode([]), '');
    assert.deepEqual(RUBY_CODEC.decode(''), []);
  });

  test('rejects an unknown letter', () => {
    assert.throws(() => STARTED_CODEC.decode('z1 ls'), /a letter of the codec/);
  });
});
