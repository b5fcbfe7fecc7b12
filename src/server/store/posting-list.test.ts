import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SEGMENT_IMAGES } from './counts.ts';
import { decodeNumbers, encodeNumbers, selectNumbers } from './number-list.ts';
import { countPlaces, decodePlaces, encodePlaces } from './posting-list.ts';

function listPlaces(step: number, repeat = 1): readonly number[] {
  const places = Array.from({ length: SEGMENT_IMAGES }, (_, place) => place);
  return places
    .filter((place) => place % step === 0)
    .flatMap((place) => Array.from({ length: repeat }, () => place));
}

test('reads every list of places that it writes', () => {
  const lists = [
    [],
    [0],
    [SEGMENT_IMAGES - 1],
    [128, 256],
    [0, 0, 1],
    ...[1, 2, 3, 7, 8, 9, 1_000].flatMap((step) => [listPlaces(step), listPlaces(step, 2)]),
    listPlaces(1).slice(1_000),
  ];
  for (const places of lists) {
    assert.deepEqual(decodePlaces(encodePlaces(places)), places);
    assert.equal(countPlaces(encodePlaces(places)), new Set(places).size);
  }
});

test('a long list without repetition is a bitmap, which is at most 514 bytes long', () => {
  assert.equal(encodePlaces(listPlaces(1)).length, 2 + SEGMENT_IMAGES / 8);
  assert.equal(encodePlaces(listPlaces(1, 2)).length, 2 * SEGMENT_IMAGES);
});

test('reads lists of earlier versions, which wrote no bitmaps', () => {
  for (const places of [listPlaces(1), listPlaces(128), [128], [16_384 % SEGMENT_IMAGES, 300]]) {
    assert.deepEqual(decodePlaces(encodeNumbers(places)), places);
  }
});

test('selects the same numbers of a list as reading all of it', () => {
  const list = [0, 1, 127, 128, 129, 16_383, 16_384, 2_097_152, 2 ** 31];
  const bytes = encodeNumbers(list);
  for (const some of [[], [0], [128, 5], [16_384, 2_097_152], list, [2 ** 32]]) {
    const wanted = { numbers: new Set(some), last: Math.max(0, ...some) };
    const expected = decodeNumbers(bytes).filter((number) => wanted.numbers.has(number));
    assert.deepEqual(selectNumbers(bytes, wanted), expected);
  }
});
