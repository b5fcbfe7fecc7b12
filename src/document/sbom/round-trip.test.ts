import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory, type PackageSeed } from '../../../test/support/inventory.ts';
import { CARRIERS, type Carrier, writeCarrier } from '../../../test/support/written-documents.ts';
import { present } from '../../foundation/core/assert.ts';
import type { Distro } from '../../foundation/core/distro.ts';
import type { Inventory, Relationship } from '../../foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import type { License } from '../../foundation/core/package.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { chooseReader } from '../choose-reader.ts';
import { HASH_DIGITS } from './hash-algorithm.ts';

const CYCLONEDXES = CARRIERS.filter((carrier) => carrier.startsWith('cyclonedx'));
const SPDXES = CARRIERS.filter((carrier) => carrier.startsWith('spdx'));

interface Seed {
  readonly packages: readonly PackageSeed[];
  readonly relationships?: readonly Relationship[];
  readonly distro?: Partial<Distro> & { readonly id: string };
}

/** Writes an inventory, and reads it from the fields of the format, without our own properties. */
function convert(carrier: Carrier, seed: Seed): Inventory {
  const text = writeCarrier(carrier, {
    tool: { name: 'plimsoll', version: '1' },
    inventory: createInventory(seed),
    timestamp: '2026-11-25T00:00:00Z',
    configuration: {},
  });
  const content = Buffer.from(text.startsWith('{') ? dropFromJson(text) : dropFromText(text));
  const { reader } = present(chooseReader(content, DEFAULT_LIMITS), 'a reader');
  const description = { kind: 'sbom', userInput: '', name: '', path: '', origin: 'file' } as const;
  const { inventory } = reader.read(content, { limits: DEFAULT_LIMITS, description });
  assert.deepEqual(inventory.problems, []);
  return inventory;
}

function dropFromJson(text: string): string {
  return JSON.stringify(JSON.parse(text), (name, value: unknown) => {
    const isOurs = (one: unknown): boolean =>
      isRecord(one) && String(one['name']).startsWith('plimsoll:');
    if (name === 'properties' && Array.isArray(value)) {
      return value.filter((one) => !isOurs(one));
    }
    return name === 'annotations' || name === 'extension' ? undefined : value;
  });
}

function dropFromText(text: string): string {
  return text
    .replaceAll(/<property name="plimsoll:[^"]*">[^<]*<\/property>/g, '')
    .replaceAll(/^AnnotationComment: <text>[^]*?<\/text>\n/gm, '');
}

suite('an SBOM that is written and read again by its fields', () => {
  test('has the same hashes, except for those that the format does not have', () => {
    const digests = [...HASH_DIGITS].map(([algorithm, digits]) => ({
      algorithm,
      digits: 'a'.repeat(digits),
    }));
    const streebog = ['streebog256', 'streebog512'];
    const old = [...streebog, 'adler32', 'blake2s256', 'md2', 'md4', 'sha224', 'sha3224'];
    for (const carrier of [...CYCLONEDXES, ...SPDXES]) {
      const missing = chooseMissing(carrier);
      const { packages } = convert(carrier, { packages: [{ name: 'a', type: 'npm', digests }] });
      const read = (packages[0]?.digests ?? []).map(({ algorithm }) => algorithm);
      assert.deepEqual(
        new Set(read),
        new Set([...HASH_DIGITS.keys()].filter((one) => !missing.includes(one))),
        carrier,
      );
    }

    function chooseMissing(carrier: Carrier): readonly string[] {
      if (carrier.startsWith('cyclonedx')) {
        return carrier.endsWith('1.7') ? old.filter((one) => !streebog.includes(one)) : old;
      }
      const of2 = [...HASH_DIGITS.keys()].filter((one) => /^(?:adler|blake|sha3\d{3})/.test(one));
      const of3 = [...streebog, 'blake2s256'];
      if (carrier.endsWith('2.2')) {
        return [...streebog, ...of2.filter((one) => one !== 'sha384')];
      }
      return carrier.endsWith('3.0') ? of3 : [...of3, 'sha3224'];
    }
  });

  test('has the same licenses, with their kind', () => {
    const forms = [
      { value: 'MIT', expression: 'MIT' },
      { value: 'Own terms', expression: '' },
      { value: 'MIT OR Zlib', expression: 'MIT OR Zlib' },
    ];
    for (const carrier of [...CYCLONEDXES, ...SPDXES]) {
      for (const kind of ['declared', 'concluded'] as const) {
        for (const form of forms) {
          const license: License = { ...form, kind, urls: [], locations: [] };
          const packages = [{ name: 'a', type: 'npm', licenses: [license] }];
          const [read] = convert(carrier, { packages }).packages[0]?.licenses ?? [];
          // CycloneDX has acknowledgements since version 1.6.
          const expected = carrier.endsWith('1.4') ? 'declared' : kind;
          assert.deepEqual([read?.value, read?.kind], [form.value, expected], carrier);
        }
      }
    }
  });

  test('has the same relationships between packages', () => {
    const packages = [
      { key: 'a', name: 'a', type: 'npm', purl: 'pkg:npm/a@1.0' },
      { key: 'b', name: 'b', type: 'npm', purl: 'pkg:npm/b@1.0' },
    ];
    const relationships: Relationship[] = [
      { kind: 'dependency-of', from: 'a', to: 'b' },
      { kind: 'owns-package', from: 'b', to: 'a', paths: [] },
    ];
    for (const carrier of CARRIERS.filter((one) => one !== 'json' && one !== 'github-json')) {
      const read = convert(carrier, { packages, relationships });
      const names = new Map(read.packages.map(({ key, name }) => [key, name]));
      const edges = read.relationships.map((edge) => [
        edge.kind,
        names.get(edge.from),
        'to' in edge ? names.get(edge.to) : undefined,
      ]);
      // CycloneDX has no other kind.
      const kinds = carrier.startsWith('cyclonedx') ? relationships.slice(0, 1) : relationships;
      const expected = kinds.map((edge) => [edge.kind, edge.from, 'to' in edge ? edge.to : '']);
      assert.deepEqual(edges.toSorted(), expected.toSorted(), carrier);
    }
  });

  test('has the same packages and the same operating system, whatever their types are', () => {
    const packages = [
      { name: 'a', type: 'npm', purl: 'pkg:npm/a@1.0' },
      { name: 'b', type: 'binary', cpes: ['cpe:2.3:a:b:b:1.0:*:*:*:*:*:*:*'] },
    ];
    const distro = {
      id: 'debian',
      versionId: '12',
      homeUrl: 'https://example.org/home',
      supportUrl: 'https://example.org/support',
      bugReportUrl: 'https://example.org/bugs',
    };
    for (const carrier of [...CYCLONEDXES, ...SPDXES]) {
      const read = convert(carrier, { packages, distro });
      assert.deepEqual(
        read.packages.map(({ name, purl, cpes }) => [name, purl, cpes.map(({ cpe }) => cpe)]),
        [
          ['a', 'pkg:npm/a@1.0', []],
          ['b', '', ['cpe:2.3:a:b:b:1.0:*:*:*:*:*:*:*']],
        ],
        carrier,
      );
      const { id, versionId, homeUrl, supportUrl, bugReportUrl } = read.distro ?? {};
      assert.deepEqual([id, versionId], ['debian', '12'], carrier);
      if (carrier.startsWith('cyclonedx')) {
        const urls = [homeUrl, supportUrl, bugReportUrl];
        assert.deepEqual(urls, [distro.homeUrl, distro.supportUrl, distro.bugReportUrl], carrier);
      }
    }
  });
});
