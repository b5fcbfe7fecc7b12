import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { comparePeerDocuments } from './peer-documents.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

/** One image of each kind; `PLIMSOLL_SBOM_INPUT=all` selects all of them. */
const QUICK = [
  'alpine-3.11',
  'binaries-a',
  'go-scratch-arm64',
  'java-mini',
  'node-api-alpine',
  'python-mini',
  'rust-ledger',
  'wolfi-base',
];

/** Differences between our findings for a document and Grype's findings for the image. */
const DIFFERENCES: ReadonlyMap<string, { readonly onlyOurs: number; readonly onlyGrype: number }> =
  new Map([
    // Functions of a Go program rule these out; the recorded documents do not contain them.
    ['go-distroless', { onlyOurs: 34, onlyGrype: 0 }],
    ['go-scratch-arm64', { onlyOurs: 20, onlyGrype: 0 }],
    ['go-web-alpine', { onlyOurs: 54, onlyGrype: 0 }],
    // A path in place of a version, which Grype compares as if it were one.
    ['polyglot-dir', { onlyOurs: 0, onlyGrype: 10 }],
  ]);

const ANSWER = '.grype.json.zst';
const shared = findSharedMaterial();

test('a Syft document of an image has the findings of Grype for the image', {
  skip: shared === undefined ? SKIP_REASON : false,
}, async (t) => {
  const all = readdirSync(join(shared ?? '', 'corpus', 'expected'))
    .filter((name) => name.endsWith(ANSWER))
    .map((name) => name.slice(0, -ANSWER.length));
  const images = process.env['PLIMSOLL_SBOM_INPUT'] === 'all' ? all : QUICK;
  const compared = await comparePeerDocuments(shared ?? '', images);
  assert.equal(compared.length, images.length * 3);
  for (const { name, count, onlyGrype, onlyOurs } of compared) {
    t.diagnostic(`${name}: ${count}, only Grype ${onlyGrype.length}, only ours ${onlyOurs.length}`);
    const image = name.slice(0, name.lastIndexOf('.'));
    const listed = DIFFERENCES.get(image) ?? { onlyOurs: 0, onlyGrype: 0 };
    assert.equal(onlyOurs.length, listed.onlyOurs, `${name}: ${onlyOurs.join(', ')}`);
    assert.equal(onlyGrype.length, listed.onlyGrype, `${name}: ${onlyGrype.join(', ')}`);
  }
});
