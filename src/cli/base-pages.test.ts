import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../test/support/golden.ts';
import { createInventory } from '../../test/support/inventory.ts';
import type { BaseConclusion, BaseName } from '../hardening/base/identify-base.ts';
import type { PatchGroup, PatchPlan } from '../hardening/harden/patch/patch-plan.ts';
import { printBaseConclusion } from './base-output.ts';
import type { Context } from './command.ts';
import { printPatch } from './fix-output.ts';

type Page = Pick<Context, 'terminal' | 'print' | 'notify'>;

const WIDTH = 80;

/** Renders a page for a terminal with 80 columns; lines on standard error have a mark. */
function renderPage(title: string, print: (page: Page) => void): string {
  let text = `# ${title}\n`;
  print({
    terminal: {
      isLive: false,
      isResultColoured: false,
      isProgressColoured: false,
      resultColumns: WIDTH,
    },
    print: (piece) => {
      text += piece;
    },
    notify: (line) => {
      text += `> ${line}\n`;
    },
  });
  return `${text}\n`;
}

/** Rows of tables begin with a title in capitals, and end with an empty line. */
function listTableLines(pages: string): readonly string[] {
  return pages
    .split('\n\n')
    .filter((block) => /^(?:EVIDENCE|UPDATE) /.test(block))
    .flatMap((block) => block.split('\n'));
}

const DIGEST = `sha256:${'ab'.repeat(32)}` as const;
const BASE: BaseName = {
  id: 'cd'.repeat(32),
  names: ['debian:12-slim', 'registry.example.com/platform/debian:bookworm-20260112-slim'],
  manifestDigest: DIGEST,
  created: '2026-01-12T00:00:00Z',
};
const CONTENT = {
  kind: 'content',
  base: BASE,
  ofBase: 0.9984,
  ofImage: 0.412,
  packages: { of: 88, same: 86, changed: 2 },
} as const;

const CONCLUSIONS: readonly (readonly [title: string, conclusion: BaseConclusion])[] = [
  [
    'which: the same layers, a contradicted label',
    {
      state: 'exact',
      base: BASE,
      evidence: [
        { kind: 'exact', bases: [BASE], layers: 1, of: 3 },
        {
          kind: 'claimed',
          source: 'label',
          name: 'docker.io/library/ubuntu:24.04',
          digest: DIGEST,
          check: 'contradicted',
        },
        { kind: 'history', bases: [BASE], entries: 2 },
        CONTENT,
        { kind: 'guess', layers: 1 },
      ],
    },
  ],
  ['which: the same content', { state: 'same', base: BASE, evidence: [CONTENT] }],
  ['which: upgraded packages', { state: 'changed', base: BASE, evidence: [CONTENT] }],
  [
    'which: a slim image',
    {
      state: 'unknown',
      evidence: [],
      packages: { release: 'Debian GNU/Linux 12 (bookworm)', known: 22, of: 22 },
    },
  ],
  ['which: nothing is known', { state: 'unknown', evidence: [] }],
];

function createGroup(name: string, type: string, more: Partial<PatchGroup>): PatchGroup {
  return {
    name,
    type,
    version: '3.0.17-1~deb12u2',
    packages: [{ name, installed: '3.0.15-1~deb12u1', keys: [name], isVersionKnown: true }],
    fixes: ['CVE-2026-0001', 'CVE-2026-0002'],
    severity: 'high',
    risk: 40,
    ...more,
  };
}

const PLAN: PatchPlan = {
  schema: 'plimsoll-patch/1',
  groups: [
    createGroup('openssl', 'deb', {
      packages: [
        { name: 'libssl3', installed: '3.0.15-1~deb12u1', keys: ['a'], isVersionKnown: true },
        { name: 'openssl', installed: '3.0.15-1~deb12u1', keys: ['b'], isVersionKnown: true },
      ],
      alternatives: [{ kind: 'slim', detail: 'the entry point cannot reach it' }],
    }),
    createGroup('@company-with-a-long-name/a-package-with-a-long-name', 'npm', {
      version: '10.11.12-beta.20260101.1',
      packages: [
        {
          name: '@company-with-a-long-name/a-package-with-a-long-name',
          installed: '10.10.0-beta.20251231.1',
          keys: ['c'],
          isVersionKnown: true,
        },
      ],
      severity: 'critical',
    }),
  ],
  open: [
    {
      packageKey: 'd',
      name: 'zlib1g',
      installed: '1:1.2.13',
      id: 'CVE-2026-0009',
      severity: 'low',
      reason: 'no-fix',
    },
  ],
  guesses: 1,
  before: 6,
  after: 2,
  introduced: [{ name: 'openssl', id: 'CVE-2026-0010' }],
};

const INCOMPLETE = {
  isComplete: false,
  reasons: [{ code: 'uncovered', reason: 'the database has no advisories for debian 12' }],
} as unknown as Parameters<typeof printPatch>[1]['completeness'];
const COMPLETE = { isComplete: true, reasons: [] } as unknown as typeof INCOMPLETE;

suite('the pages about base images and updates', () => {
  const inventory = createInventory({ distro: { id: 'debian' }, packages: [] });
  const pages = [
    ...CONCLUSIONS.map(([title, conclusion]) =>
      renderPage(title, (page) =>
        printBaseConclusion({ title: 'app.tar', known: 12, conclusion }, page),
      ),
    ),
    renderPage('patch: updates of two kinds', (page) =>
      printPatch(PLAN, { inventory, completeness: COMPLETE }, page),
    ),
    renderPage('patch: nothing was evaluated', (page) =>
      printPatch(
        { ...PLAN, groups: [], open: [], guesses: 0, before: 0, after: 0, introduced: [] },
        { inventory, completeness: INCOMPLETE },
        page,
      ),
    ),
  ].join('');

  test('equal the recorded ones', () => {
    assertGolden(new URL('./golden/base-pages.txt', import.meta.url), pages);
  });

  test('have tables that fit 80 columns', () => {
    const lines = listTableLines(pages);
    assert.ok(lines.length > 20, pages);
    assert.deepEqual(
      lines.filter((line) => line.length > WIDTH),
      [],
    );
  });
});
