import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { suite, test } from 'node:test';
import { Script } from 'node:vm';
import { assertGolden } from '../../../../test/support/golden.ts';
import { createFullReport } from '../../../../test/support/hostile-report.ts';
import {
  SAMPLE_FINDINGS,
  SAMPLE_REPORT,
  writeReport,
} from '../../../../test/support/sample-report.ts';
import { present } from '../../../foundation/core/assert.ts';
import type { Finding, Findings } from '../../../foundation/core/finding.ts';
import type { Report } from '../../../foundation/core/format.ts';
import type { Inventory } from '../../../foundation/core/inventory.ts';
import { EARLY_SCRIPT } from '../../../foundation/present/page-look.data.ts';
import { findSummary } from '../page/entry.ts';
import { PAGE_STYLE } from '../page/page-style.data.ts';
import { html } from './html.ts';
import { PAGE_SCRIPT } from './page-script.data.ts';

/** Returns the page without the parts that every page has. */
function stripAssets(page: string): string {
  return page
    .replace(`<style>${PAGE_STYLE}</style>`, '<style></style>')
    .replace(`<script>${EARLY_SCRIPT}</script>`, '<script></script>')
    .replace(`<script>${PAGE_SCRIPT}</script>`, '<script></script>')
    .replaceAll(/sha256-[^&]+/g, 'sha256-…');
}

function writePage(more: Partial<Report> = {}): string {
  return writeReport(html, { ...createFullReport(), ...more });
}

/** Returns the texts of the page as a reader sees them. */
function readPageText(page: string): string {
  return stripAssets(page)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(lt|gt|amp|quot|#39);/g, (_, word: string) => SIGNS[word] ?? '')
    .replaceAll(/\s+/g, ' ');
}

const SIGNS: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  '#39': "'",
};

const [SAMPLE] = SAMPLE_FINDINGS.findings;

function createFindings(list: readonly Finding[], more: Partial<Findings> = {}): Findings {
  return { ...SAMPLE_FINDINGS, findings: list, ignored: [], unevaluated: [], alerts: [], ...more };
}

const COMPLETE: Inventory = {
  ...SAMPLE_REPORT.inventory,
  files: [],
  problems: [],
  problemsNotListed: 0,
};

/** Returns the text of the first card, without a gate. */
function readAnswer(findings: Findings, inventory = SAMPLE_REPORT.inventory): string {
  const { tool, configuration } = SAMPLE_REPORT;
  const page = writeReport(html, { tool, configuration, inventory, findings });
  const start = page.indexOf('<section class="card answer');
  return readPageText(page.slice(start, page.indexOf('</section>', start)));
}

