import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import type { Package } from '../../src/core/package.ts';
import { guessCpes } from '../../src/identity/cpe-candidates.ts';
import { SKIP_REASON, sharedMaterial } from './shared-material.ts';

/** What is read of one package in Syft's format. */
interface RecordedPackage {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly cpes: readonly { readonly cpe: string; readonly source: string }[];
  readonly metadataType?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Types of which every list must be the recorded one, in its order. */
const EXACT_TYPES = [
  'apk',
  'deb',
  'dotnet',
  'gem',
  'npm',
  'php-composer',
  'python',
  'rpm',
  'rust-crate',
];
/** A version that the recording tool puts in place of none, after it has made its lists. */
const PLACEHOLDER_VERSION = 'UNKNOWN';

const material = sharedMaterial();

function* recordedPackages(folder: string): Generator<RecordedPackage> {
  for (const file of readdirSync(folder)) {
    if (file.endsWith('.syft.json.zst')) {
      const text = zstdDecompressSync(readFileSync(join(folder, file))).toString('utf8');
      const document: { readonly artifacts: readonly RecordedPackage[] } = JSON.parse(text);
      yield* document.artifacts;
    }
  }
}

function packageOf(recorded: RecordedPackage): Package {
  return {
    name: recorded.name,
    version: recorded.version === PLACEHOLDER_VERSION ? '' : recorded.version,
    type: recorded.type,
    language: '',
    purl: '',
    foundBy: 'recorded',
    rule: 'a recorded package',
    confidence: 1,
    locations: [],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    metadata: { kind: recorded.metadataType ?? '', value: recorded.metadata ?? {} },
  };
}

const skip = material === undefined ? SKIP_REASON : false;

describe('recorded CPE lists', { skip }, () => {
  for (const type of EXACT_TYPES) {
    test(`the guesses for ${type} packages are the recorded ones, in their order`, () => {
      let count = 0;
      for (const folder of ['expected', 'expected-all-layers']) {
        for (const recorded of recordedPackages(join(material ?? '', 'corpus', folder))) {
          const isGuessed = recorded.cpes.every((cpe) => cpe.source === 'syft-generated');
          if (recorded.type === type && isGuessed) {
            count += 1;
            assert.deepEqual(
              guessCpes(packageOf(recorded)).map((cpe) => cpe.cpe),
              recorded.cpes.map((cpe) => cpe.cpe),
              recorded.name,
            );
          }
        }
      }
      assert.ok(count > 0, 'there are packages of that type');
    });
  }

  test('what the dictionary knows is what was recorded as its word', () => {
    let count = 0;
    for (const folder of ['expected', 'expected-all-layers']) {
      for (const recorded of recordedPackages(join(material ?? '', 'corpus', folder))) {
        if (
          recorded.cpes.some((cpe) => cpe.source === 'nvd-cpe-dictionary') &&
          isListed(recorded)
        ) {
          count += 1;
          assert.deepEqual(
            guessCpes(packageOf(recorded))
              .map((cpe) => cpe.cpe)
              .toSorted(),
            recorded.cpes.map((cpe) => cpe.cpe).toSorted(),
            recorded.name,
          );
        }
      }
    }
    assert.ok(count > 0, 'there are packages that the dictionary knows');
  });
});

/** Programs that are known by their bytes have CPEs that their cataloger states. */
function isListed({ type }: RecordedPackage): boolean {
  return [...EXACT_TYPES, 'go-module', 'jenkins-plugin', 'wordpress-plugin'].includes(type);
}
