import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { createGguf, type GgufFixture } from '../../ecosystem/model/gguf.fixture.ts';
import { gguf } from './gguf.ts';

const read = (fixture: GgufFixture) =>
  catalogFiles(gguf, { '/models/some.gguf': createGguf(fixture) }).packages[0];

const readQuantization = (fixture: GgufFixture) => read(fixture)?.metadata?.value['quantization'];
const createWeight = (name: string, type: number) => ({
  name: `${name}.weight`,
  dimensions: [2],
  type,
});

suite('gguf', () => {
  test('reads a model from its header', () => {
    const found = read({
      entries: {
        'general.architecture': { text: 'llama' },
        'general.name': { text: 'Tiny <Llama> & co' },
        'general.version': { text: '1.1' },
        'general.license': { text: 'apache-2.0' },
        'general.file_type': { type: 'u32', number: 15 },
        'llama.rope.freq_base': { type: 'f32', number: 0.1 },
        'x.flag': { type: 'bool', number: 1 },
        'x.low': { type: 'i64', number: -7 },
        'tokenizer.tokens': { list: [{ text: 'a' }, { text: 'bb' }] },
        'x.inner': { list: [{ list: [{ type: 'u8', number: 1 }] }] },
        'llama.feed_forward_length': {
          list: [
            { type: 'u32', number: 1 },
            { type: 'u32', number: 2 },
          ],
        },
      },
      tensors: [
        { name: 'token_embd.weight', dimensions: [64, 32], type: 12 },
        { name: 'blk.0.w', dimensions: [32, 32], type: 0 },
      ],
    });
    assert.deepEqual(
      [found?.name, found?.version, found?.type, found?.purl],
      ['Tiny <Llama> & co', '1.1', 'model', ''],
    );
    assert.equal(found?.licenses[0]?.expression, 'Apache-2.0');
    assert.deepEqual(found?.metadata?.value, {
      ggufVersion: 3,
      architecture: 'llama',
      quantization: 'Q4_K_M',
      parameters: 3072,
      tensorCount: 2,
      header: {
        'general.file_type': 15,
        'llama.feed_forward_length': { type: 4, len: 2, array: [1, 2], startOffset: 454, size: 8 },
        'llama.rope.freq_base': 0.1,
        'tokenizer.tokens': { type: 8, len: 2, startOffset: 342, size: 19 },
        'x.flag': true,
        'x.inner': { type: 9, len: 1, startOffset: 392, size: 13 },
        'x.low': -7,
      },
      metadataHash: found?.metadata?.value['metadataHash'],
    });
  });

  test('computes the same digest of a model as other tools', () => {
    // Recorded from Syft 1.51 for a file with these entries.
    const name = { 'general.name': { text: 'Old' } };
    assert.equal(
      read({ version: 2, entries: name })?.metadata?.value['metadataHash'],
      '56586907ff8bc830',
    );
    const named = { 'general.architecture': { text: 'qwen2' } };
    assert.equal(read({ entries: named })?.metadata?.value['metadataHash'], 'adba63187a8aa857');
  });

  test('derives the quantization from the majority of tensors', () => {
    const cases: readonly (readonly [string, readonly number[]])[] = [
      ['Q4_K_S', [12, 12, 14]],
      ['Q4_K_M', [12, 12, 12, 14, 14]],
      ['Q5_K_M', [13, 13, 13, 14, 14]],
      ['Q3_K_L', [11, 8]],
      ['F16', [0, 0, 1]],
      ['F32', [0]],
      ['IQ2_M', [22]],
      ['Unknown', [27]],
    ];
    for (const [expected, types] of cases) {
      const tensors = types.map((type, at) => createWeight(`blk.${at}`, type));
      assert.equal(readQuantization({ tensors }), expected);
    }
    const entries = { 'general.file_type': { type: 'u32', number: 15 } } as const;
    assert.equal(readQuantization({ entries, tensors: [createWeight('token_embd', 8)] }), 'Q4_K_L');
    assert.equal(readQuantization({}), 'Unknown');
  });

  test('names an unnamed model after its file, without an architecture', () => {
    const found = read({ version: 1, tensors: [createWeight('x', 0)] });
    assert.deepEqual([found?.name, found?.version], ['some', '']);
    assert.equal(found?.metadata?.value['architecture'], undefined);
    const picture = read({
      entries: { 'general.architecture': { text: 'flux' } },
      tensors: [createWeight('double_blocks.0', 1)],
    });
    assert.equal(picture?.metadata?.value['architecture'], 'diffusion');
  });

  test('reports files that are truncated, damaged or not a model', () => {
    const whole = createGguf({
      entries: { 'x.list': { list: [{ text: 'a' }] }, 'general.name': { text: 'Model' } },
      tensors: [createWeight('a', 0)],
    });
    for (let length = 0; length < whole.length; length++) {
      const { packages, problems } = catalogFiles(gguf, { '/a.gguf': whole.subarray(0, length) });
      assert.deepEqual([packages, problems], [[], ['P_MALFORMED /a.gguf:']]);
    }
    for (let at = 8; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = 0xff;
      assert.doesNotThrow(() => catalogFiles(gguf, { '/a.gguf': damaged }));
    }
    const limits = { ...DEFAULT_LIMITS, recordsMax: 1 };
    const { problems } = catalogFiles(gguf, { '/a.gguf': whole }, { limits });
    assert.deepEqual(problems, ['P_MALFORMED /a.gguf:']);
  });
});
