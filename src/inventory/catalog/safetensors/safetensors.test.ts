import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { safetensors } from './safetensors.ts';

function packHeader(header: object): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(16)]);
}

const createTensor = (dtype: string, shape: readonly number[]) => ({
  dtype,
  shape,
  data_offsets: [0, 4],
});
const SETTINGS = JSON.stringify({ architectures: ['LlamaForCausalLM'] });

suite('safetensors', () => {
  test('treats files of a directory as one model, named by the files beside them', () => {
    const { packages, problems } = catalogFiles(safetensors, {
      '/m/single/model.safetensors': packHeader({
        __metadata__: { format: 'pt', b: '<x>' },
        w: createTensor('BF16', [4, 8]),
        b: createTensor('F32', [8]),
        s: createTensor('F32', []),
      }),
      '/m/single/config.json': JSON.stringify({
        architectures: ['BertModel'],
        _name_or_path: 'org/bert-base',
      }),
      '/m/single/README.md': '---\nlicense: mit\nbase_model:\n- google/bert\n---\n# x\n',
    });
    assert.deepEqual(problems, []);
    const [found] = packages;
    assert.deepEqual([found?.name, found?.version, found?.purl], ['bert-base', '', '']);
    assert.equal(found?.licenses[0]?.expression, 'MIT');
    assert.deepEqual(
      found?.locations.map(({ path, evidence }) => [path, evidence]),
      [
        ['/m/single/model.safetensors', 'primary'],
        ['/m/single/README.md', 'supporting'],
        ['/m/single/config.json', 'supporting'],
      ],
    );
    assert.deepEqual(found?.metadata?.value, {
      architecture: 'BertModel',
      format: 'safetensors',
      quantization: 'BF16',
      parameters: 41,
      tensorCount: 3,
      userMetadata: [
        { key: 'b', value: '<x>' },
        { key: 'format', value: 'pt' },
      ],
      // Recorded from Syft 1.51 for a file with this header.
      metadataHash: '19553b7cb5e847c7',
      shardCount: 1,
    });
  });

  test('merges parts, with the settings of the nearest parent directory', () => {
    const { packages } = catalogFiles(safetensors, {
      '/m/big/1.safetensors': packHeader({
        __metadata__: { format: 'pt' },
        w1: createTensor('F16', [10, 10]),
      }),
      '/m/big/2.safetensors': packHeader({
        __metadata__: { format: 'pt' },
        w2: createTensor('F16', [10, 10]),
      }),
      '/m/config.json': SETTINGS,
      '/config.json': JSON.stringify({ architectures: ['Other'] }),
    });
    assert.equal(packages.length, 1);
    const { value } = packages[0]?.metadata ?? {};
    assert.equal(packages[0]?.name, 'big');
    assert.deepEqual(
      ['architecture', 'parameters', 'shardCount', 'metadataHash'].map((name) => value?.[name]),
      ['LlamaForCausalLM', 200, 2, 'd3c367b268c14ac8'],
    );
    assert.match(JSON.stringify(value?.['parts']), /00b0f7ab7669e076.*2c6c91bc394da1e2/);
  });

  test('ignores files of other programs with the same names', () => {
    const { packages, problems } = catalogFiles(safetensors, {
      '/app/config.json': '{"port": 80}',
      '/app/README.md': '# An application',
      '/app/lib/config.json': '{"architectures": ',
      '/app/lib/README.md': '---\n- : {\n---\n',
      '/model.safetensors': packHeader({ w: createTensor('fp8', [1]) }),
    });
    assert.deepEqual([packages, problems], [[], []]);
  });

  test('reports damaged headers', () => {
    const whole = packHeader({ w: createTensor('F16', [1]) });
    const huge = Buffer.from(whole);
    huge.writeBigUInt64LE(2n ** 63n);
    for (const content of [whole.subarray(0, 7), whole.subarray(0, 20), huge, Buffer.alloc(8)]) {
      const { packages, problems } = catalogFiles(safetensors, { '/m/a.safetensors': content });
      assert.deepEqual([packages, problems], [[], ['P_MALFORMED /m/a.safetensors:']]);
    }
  });
});
