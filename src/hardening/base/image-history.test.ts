import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  guessBaseLayers,
  type HistoryEntry,
  insertEmptyLayers,
  normalizeInstruction,
} from './image-history.ts';
import { USUAL_EMPTY_LAYER } from './layer-list.ts';

const createLayer = (instruction: string): HistoryEntry => ({ instruction, isEmptyLayer: false });
const createSetting = (instruction: string): HistoryEntry => ({ instruction, isEmptyLayer: true });

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
  const history = [createLayer('ADD a'), createSetting('CMD x'), createLayer('RUN y')];
  assert.deepEqual(insertEmptyLayers(['1', '2'], history), ['1', USUAL_EMPTY_LAYER, '2']);
  assert.equal(insertEmptyLayers(['1'], history), undefined);
  assert.equal(insertEmptyLayers(['1', '2', '3'], history), undefined);
});

test('the last CMD below the topmost layers ends the guessed base image', () => {
  const base = [createLayer('ADD a'), createSetting('CMD ["sh"]')];
  assert.equal(guessBaseLayers([...base, createLayer('RUN b'), createSetting('CMD ["app"]')]), 1);
  assert.equal(guessBaseLayers([...base, createLayer('RUN b'), createLayer('RUN c')]), 1);
  assert.equal(guessBaseLayers(base), undefined);
  assert.equal(guessBaseLayers([createLayer('ADD a'), createLayer('RUN b')]), undefined);
});
