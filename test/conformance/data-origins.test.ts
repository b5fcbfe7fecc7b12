import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import type { Package } from '../../src/foundation/core/package.ts';
import { guessCpes } from '../../src/foundation/identity/cpe-candidates.ts';
import {
  PROVEN_CORRECTIONS,
  type ProvenCorrection,
} from '../../src/foundation/identity/cpe-corrections.data.ts';
import { getPackedDictionary } from '../../src/foundation/identity/cpe-dictionary.data.ts';
import { findKnownGroup } from '../../src/foundation/identity/java/group-id.ts';
import {
  listProvenGroups,
  listUnprovenGroups,
} from '../../src/foundation/identity/java/known-groups.data.ts';
import { readArchiveText } from './archive-text.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

const material = findSharedMaterial();
const skip = material === undefined ? SKIP_REASON : false;

/**
 * Artifacts that advisories assign to another group than the table does, with the reason why the
 * table is right. Each must occur in the advisories.
 */
const OTHER_GROUPS: Readonly<Record<string, string>> = {
  'bouncycastle:bcprov-jdk14': 'releases before 2008; later ones are in org.bouncycastle',
  'bouncycastle:bcprov-jdk15': 'releases before 2008; later ones are in org.bouncycastle',
  'bouncycastle:bcprov-jdk16': 'releases before 2008; later ones are in org.bouncycastle',
  'com.sap.cloud.security:spring-security': 'built with Maven, whose metadata come first',
  'org.apache.tomcat:tomcat-embed-core': 'a slip: the POM and other advisories say tomcat.embed',
  'org.jenkins-ci.plugins:groovy': 'a plug-in of Jenkins, which names its group',
};

describe('groups of Java artifacts', { skip }, () => {
  const names = new Set(material === undefined ? [] : readMavenNames(material));

  test('an entry proven by an advisory is in an advisory', () => {
    assert.ok(names.size > 2_000, `${names.size} names`);
    const proven = listProvenGroups().filter(({ proof }) => proof === 'advisory');
    assert.ok(proven.length > 30);
    for (const { group, artifacts, families } of proven) {
      for (const artifact of split(artifacts)) {
        assert.ok(names.has(`${group}:${artifact}`), `${group}:${artifact}`);
      }
      for (const family of split(families)) {
        const members = [...names].filter((name) => name.startsWith(`${group}:${family}`));
        assert.ok(
          members.some((name) => /^(?:$|[-._])/.test(name.slice(`${group}:${family}`.length))),
          `${group}:${family}`,
        );
      }
    }
  });

  test('an entry without a proof is in no advisory', () => {
    for (const { group, artifacts } of listUnprovenGroups()) {
      for (const artifact of split(artifacts)) {
        assert.ok(!names.has(`${group}:${artifact}`), `${group}:${artifact}`);
      }
    }
  });

  test('no advisory names an artifact in another group, except for listed ones', () => {
    const others = [...names].filter((name) => {
      const [group = '', artifact = ''] = name.split(':');
      return ![group, undefined].includes(findKnownGroup(artifact));
    });
    assert.deepEqual(others.toSorted(), Object.keys(OTHER_GROUPS).toSorted());
  });
});

