import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { API_REPORT, createApiReport } from '../../tools/api-report.ts';
import { ROOT } from '../../tools/source-tree.ts';

const PAGE = readFileSync(join(ROOT, 'docs', 'library.md'), 'utf8');
const LIBRARY = pathToFileURL(join(ROOT, 'src', 'index.ts')).href;

/** Code of the page, and its output from the block below it. */
const EXAMPLES = [...PAGE.matchAll(/```ts\n(.*?)```\n\n```text\n(.*?)```/gsu)];

/** Runs an example as a module that imports the library from its sources. */
function runExample(code: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-library-'));
  try {
    const file = join(folder, 'example.mts');
    writeFileSync(file, code.replaceAll("'plimsoll'", `'${LIBRARY}'`));
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
      cwd: join(ROOT, 'examples'),
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder },
    });
    assert.equal(status, 0, stderr);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

suite('the library', () => {
  test('the page has examples, each with its output', () => {
    assert.equal(EXAMPLES.length, PAGE.split('```ts\n').length - 1);
    assert.ok(EXAMPLES.length >= 5);
  });

  for (const [, code = '', expected] of EXAMPLES) {
    const title = code.split('\n').find((line) => line.includes('await')) ?? '';
    test(`prints the output on the page: ${title.trim()}`, () => {
      assert.equal(runExample(code), expected);
    });
  }

  test('the API equals the recorded one', () => {
    const report = readFileSync(join(ROOT, API_REPORT), 'utf8');
    assert.equal(createApiReport(), report, 'run: npm run generate');
    assert.match(report, /^function sbom\(target: string, options\?: SbomOptions\)/mu);
    assert.match(report, /^interface Location \{/mu);
  });
});