suite('the HTML page', () => {
  test('equals the recorded page', () => {
    assertGolden(new URL('./golden/report.html', import.meta.url), stripAssets(writePage()));
  });

  test('runs and shows only its own content, verified by digests', () => {
    const page = writePage();
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    const parts = new Map(
      policy
        .replaceAll('&#39;', "'")
        .split('; ')
        .map((part) => [part.slice(0, part.indexOf(' ')), part.slice(part.indexOf(' ') + 1)]),
    );
    const digest = (text: string): string => `'sha256-${hash('sha256', text, 'base64')}'`;
    const findElements = (name: string): string[] =>
      [...page.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, 'g'))].map(
        ([, text = '']) => text,
      );
    assert.equal(parts.get('default-src'), "'none'");
    assert.equal(parts.get('style-src'), findElements('style').map(digest).join(' '));
    assert.equal(parts.get('script-src'), findElements('script').map(digest).join(' '));
    assert.equal(parts.get('require-trusted-types-for'), "'script'");
    const content = stripAssets(page);
    assert.doesNotMatch(content, /\s(?:src|style|srcset|on[a-z]+)=/);
    assert.doesNotMatch(content, /<(?:link|img|iframe|object|embed|base|video|audio)\b/);
    assert.doesNotMatch(PAGE_STYLE, /url\(|@import/);
    for (const [, address = ''] of content.matchAll(/href="([^"]*)"/g)) {
      assert.match(address, /^(?:#|https?:\/\/)/);
    }
  });

  test('has valid scripts that write texts only as texts and send nothing', () => {
    for (const text of [EARLY_SCRIPT, PAGE_SCRIPT]) {
      assert.ok(new Script(text));
      assert.doesNotMatch(
        text,
        /innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(/,
      );
      assert.doesNotMatch(
        text,
        /fetch|XMLHttp|WebSocket|EventSource|sendBeacon|localStorage|import/,
      );
    }
  });

  test('contains every part in its table of contents, and the target of every link', () => {
    const page = stripAssets(writePage());
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length, 'no id twice');
    for (const [, id = ''] of page.matchAll(/href="#([^"]*)"/g)) {
      assert.ok(ids.includes(id), `#${id}`);
    }
  });

  test('is complete without its script', () => {
    const text = readPageText(writePage());
    const words = [
      'May it ship?',
      'No',
      'one finding',
      'layer 2 of 2',
      'RUN make',
      '4.17.20 < 4.17.21 is true',
      'According to github:language:javascript, GHSA-35jh-r3h4-6jhm affects < 4.17.21',
      'Update lodash from 4.17.20 to 4.17.21',
      'Aliases CVE-2021-23337',
      'Read this.',
      'Nothing calls it.',
      'by somebody',
      'ticket T-1',
      'until 2027-01-01',
      'Part of another package.',
      'The inventory is incomplete: 5 problems.',
      'GPL-2.0-only',
      '/opt/lone',
      'Alpine 3.20 reached its end of life on 2026-04-01',
    ];
    for (const word of words) {
      assert.ok(text.includes(word), word);
    }
  });

  test('begins its title with the result', () => {
    assert.match(writePage(), /<title>4 open: example\/shop:2\.1<\/title>/);
  });

  test('distinguishes "not evaluated" from "nothing found"', () => {
    const findings = createFindings([], { database: undefined });
    const text = readPageText(writePage({ findings }));
    assert.match(text, /Vulnerabilities were not evaluated/);
    assert.match(text, /not evaluated: example\/shop/);
    assert.doesNotMatch(text, /Nothing was found|0 open/);
    // A column of findings would show "none" for every layer.
    assert.doesNotMatch(text, /Open findings\s+Created by/);
    assert.match(readPageText(writePage()), /Open findings\s+Created by/);
  });

  test('reports "nothing found" only for evaluated packages', () => {
    const unevaluated = SAMPLE_REPORT.inventory.packages.map(({ key }) => ({
      packageKey: key,
      why: 'no-distro' as const,
      detail: 'no system is known',
    }));
    const text = readPageText(writePage({ findings: createFindings([], { unevaluated }) }));
    assert.doesNotMatch(text, /Nothing was found/);
    assert.match(text, /4 packages of 4 could not be evaluated/);
    assert.match(
      readPageText(writePage({ findings: createFindings([]) })),
      /No vulnerabilities found in 4 packages\./,
    );
  });

  test('answers first whether the target may ship, and what to do first', () => {
    assert.match(readPageText(writePage()), /May it ship\? No --fail-on/);
    assert.match(
      readAnswer(SAMPLE_FINDINGS),
      /Not as it is Open findings: 2 known to be exploited/,
    );
    assert.match(readAnswer(SAMPLE_FINDINGS), /First Update lodash|First Update busybox/);
    const none = createFindings([], { database: undefined });
    assert.match(readAnswer(none), /\? Unknown Vulnerabilities .* First Run plimsoll db update/);
  });

  test('answers "unknown" if anything could not be judged or rated', () => {
    const mild = { ...present(SAMPLE, 'a finding'), matches: [], severity: 'low' } as const;
    assert.match(
      readAnswer(createFindings([mild]), COMPLETE),
      /\? Nothing severe 1 open finding: none/,
    );
    const [match] = present(SAMPLE, 'a finding').matches;
    const reasons = [{ ...present(match?.reasons[0], 'a reason'), kind: 'cpe' as const }];
    const guess = {
      ...mild,
      severity: 'critical',
      matches: [{ ...present(match, 'a match'), reasons }],
    } as const;
    assert.match(
      readAnswer(createFindings([guess]), COMPLETE),
      /1 open finding: apart from 1 low-confidence match, none is known/,
    );
    const unrated = { ...mild, severity: 'unknown' } as const;
    assert.match(readAnswer(createFindings([unrated]), COMPLETE), /\? Not rated .*; 1 not rated\./);
    assert.match(readAnswer(createFindings([mild])), /\? Unknown Some files could not be read/);
    const unevaluated = SAMPLE_REPORT.inventory.packages.map(({ key }) => ({
      packageKey: key,
      why: 'no-data-for-distro' as const,
      detail: 'the database has no advisories for it',
    }));
    const text = readAnswer(createFindings([], { unevaluated }), COMPLETE);
    assert.match(
      text,
      /\? Unknown 4 packages could not be evaluated\. First An empty list does not mean a safe image: see/,
    );
  });

  test('recommends one version for each package', () => {
    const updates = [
      {
        name: 'lodash',
        type: 'npm',
        installed: '4.17.20',
        version: '4.17.99',
        fixes: 1,
        severity: 'high',
      },
    ] as const;
    const text = readPageText(writeReport(html, { ...createFullReport(), updates }));
    assert.match(text, /Update lodash 4\.17\.20 to 4\.17\.99/);
  });

  test('never emphasizes "nothing found" if the target is not supported', () => {
    const [first, ...others] = SAMPLE_REPORT.inventory.packages.map(({ key }) => ({
      packageKey: key,
      why: 'no-data-for-distro' as const,
      detail: 'the database has no advisories for it',
    }));
    assert.ok(first !== undefined && others.length > 0);
    const page = writePage({ findings: createFindings([], { unevaluated: others }) });
    assert.match(
      page,
      /<b>3 packages of 4 could not be evaluated<\/b>\. No vulnerabilities found in 1 package\./,
    );
    assert.doesNotMatch(page, /<b>No vulnerabilities/);
  });

  test('does not mention findings on a page of packages alone', () => {
    const { findings: _, changes: __, verdict: ___, ...rest } = createFullReport();
    const text = readPageText(writeReport(html, rest));
    assert.match(text, /Vulnerabilities were not requested/);
    assert.doesNotMatch(text, /Recommended updates|Suppressed|Verdict|Advisories|Open findings/);
  });

  test('groups updates by package, the most severe first', () => {
    const page = stripAssets(writePage());
    const table = page.slice(page.indexOf('id="updates"'), page.indexOf('id="findings"'));
    const rows = [...table.matchAll(/<tr><th scope="row">([^<]*)/g)].map(([, name]) =>
      name?.trim(),
    );
    // One lodash came with busybox, and is updated with it.
    const evil = 'evil\\u{1b}[31m\\u{d}\\u{a}\\u{202e}name';
    assert.deepEqual(rows, ['busybox', 'lodash', evil]);
    assert.match(table, /fix 3 of 4 open findings/);
  });

  test('writes an unsafe address as text', () => {
    assert.ok(SAMPLE);
    const matches = SAMPLE.matches.map((match) => ({
      ...match,
      record: {
        ...match.record,
        references: [
          { url: 'javascript:alert(1)', tags: [] },
          { url: 'data:text/html,x', tags: [] },
        ],
      },
    }));
    const page = stripAssets(writePage({ findings: createFindings([{ ...SAMPLE, matches }]) }));
    assert.ok(page.includes('<li>javascript:alert(1)</li>'));
    assert.doesNotMatch(page, /href="(?:javascript|data)/);
  });

  test('describes a vulnerability in one sentence', () => {
    assert.ok(SAMPLE);
    const [match] = SAMPLE.matches;
    assert.ok(match);
    const of = (description: string): string =>
      findSummary({ ...SAMPLE, matches: [{ ...match, record: { ...match.record, description } }] });
    assert.equal(of('A flaw in 1.2.x of a tool. More of it.'), 'A flaw in 1.2.x of a tool.');
    assert.equal(of('It is broken\n  over lines.\nMore'), 'It is broken over lines.');
    assert.equal(of('### Impact\n\nSome'), '### Impact');
    assert.equal(of(''), '');
    assert.equal(of('a'.repeat(500)).length, 121);
  });

  test('has at most 300 KB for 500 findings, and names the command for other reasons', () => {
    assert.ok(SAMPLE);
    const list = Array.from({ length: 500 }, (_, index) => ({
      ...SAMPLE,
      id: `GHSA-2024-2024-${index}`,
      aliases: [`CVE-2024-${index}`],
    }));
    const page = writePage({ findings: createFindings(list) });
    assert.ok(page.length <= 300 * 1024, `${page.length} bytes`);
    const content = stripAssets(page);
    assert.equal(content.match(/<tbody data-s/g)?.length, 500);
    const explained = content.split('<dl class="why">').length - 1;
    assert.ok(explained >= 10 && explained < 500);
    const text = readPageText(page);
    assert.match(text, new RegExp(`The first ${explained} findings can be opened\\.`));
    assert.match(text, /run plimsoll why TARGET ID PACKAGE/);
  });

  test('has the reasons of every finding if there are few', () => {
    const page = stripAssets(writePage());
    assert.equal(page.match(/<dl class="why">/g)?.length, page.match(/<tbody data-s/g)?.length);
    assert.doesNotMatch(page, /can be opened/);
  });
});