describe('corrections of CPEs', { skip }, () => {
  const advisories = join(material ?? '', 'advisories');
  const overrides = skip ? '' : readArchiveText(join(advisories, 'raw/nvd-overrides.tar.zst'));
  const rows = Object.entries(PROVEN_CORRECTIONS).flatMap(([type, byName]) =>
    Object.entries(byName).map(([name, row]) => ({ type, name, row })),
  );

  test('values added by a proven row are in the CPEs of a CVE or in the dictionary', () => {
    const known = new Set([
      ...listVendorProducts(overrides),
      ...listVendorProducts(readArchiveText(join(advisories, 'bulk/cve-vulnrichment.tar.zst'))),
      ...listVendorProducts(readDictionary()),
    ]);
    assert.ok(known.size > 10_000, `${known.size} products`);
    let count = 0;
    for (const { type, name, row } of rows) {
      const used = listCandidatePairs(type, name).filter((pair) => known.has(pair));
      for (const [value, isIn] of listAddedValues(row)) {
        count += 1;
        assert.ok(used.some(isIn), `${type} ${name}: ${value}`);
      }
    }
    assert.ok(count > 60, `${count} values`);
  });

  test('values removed by a proven row are another product with a CVE', () => {
    const dropping = rows.filter(({ row }) => row.dropProducts ?? row.dropVendors);
    assert.ok(dropping.length > 8);
    for (const { type, name, row } of dropping) {
      const start = overrides.indexOf(`"cve_id": "${row.cve}"`);
      assert.ok(row.cve !== undefined && start > 0, `${type} ${name} names a CVE`);
      const end = overrides.indexOf('"_annotation"', start);
      const ofCve = listVendorProducts(overrides.slice(start, end));
      const dropped = [...ofCve].filter((pair) => {
        const [vendor = '', product = ''] = pair.split(':');
        return (
          (row.dropVendors?.includes(vendor) === true && product === name) ||
          row.dropProducts?.includes(product) === true
        );
      });
      assert.ok(dropped.length > 0, `${type} ${name}: ${[...ofCve].join(' ')}`);
      const candidates = guessPairs([createExample(type, name)]);
      assert.deepEqual(
        candidates.filter((pair) => dropped.includes(pair)),
        [],
      );
    }
  });
});

/** Yields each added value, with a test whether a `vendor:product` has it. */
function* listAddedValues(
  row: ProvenCorrection,
): Generator<readonly [value: string, isIn: (pair: string) => boolean]> {
  for (const vendor of row.addVendors ?? []) {
    yield [vendor, (pair) => pair.startsWith(`${vendor}:`)];
  }
  for (const product of row.addProducts ?? []) {
    yield [product, (pair) => pair.endsWith(`:${product}`)];
  }
}

/** Returns `vendor:product` of all CPEs of applications and systems in a text. */
function listVendorProducts(text: string): Set<string> {
  const pairs = text.matchAll(/cpe:2\.3:[aho]:([^:"\s]+:(?:\\\\?:|[^:"\s])+):/g);
  return new Set([...pairs].map(([, pair = '']) => pair.toLowerCase()));
}

function readDictionary(): string {
  return Object.values(getPackedDictionary())
    .map((packed) => brotliDecompressSync(Buffer.from(packed().join(''), 'base64')).toString())
    .join('\n');
}

/**
 * Returns the candidates of a package, and those of its Alpine name if Alpine prefixes its
 * ecosystem.
 */
function listCandidatePairs(type: string, name: string): string[] {
  const alpine = { gem: 'ruby-', python: 'py3-' };
  const prefix = Object.entries(alpine).find(([each]) => each === type)?.[1];
  const packages = [
    createExample(type, name),
    ...(prefix === undefined ? [] : [createExample('apk', `${prefix}${name}`)]),
  ];
  return guessPairs(packages);
}

function guessPairs(packages: readonly Package[]): string[] {
  const cpes = packages.flatMap((each) => guessCpes(each).map(({ cpe }) => cpe));
  return [...listVendorProducts(cpes.join('\n'))];
}

function createExample(type: string, name: string): Package {
  return {
    name,
    version: '1.2.3',
    type,
    language: '',
    purl: '',
    foundBy: 'example',
    rule: 'an example',
    confidence: 1,
    locations: [],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
  };
}

function split(names = ''): readonly string[] {
  return names.split(/\s+/).filter(Boolean);
}

/** Lists `group:artifact` of all Maven packages that GitHub's advisories name. */
function readMavenNames(folder: string): string[] {
  const advisories = join(folder, 'advisories');
  return ['raw/ghsa.tar.zst', 'bulk/ghsa.tar.zst'].flatMap((file) =>
    [
      ...readArchiveText(join(advisories, file)).matchAll(
        /"package":\s*\{\s*"ecosystem":\s*"Maven",\s*"name":\s*"([^":]+:[^":]+)"/g,
      ),
    ].map(([, name = '']) => name),
  );
}
