import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { createTinyElf } from '../../../../test/support/tiny-elf.ts';
import {
  createElfProgram,
  createMachOProgram,
  createPeProgram,
} from '../../ecosystem/graalvm/native-image.fixture.ts';
import { graalvmNativeImage } from './graalvm-native-image.ts';

const DOCUMENT = gzipSync(
  JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    components: [
      { type: 'library', 'bom-ref': 'n', group: 'io.netty', name: 'netty', version: '4.1' },
      {
        type: 'library',
        'bom-ref': 's',
        group: 'org.slf4j',
        name: 'slf4j-api',
        version: '2.0.9',
        purl: 'pkg:maven/org.slf4j/slf4j-api@2.0.9',
      },
    ],
    dependencies: [{ ref: 'n', dependsOn: ['s'] }],
  }),
);

/** The length, the version, then the document. */
function createData(document: Uint8Array, length = document.length): Buffer {
  const head = Buffer.alloc(16);
  head.writeBigUInt64LE(BigInt(length));
  return Buffer.concat([head, document]);
}

const SYMBOLS = { sbom_length: 0, __svm_version_info: 8, sbom: 16 } as const;
const read = (content: Uint8Array) => catalogFiles(graalvmNativeImage, { '/bin/app': content });

suite('graalvm-native-image', () => {
  for (const [format, content] of [
    ['ELF', createElfProgram(createData(DOCUMENT), SYMBOLS)],
    ['Mach-O', createMachOProgram(createData(DOCUMENT), SYMBOLS)],
    ['PE', createPeProgram(createData(DOCUMENT), SYMBOLS)],
  ] as const) {
    test(`reads the components of a native image from ${format}`, () => {
      const { packages, edges, problems } = read(content);
      assert.deepEqual(problems, []);
      assert.deepEqual(
        packages.map(({ version, purl, foundBy }) => [version, purl, foundBy]),
        [
          ['4.1', '', 'graalvm-native-image'],
          ['2.0.9', 'pkg:maven/org.slf4j/slf4j-api@2.0.9', 'graalvm-native-image'],
        ],
      );
      assert.equal(edges.length, 1);
      assert.equal(packages[0]?.locations[0]?.path, '/bin/app');
    });
  }

  test('ignores other programs, and reports a document outside the file or damaged', () => {
    assert.deepEqual(read(createTinyElf({})).problems, []);
    const { sbom, sbom_length } = SYMBOLS;
    assert.deepEqual(
      read(createElfProgram(createData(DOCUMENT), { sbom, sbom_length })).problems,
      [],
    );
    for (const data of [
      createData(DOCUMENT, 1e9),
      createData(Buffer.from('text')),
      createData(DOCUMENT, 0),
    ]) {
      const { packages, problems } = read(createElfProgram(data, SYMBOLS));
      assert.deepEqual([packages, problems], [[], ['P_MALFORMED /bin/app:']]);
    }
  });

  test('tolerates truncated files', () => {
    const contents = [
      createElfProgram(createData(DOCUMENT), SYMBOLS),
      createMachOProgram(createData(DOCUMENT), SYMBOLS),
      createPeProgram(createData(DOCUMENT), SYMBOLS),
    ];
    for (const content of contents) {
      for (let length = 0; length < content.length; length += 5) {
        assert.doesNotThrow(() => read(content.subarray(0, length)));
      }
    }
  });
});
