import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { EntrySorter, SorterMemory } from './entry-sorter.ts';
import { createFileNames, createRandom } from './page-file.fixture.ts';

for (const [size, values] of [
  ['in memory', 20],
  ['more than the memory takes', 3000],
] as const) {
  test(`sorts entries by key and keeps the order of equal keys, ${size}`, (t) => {
    const path = createFileNames(t)();
    const next = createRandom(1);
    const added: { readonly key: string; readonly value: string }[] = [];
    {
      using sorter = new EntrySorter(path);
      for (let at = 0; at < 30_000; at++) {
        const key = `key ${Math.floor(next() * 10_000)}`;
        const value = `${at} é ${'x'.repeat(Math.floor(next() * values))}`;
        added.push({ key, value });
        sorter.addEntry(key, value);
      }
      const expected = added.toSorted((left, right) =>
        left.key === right.key ? 0 : left.key < right.key ? -1 : 1,
      );
      let at = 0;
      for (const { key, value } of sorter.readSorted()) {
        assert.deepEqual({ key, value: value.toString() }, expected[at++]);
      }
      assert.equal(at, expected.length);
      assert.equal(fs.existsSync(path), values > 1000);
    }
    assert.equal(fs.existsSync(path), false);
  });
}

test('sorters that share the memory each return their entries', (t) => {
  const name = createFileNames(t);
  const memory = new SorterMemory(10_000);
  using first = new EntrySorter(name(), memory);
  using second = new EntrySorter(name(), memory);
  const next = createRandom(2);
  for (let at = 0; at < 2000; at++) {
    first.addEntry(`key ${Math.floor(next() * 1e6)}`, 'first');
    if (at % 10 === 0) {
      second.addEntry(`key ${Math.floor(next() * 1e6)}`, 'second');
    }
  }
  for (const [sorter, value, count] of [
    [first, 'first', 2000],
    [second, 'second', 200],
  ] as const) {
    const entries = [...sorter.readSorted()];
    assert.equal(entries.length, count);
    assert.ok(entries.every((entry) => entry.value.toString() === value));
    assert.ok(entries.every(({ key }, at) => at === 0 || (entries[at - 1]?.key ?? '') <= key));
  }
});

test('entries stay unchanged while another sorter that shares the memory fills it', (t) => {
  const name = createFileNames(t);
  const memory = new SorterMemory(500_000);
  using reading = new EntrySorter(name(), memory);
  using filling = new EntrySorter(name(), memory);
  const count = 2000;
  for (let at = 0; at < count; at++) {
    reading.addEntry(`key ${String(at).padStart(6, '0')}`, `value ${at}`);
  }
  let read = 0;
  for (const { value } of reading.readSorted()) {
    assert.equal(value.toString(), `value ${read}`);
    filling.addEntry(`other ${read}`, 'x'.repeat(1000));
    read++;
  }
  assert.equal(read, count);
  assert.equal([...filling.readSorted()].length, count);
});
