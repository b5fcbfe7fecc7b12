import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { suite, test } from 'node:test';
import {
  createTarget,
  PROGRAM,
  type TargetSeed,
} from '../../../../test/support/comparable-target.ts';
import { assertGolden } from '../../../../test/support/golden.ts';
import { HOSTILE_NAME } from '../../../../test/support/sample-report.ts';
import { compareResults, compareSides } from '../../../hardening/compare/compare-results.ts';
import { createComparison, createPairComparison } from '../../../hardening/compare/comparison.ts';
import { decideDifferences } from '../../../hardening/compare/decide-differences.ts';
import type { DifferenceFormat, DifferenceFormatOptions, DifferenceReport } from './contract.ts';
import { html } from './html/html.ts';
import { json } from './json/json.ts';
import { markdown } from './markdown/markdown.ts';
import { table } from './table/table.ts';

const FOLDER = { path: '/usr', type: 'directory' } as const;
const EVIL = `<img src=x onerror=alert(1)>|${HOSTILE_NAME}`;
const BEFORE: TargetSeed = {
  name: 'shop:1',
  packages: [
    { name: 'base', type: 'deb', version: '1.0', ownedFiles: [{ path: '/bin/base' }] },
    { name: EVIL, type: 'deb', version: '1.0', ownedFiles: [{ path: '/bin/evil' }] },
  ],
  files: [
    FOLDER,
    { path: '/bin/base', sizeBytes: 4000, sha256: 'a'.repeat(64), executable: PROGRAM },
    { path: '/bin/evil', sizeBytes: 1000, sha256: 'c'.repeat(64), executable: PROGRAM },
    { path: '/var/log/x', sha256: 'd'.repeat(64) },
  ],
  layers: [
    { digit: 'a', bytes: 5000 },
    { digit: 'b', bytes: 1000 },
  ],
  config: { Entrypoint: ['/bin/base'], ExposedPorts: { '80/tcp': {} } },
  found: {
    base: [{ id: 'CVE-2025-1', severity: 'high', reach: 'required', fixState: 'fixed' }],
    [EVIL]: [{ id: 'CVE-2025-2', severity: 'low', reach: 'unreachable', fixState: 'not-fixed' }],
  },
  surface: { packages: ['base 1.0', EVIL], shells: ['/bin/sh'], downloaders: [] },
};
const AFTER: TargetSeed = {
  ...BEFORE,
  name: 'shop:2',
  packages: [
    {
      name: 'base',
      type: 'deb',
      version: '1.1',
      key: 'base 1.1',
      ownedFiles: [{ path: '/bin/base' }],
    },
    { name: 'curl', type: 'deb', version: '8.0' },
  ],
  files: [
    FOLDER,
    { path: '/bin/base', sizeBytes: 4100, sha256: 'b'.repeat(64), executable: PROGRAM },
    { path: '/var/log/x', sha256: 'e'.repeat(64) },
  ],
  layers: [
    { digit: 'a', bytes: 5000 },
    { digit: 'c', bytes: 100 },
  ],
  config: { Entrypoint: ['/bin/base'], User: '1000' },
  found: { curl: [{ id: 'CVE-2025-3', severity: 'medium', reach: 'possible' }] },
  surface: { packages: ['base 1.1', 'curl 8.0'], shells: [], downloaders: ['/usr/bin/curl'] },
};
const { difference } = decideDifferences(
  compareResults(createTarget(BEFORE), createTarget(AFTER)),
  [
    {
      source: 'accepted.yaml: differences 1',
      section: 'packages',
      kind: 'added',
      reason: 'asked for',
      owner: 'ops',
    },
  ],
  '2026-01-01T00:00:00Z',
);
const REPORT: DifferenceReport = {
  tool: { name: 'plimsoll', version: '0.0.0' },
  comparison: createPairComparison(difference),
  page: { minutesPerFinding: 15 },
};

/** A third target that the database does not cover. */
const UNCOVERED: TargetSeed = {
  ...AFTER,
  name: '/home/me/shop.oci.tar',
  packages: [{ name: 'base', type: 'deb', version: '1.1', key: 'base 1.1' }],
  found: {},
  database: undefined,
  config: {},
};
const RESULTS = [createTarget(BEFORE), createTarget(AFTER), createTarget(UNCOVERED)] as const;
const GROUP: DifferenceReport = {
  ...REPORT,
  comparison: createComparison(
    RESULTS,
    RESULTS.slice(1).map((other) => compareSides(RESULTS[0], other)),
  ),
};

function writeReport(
  format: DifferenceFormat,
  more: Omit<DifferenceFormatOptions, 'isColoured'> = {},
  report = REPORT,
): string {
  let text = '';
  const options = { isColoured: false, ...more };
  format.write(report, { write: (piece) => (text += piece) }, options);
  return text;
}

function getGoldenUrl(name: string): URL {
  return new URL(`golden/${name}`, import.meta.url);
}

/** Returns the page without its style, scripts and their digests, which other pages share. */
function stripLook(page: string): string {
  return page
    .replace(/<(style|script)>[\s\S]*?<\/\1>/g, '<$1></$1>')
    .replaceAll(/sha256-[A-Za-z0-9+/=]+/g, 'sha256-…');
}

