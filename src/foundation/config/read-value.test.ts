import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { OptionSpec } from './option-spec.ts';
import { OPTION_LIST } from './option-table.ts';
import { readDocument, readTexts } from './read-value.ts';

type Kind = OptionSpec['kind'];

interface KindCases {
  /** Texts of a flag or variable, with the expected value. */
  readonly texts: readonly (readonly [texts: readonly string[], value: unknown])[];
  readonly refusedTexts: readonly string[];
  /** Values of a configuration file, with the expected value. */
  readonly values: readonly (readonly [written: unknown, value: unknown])[];
  readonly refusedValues: readonly unknown[];
}

const KINDS: Readonly<Record<Kind, KindCases>> = {
  boolean: {
    texts: [
      [['true'], true],
      [['ON'], true],
      [['1'], true],
      [['no'], false],
      [['false', 'yes'], true],
    ],
    refusedTexts: ['', 'maybe', '2', ' true'],
    values: [
      [true, true],
      [false, false],
    ],
    refusedValues: ['true', 1, null, [true]],
  },
  text: {
    texts: [
      [['a b'], 'a b'],
      [['first', 'last'], 'last'],
    ],
    refusedTexts: ['', 'a\0b'],
    values: [['a', 'a']],
    refusedValues: ['', 7, null, ['a'], 'a\0'],
  },
  choice: {
    texts: [
      [['risk'], 'risk'],
      [['risk', 'epss'], 'epss'],
    ],
    refusedTexts: ['', 'RISK', 'ris'],
    values: [['epss', 'epss']],
    refusedValues: ['nosuch', 1, ['risk']],
  },
  number: {
    texts: [
      [['0'], 0],
      [['1_000'], 1_000],
      [['1', '5'], 5],
    ],
    refusedTexts: ['', '-1', '1.5', '1e3', '5k', '0x10', '99999999999999999999'],
    values: [
      [7, 7],
      ['7', 7],
    ],
    refusedValues: [-1, 1.5, true, null, [7], Number.NaN],
  },
  bytes: {
    texts: [
      [['64'], 64],
      [['64MiB'], 64 * 1024 ** 2],
      [['2 gb'], 2_000_000_000],
      [['1k'], 1024],
    ],
    refusedTexts: ['', '-1', '1.5GiB', '3 parsecs', 'MiB', '99999999 GiB'],
    values: [
      [1024, 1024],
      ['1KiB', 1024],
    ],
    refusedValues: [true, null, -5, ['1KiB']],
  },
  list: {
    texts: [
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
      [['a,b'], ['a,b']],
    ],
    refusedTexts: ['', 'a\0'],
    values: [
      ['a', ['a']],
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
      [[], []],
    ],
    refusedValues: [[7], [''], null, { a: 1 }],
  },
  limits: {
    texts: [
      [['recordsMax=7', 'wholeFileBytesMax=1MiB'], { recordsMax: 7, wholeFileBytesMax: 1024 ** 2 }],
      [[' recordsMax = 7'], { recordsMax: 7 }],
    ],
    refusedTexts: ['', 'recordsMax', 'nosuch=1', 'recordsMax=0', 'recordsMax=-1', 'recordsMax=1k'],
    values: [
      [{ recordsMax: 7 }, { recordsMax: 7 }],
      [{ wholeFileBytesMax: '1KiB' }, { wholeFileBytesMax: 1024 }],
    ],
    refusedValues: [[], 'recordsMax=7', null, { recordsMax: 0 }, { nosuch: 1 }, { recordsMax: [] }],
  },
};

/** Returns the first option of a kind; of choices the one whose values the cases use. */
function findSpec(kind: Kind): OptionSpec {
  const specs = OPTION_LIST.map(({ spec }) => spec);
  const found = specs.find((spec) =>
    spec.kind === 'choice'
      ? kind === 'choice' && spec.choices.includes('risk')
      : spec.kind === kind,
  );
  assert.ok(found, kind);
  return found;
}

test('every kind of option has cases here', () => {
  const used = new Set(OPTION_LIST.map(({ spec }) => spec.kind));
  assert.deepEqual([...used].toSorted(), Object.keys(KINDS).toSorted());
});

for (const [kind, cases] of Object.entries(KINDS) as [Kind, KindCases][]) {
  suite(`an option of the kind ${kind}`, () => {
    const flag = { code: 'E_USAGE', label: '--flag' } as const;
    const file = { code: 'E_CONFIG', label: 'file: key' } as const;

    test('reads flags and variables', () => {
      for (const [texts, value] of cases.texts) {
        assert.deepEqual(readTexts(findSpec(kind), texts, flag), value, texts.join());
      }
    });

    test('reads the configuration file', () => {
      for (const [written, value] of cases.values) {
        assert.deepEqual(
          readDocument(findSpec(kind), written, file),
          value,
          JSON.stringify(written),
        );
      }
    });

    test('rejects everything else, with its position', () => {
      for (const text of cases.refusedTexts) {
        assert.throws(
          () => readTexts(findSpec(kind), [text], flag),
          { code: 'E_USAGE', message: / for --flag| in --flag|^--flag/ },
          JSON.stringify(text),
        );
      }
      for (const value of cases.refusedValues) {
        assert.throws(
          () => readDocument(findSpec(kind), value, file),
          { code: 'E_CONFIG', message: /file: key/ },
          JSON.stringify(value),
        );
      }
    });
  });
}
