import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import type { Package } from '../../src/foundation/core/package.ts';
import { guessCpes } from '../../src/foundation/identity/cpe-candidates.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

/** The members that are read of a package in Syft's format. */
interface RecordedPackage {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly cpes: readonly { readonly cpe: string; readonly source: string }[];
  readonly metadataType?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Types whose lists must equal the recorded ones, including the order. */
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
/** Version that the recording tool inserts for a missing one after it has created its lists. */
const PLACEHOLDER_VERSION = 'UNKNOWN';

const material = findSharedMaterial();

function* readRecordedPackages(folder: string): Generator<RecordedPackage> {
  for (const file of readdirSync(folder)) {
    if (file.endsWith('.syft.json.zst')) {
      const text = zstdDecompressSync(readFileSync(join(folder, file))).toString('utf8');
      const document: { readonly artifacts: readonly RecordedPackage[] } = JSON.parse(text);
      yield* document.artifacts;
    }
  }
}

function toPackage(recorded: RecordedPackage): Package {
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
    test(`the guesses for ${type} packages equal the recorded ones, in order`, () => {
      let count = 0;
      for (const folder of ['expected', 'expected-all-layers']) {
        for (const recorded of readRecordedPackages(join(material ?? '', 'corpus', folder))) {
          const isGuessed = recorded.cpes.every((cpe) => cpe.source === 'syft-generated');
          if (recorded.type === type && isGuessed) {
            count += 1;
            assert.deepEqual(
              guessCpes(toPackage(recorded)).map((cpe) => cpe.cpe),
              recorded.cpes.map((cpe) => cpe.cpe),
              recorded.name,
            );
          }
        }
      }
      assert.ok(count > 0, 'there are packages of that type');
    });
  }

  test('the dictionary entries equal the recorded ones', () => {
    let count = 0;
    for (const folder of ['expected', 'expected-all-layers']) {
      for (const recorded of readRecordedPackages(join(material ?? '', 'corpus', folder))) {
        if (
          recorded.cpes.some((cpe) => cpe.source === 'nvd-cpe-dictionary') &&
          isListed(recorded)
        ) {
          count += 1;
          assert.deepEqual(
            guessCpes(toPackage(recorded))
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

/** Programs detected by their bytes have CPEs that their cataloger states. */
function isListed({ type }: RecordedPackage): boolean {
  return [...EXACT_TYPES, 'go-module', 'jenkins-plugin', 'wordpress-plugin'].includes(type);
}
