import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureDocuments, SIZE_RATIO_MAX } from './document-sizes.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

/** A target of each kind; `npm run conformance -- sizes` measures all targets. */
const QUICK =
  /^(alpine-3\.20|binaries-a|go-scratch-arm64|java-mini|polyglot-dir|rpm-rocky9|rust-ledger)$/;
const shared = findSharedMaterial();

test("a CycloneDX document without our properties has at most 1.5 times the size of Syft's", {
  skip: shared === undefined ? SKIP_REASON : false,
}, async () => {
  const sizes = await measureDocuments(shared ?? '', QUICK);
  assert.equal(sizes.length, 7);
  for (const { name, syft, bare, reduced, full } of sizes) {
    assert.ok(bare <= SIZE_RATIO_MAX * syft, `${name}: ${bare} by ${syft}`);
    assert.ok(bare < reduced && reduced < full, `${name}: ${bare}, ${reduced}, ${full}`);
  }
});
