import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { present } from '../../src/foundation/core/assert.ts';
import type { Report } from '../../src/foundation/core/format.ts';
import { formats } from '../../src/report/output/formats.ts';
import { createFullReport, replaceTexts } from '../support/hostile-report.ts';
import { HOSTILE_TEXTS } from '../support/hostile-text.data.ts';
import { skipUnlessInstalled } from '../support/installed-program.ts';
import { SAMPLE_FINDINGS, SAMPLE_REPORT, writeReport } from '../support/sample-report.ts';
import { FormatChecker } from './format-check.ts';
import { withFolder } from './score.ts';
import { checkAnnotations, checkCsv, checkMarkdown } from './text-check.ts';

/** Formats whose checks need only the files beside these tests. */
const REPORTS = ['csv', 'github-annotations', 'gitlab', 'junit', 'markdown'];

function writeFormat(format: string, report: Report): string {
  return writeReport(
    present(
      formats.find(({ id }) => id === format),
      format,
    ),
    report,
  );
}

async function assertSound(report: Report, what: string): Promise<void> {
  await withFolder(async (folder) => {
    const checker = new FormatChecker('', folder);
    for (const format of REPORTS) {
      const verdict = checker.judge(format, writeFormat(format, report));
      assert.equal(present(verdict, format).fault, '', `${what} as ${format}`);
    }
  });
}

suite('reports checked by their schemas or the rules of their readers', {
  skip: skipUnlessInstalled('xmllint'),
}, () => {
  test('are valid with findings, decisions, gates and a baseline', async () => {
    await assertSound(SAMPLE_REPORT, 'sample');
    await assertSound(createFullReport(), 'every kind of fact');
  });

  test('are valid without findings, and without an evaluation', async () => {
    const none = { ...SAMPLE_FINDINGS, findings: [], dispositioned: [] };
    await assertSound({ ...SAMPLE_REPORT, findings: none }, 'no findings');
    await assertSound(
      { ...SAMPLE_REPORT, findings: { ...none, database: undefined } },
      'not evaluated',
    );
  });

  test('are valid with any names and texts', async () => {
    for (const [title, text] of HOSTILE_TEXTS) {
      await assertSound(
        replaceTexts(createFullReport(), () => text),
        title,
      );
    }
  });

  test('detects an invalid report', async () => {
    await withFolder(async (folder) => {
      const checker = new FormatChecker('', folder);
      for (const [format, from, to] of [
        ['gitlab', /"image":"[^"]*"/, '"image":""'],
        ['gitlab', '"severity":"High"', '"severity":"high"'],
        ['junit', ' errors="0" skipped', ' skipped'],
        ['junit', '</failure>', '</failure><b/>'],
      ] as const) {
        const text = writeFormat(format, SAMPLE_REPORT).replace(from, to);
        assert.notEqual(checker.judge(format, text)?.fault, '', to);
      }
    });
  });
});

test('detects a line that GitHub would print instead of showing', () => {
  assert.equal(checkAnnotations('::error title=a,file=b%2Cc,line=3::d: e%0Af\n'), '');
  for (const line of [
    'no command',
    '::error title=a',
    '::set-output name=a::b',
    '::error titel=a::b',
    '::error title=::b',
    '::error line=x::b',
    '::error title=a::',
    '::error title=a\nb::c',
  ]) {
    assert.notEqual(checkAnnotations(`${line}\n`), '', line);
  }
});

test('detects a table with an inconsistent number of fields', () => {
  assert.equal(checkCsv('a,b\r\n"1,""2\r\n3",4\r\n'), '');
  for (const text of ['a,b\r\n1\r\n', 'a,b\n', 'a"b\r\n', '"a\r\n', 'a']) {
    assert.notEqual(checkCsv(text), '', text);
  }
  assert.equal(checkMarkdown('| a | b |\n|---|--:|\n| `1\\|2` | 3 |\n\n| other |\n'), '');
  for (const text of ['| a |\n|---|---|\n', '| a | b |\n|---|---|\n| 1 |\n']) {
    assert.notEqual(checkMarkdown(text), '', text);
  }
});
