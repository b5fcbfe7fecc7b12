import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { computeDigest } from '../../foundation/bytes/oci/image.fixture.ts';
import { computeChainId, findPrefix, USUAL_EMPTY_LAYER } from './layer-list.ts';

const [A, B, C] = ['a', 'b', 'c'].map((text) => computeDigest(Buffer.from(text))) as [
  string,
  string,
  string,
];
const EMPTY = USUAL_EMPTY_LAYER;

describe('the layers of a base image', () => {
  it('are the beginning of a longer or an equal list', () => {
    assert.equal(findPrefix([A], [A, B]), 1);
    assert.equal(findPrefix([A, B], [A, B]), 2);
    assert.equal(findPrefix([A, B, C], [A, B]), undefined);
    assert.equal(findPrefix([B], [A, B]), undefined);
    assert.equal(findPrefix([A, C], [A, B, C]), undefined);
  });

  it('are the same with and without empty layers', () => {
    assert.equal(findPrefix([A, EMPTY], [A, B]), 1);
    assert.equal(findPrefix([A], [EMPTY, A, EMPTY, B]), 2);
    assert.equal(findPrefix([A, EMPTY, B], [A, B, C]), 2);
    assert.equal(findPrefix([A, EMPTY, EMPTY], [A, EMPTY, C]), findPrefix([A], [A, EMPTY, C]));
  });

  it('are never empty', () => {
    assert.equal(findPrefix([], [A]), undefined);
    assert.equal(findPrefix([EMPTY], [EMPTY, A]), undefined);
  });

  it('have the chain ID of the specification', () => {
    assert.equal(computeChainId([A]), A);
    assert.equal(computeChainId([A, B]), computeDigest(Buffer.from(`${A} ${B}`)));
    const two = computeDigest(Buffer.from(`${A} ${B}`));
    assert.equal(computeChainId([A, B, C]), computeDigest(Buffer.from(`${two} ${C}`)));
    assert.equal(computeChainId([]), undefined);
  });
});
