import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guessBaseLayers, insertEmptyLayers, normalizeInstruction } from './image-history.ts';
import { USUAL_EMPTY_LAYER } from './layer-list.ts';

const layer = (instruction: string) => ({ instruction, isEmptyLayer: false });
const setting = (instruction: string) => ({ instruction, isEmptyLayer: true });

test('the same instruction of three builders has one form', () => {
  const lines = [
    '/bin/sh -c apt-get update &&   apt-get upgrade',
    'RUN /bin/sh -c apt-get update && apt-get upgrade # buildkit',
    'RUN apt-get update && apt-get upgrade',
  ];
  assert.equal(new Set(lines.map(normalizeInstruction)).size, 1);
  assert.equal(normalizeInstruction('/bin/sh -c #(nop)  CMD ["bash"]'), 'CMD ["bash"]');
});

test('each history entry without a layer has an empty one, as deps.dev counts', () => {
  const history = [layer('ADD a'), setting('CMD x'), layer('RUN y')];
  assert.deepEqual(insertEmptyLayers(['1', '2'], history), ['1', USUAL_EMPTY_LAYER, '2']);
  assert.equal(insertEmptyLayers(['1'], history), undefined);
  assert.equal(insertEmptyLayers(['1', '2', '3'], history), undefined);
});

test('the last CMD below the topmost layers ends the guessed base image', () => {
  const base = [layer('ADD a'), setting('CMD ["sh"]')];
  assert.equal(guessBaseLayers([...base, layer('RUN b'), setting('CMD ["app"]')]), 1);
  assert.equal(guessBaseLayers([...base, layer('RUN b'), layer('RUN c')]), 1);
  assert.equal(guessBaseLayers(base), undefined);
  assert.equal(guessBaseLayers([layer('ADD a'), layer('RUN b')]), undefined);
});