suite('a comparison in every format', () => {
  test('equals the recorded output', () => {
    assertGolden(getGoldenUrl('shop.txt'), writeReport(table));
    assertGolden(getGoldenUrl('shop-all.txt'), writeReport(table, { isAll: true }));
    assertGolden(getGoldenUrl('shop.md'), writeReport(markdown));
    assertGolden(getGoldenUrl('shop.json'), writeReport(json));
    assertGolden(getGoldenUrl('shop.html'), stripLook(writeReport(html)));
  });

  test('has the same bytes when written again', () => {
    for (const format of [table, markdown, json, html]) {
      assert.equal(writeReport(format), writeReport(format), format.id);
    }
  });

  test('escapes control characters and markup in names from an image', () => {
    for (const format of [table, markdown, html]) {
      const text = writeReport(format);
      assert.doesNotMatch(text, /\u001b|\u202e|\r/, format.id);
    }
    assert.doesNotMatch(writeReport(html), /<img/);
    assert.match(writeReport(html), /&lt;img src=x onerror=alert\(1\)&gt;/);
    assert.doesNotMatch(writeReport(markdown), /(?<!\\)<img/);
    const rows = writeReport(markdown)
      .split('\n')
      .filter((line) => line.startsWith('| packages |'));
    assert.equal(rows.length, 1);
  });

  test('identifies the JSON document, which contains every list', () => {
    const document = JSON.parse(writeReport(json));
    assert.deepEqual(document.schema, { id: 'plimsoll-difference', version: 1 });
    assert.equal(document.packages.length, difference.packages.length);
    assert.equal(document.files.length, difference.files.length);
    assert.match(document.summary.lead, /shop:2 has 2 packages/);
  });
});

suite('three targets in every format', () => {
  test('equal the recorded output', () => {
    assertGolden(getGoldenUrl('three.txt'), writeReport(table, {}, GROUP));
    assertGolden(getGoldenUrl('three-all.txt'), writeReport(table, { isAll: true }, GROUP));
    assertGolden(getGoldenUrl('three.md'), writeReport(markdown, {}, GROUP));
  });

  test('have one column each, and an unjudged one comes first in the conclusion', () => {
    const text = writeReport(table, {}, GROUP);
    assert.match(text, /^The findings of shop could not be counted\. Of the others, shop:2 /);
    assert.match(text, /^ +SHOP:1 +SHOP:2 +SHOP$/m);
    assert.match(text, /^findings to justify +2 +1 +unknown$/m);
  });

  test('are one JSON document with every target and every difference to the first', () => {
    const document = JSON.parse(writeReport(json, {}, GROUP));
    assert.deepEqual(document.schema, { id: 'plimsoll-comparison', version: 1 });
    assert.equal(document.targets.length, 3);
    assert.equal(document.targets[0].surface.shells, 1);
    const { differences } = document;
    assert.deepEqual(
      differences.map(({ of }: { of: unknown }) => of),
      [
        [0, 1],
        [0, 2],
      ],
    );
    const pair = JSON.parse(writeReport(json));
    const { decision: _, ...added } = pair.packages.find(
      ({ kind }: { kind: string }) => kind === 'added',
    );
    assert.deepEqual(
      differences[0].packages.find(({ kind }: { kind: string }) => kind === 'added'),
      added,
    );
  });
});

test('no format reports findings as resolved if the other target could not be judged', () => {
  const { coverage } = difference.after;
  const after = { ...difference.after, coverage: { ...coverage, verdict: 'unsupported' } } as const;
  const report = { ...REPORT, comparison: createPairComparison({ ...difference, after }) };
  for (const format of [table, markdown, html]) {
    const text = writeReport(format, {}, report).replaceAll('\\', '');
    assert.match(
      text,
      /2 (?:resolved|only in shop:1) \(incomplete: shop:2 not judged\)/,
      format.id,
    );
  }
});

for (const [title, report] of [
  ['the page of a comparison', REPORT],
  ['the page of a comparison of three targets', GROUP],
] as const) {
  checkPage(title, report);
}

function checkPage(title: string, report: DifferenceReport): void {
  const page = writeReport(html, {}, report);

  suite(title, () => {
    test('is self-contained, and only runs its own scripts', () => {
      assert.doesNotMatch(page, /(?:src|href)="(?!#)/);
      assert.doesNotMatch(page, /url\(|@import|https?:/);
      const policy = /content="(default-src[^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
      const blocks = [...page.matchAll(/<(style|script)>([\s\S]*?)<\/\1>/g)];
      assert.equal(blocks.length, 3);
      for (const [, , content = ''] of blocks) {
        assert.ok(policy.includes(hash('sha256', content, 'base64')));
      }
      assert.match(policy, /default-src 'none'/);
      assert.doesNotMatch(page, / on[a-z]+="| style="/);
    });

    test('contains the target of every link', () => {
      const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
      const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
      assert.ok(links.length > (report === REPORT ? 8 : 6));
      assert.deepEqual(
        links.filter((id) => !ids.has(id)),
        [],
      );
    });

    test('closes every opened element', () => {
      const open: string[] = [];
      const alone = new Set(['meta', 'input', 'br', 'rect', '!doctype']);
      const body = page.replace(/<(style|script)>[\s\S]*?<\/\1>/g, '');
      for (const [, slash, name = ''] of body.matchAll(/<(\/?)([!a-z][a-z0-9]*)/gi)) {
        if (slash === '/') {
          assert.equal(open.pop(), name);
        } else if (!alone.has(name)) {
          open.push(name);
        }
      }
      assert.deepEqual(open, []);
    });

    test('contains the charts, each with an alternative text', () => {
      const pictures = [...page.matchAll(/<svg [^>]*>/g)].map(([tag]) => tag);
      assert.ok(pictures.length >= 4);
      assert.ok(pictures.every((tag) => /role="img" aria-label="[^"]+"/.test(tag)));
    });
  });
}

test('the page of two targets shows the layers that they share', () => {
  assert.match(writeReport(html), /They share 1 layer of 4\.9 KiB\./);
});
