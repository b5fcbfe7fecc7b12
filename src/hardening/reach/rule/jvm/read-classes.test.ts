import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createZip } from '../../../../foundation/bytes/zip/zip.fixture.ts';
import { Budget } from '../../../../foundation/core/budget.ts';
import { toBytes } from '../../../../foundation/core/bytes.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../../foundation/core/limits.ts';
import { createClassFile } from '../../../../inventory/ecosystem/java/class-file.fixture.ts';
import { unpackClass } from './class-fact.ts';
import { readClasses } from './read-classes.ts';

function createClassEntry(name: string, ...classes: readonly string[]) {
  return { name: `${name}.class`, content: createClassFile({ name, classes }) };
}

function read(content: Uint8Array, limits: Partial<Limits> = {}) {
  return readClasses(toBytes(content), new Budget({ ...DEFAULT_LIMITS, ...limits }));
}

const NOTHING = { names: '', classes: '' };
const INNER = createZip([createClassEntry('i/I')]);
const OUTER = createZip([
  createClassEntry('a/A', 'b/B', 'b/C'),
  { name: 'META-INF/versions/9/a/A.class', content: createClassFile({ name: 'a/A' }) },
  { name: 'lib/inner.jar', content: INNER, isStored: true },
]);

suite('the classes of an archive', () => {
  test('are stored with nested archives, and restored unchanged', () => {
    const { archives, problems } = read(OUTER);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      archives.map(({ path, isPartial }) => [path, isPartial]),
      [
        ['', undefined],
        ['lib/inner.jar', undefined],
      ],
    );
    const [{ names, classes } = NOTHING] = archives;
    const texts = names.split('\n');
    const unpacked = classes.split(',').map((text) => {
      const { name, folder, classes: named } = unpackClass(text);
      return [texts[folder], texts[name], named.map((number) => texts[number])];
    });
    assert.deepEqual(unpacked, [
      ['', 'a/A', ['b/B', 'b/C']],
      ['META-INF/versions/9/', 'a/A', []],
    ]);
  });

  test('may be tens of thousands, with as many names', () => {
    const many = Array.from({ length: 2_000 }, (_, at) => `p${at % 7}/C${at}`);
    const [{ names, classes } = NOTHING] = read(
      createZip(many.map((name) => createClassEntry(name, ...many.slice(0, 40)))),
    ).archives;
    const texts = names.split('\n');
    const last = unpackClass(classes.split(',').at(-1) ?? '');
    assert.equal(texts[last.name], many.at(-1));
    assert.deepEqual(
      new Set(last.classes.map((number) => texts[number] ?? '')),
      new Set(many.slice(0, 40)),
    );
  });

  const limits: readonly (readonly [string, Partial<Limits>])[] = [
    ['archiveClassesMax', { archiveClassesMax: 1 }],
    ['classNamesCharsMax', { classNamesCharsMax: 4 }],
    ['nestedArchiveDepthMax', { nestedArchiveDepthMax: 1 }],
    ['nestedArchivesMax', { nestedArchivesMax: 0 }],
  ];
  for (const [name, given] of limits) {
    test(`are not all followed beyond ${name}, which is reported`, () => {
      const { archives, problems } = read(OUTER, given);
      assert.deepEqual(
        problems.map(({ code, message }) => [code, message.includes(name)]),
        [['P_LIMIT', true]],
      );
      assert.ok(archives.some(({ isPartial }) => isPartial === true));
    });
  }

  test('are not all followed if one is too long or has an unknown compression', () => {
    assert.equal(read(OUTER, { classFileBytesMax: 10 }).archives[0]?.isPartial, true);
    const odd = createZip([{ ...createClassEntry('a/A'), method: 99 }]);
    assert.equal(read(odd).archives[0]?.isPartial, true);
  });

  test('are omitted if no machine would load them', () => {
    const content = createZip([
      { name: 'a/A.class', content: 'no class' },
      { name: 'a/B.class', content: createClassFile({ name: 'c/C' }) },
    ]);
    assert.deepEqual(read(content).archives, [
      { path: '', starts: {}, named: [], names: '', classes: '' },
    ]);
  });

  test('are empty for other files, or for the platform itself', () => {
    assert.deepEqual(read(Buffer.from('no archive')).archives, []);
    assert.deepEqual(read(createZip([createClassEntry('java/lang/Object')])).archives, []);
  });
});
