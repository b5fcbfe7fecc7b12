import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { OPTION_LIST, OPTION_TOPICS } from '../foundation/config/option-table.ts';
import { LIMIT_NAMES } from '../foundation/config/read-value.ts';
import { COMMANDS } from './command-table.ts';
import { formatCommandHelp, formatLimit, formatLimitsHelp, formatOverview } from './help-text.ts';
import { parseArguments } from './parse-arguments.ts';
import { SCAN_FORMATS } from './scan-formats.data.ts';

const asIs = { serializers: [String] };
const getGoldenPath = (name: string): string => join(import.meta.dirname, 'golden', name);

test('the help starts with examples', (context) => {
  assert.match(formatOverview(), /^Examples\n {2}plimsoll /);
  context.assert.fileSnapshot(formatOverview(), getGoldenPath('help.txt'), asIs);
});

test('the help of a command begins with examples', (context) => {
  for (const command of COMMANDS) {
    assert.match(formatCommandHelp(command), /^Examples\n/);
  }
  const scan = COMMANDS.find(({ name }) => name === 'scan');
  assert.ok(scan);
  context.assert.fileSnapshot(formatCommandHelp(scan), getGoldenPath('help-scan.txt'), asIs);
});

test('the overview fits one screen, and leaves options to the help of commands', () => {
  const text = formatOverview();
  assert.ok(text.split('\n').length <= 50);
  assert.doesNotMatch(text, /--fail-on SEVERITY/);
  for (const [, line = ''] of text.matchAll(/^ {2}plimsoll (.+?) {2,}/gm)) {
    assert.doesNotThrow(() => parseArguments(line.split(' ')), line);
  }
});

test('the help of scan lists every format of findings', async () => {
  const { formats } = await import('../report/output/formats.ts');
  const ids = formats.filter(({ carries }) => carries.includes('findings')).map(({ id }) => id);
  assert.deepEqual(SCAN_FORMATS, ids);
});

test('every option belongs to one topic', () => {
  const topical = OPTION_TOPICS.flatMap(({ options }) => Object.keys(options)).toSorted();
  assert.deepEqual(topical, OPTION_LIST.map(({ name }) => name).toSorted());
});

test('a limit of zero has no unit', () => {
  assert.equal(formatLimit('knownLicenseTextBytesMax'), '0');
  assert.equal(formatLimit('layerBytesMax'), '64 GiB');
});

test('every limit is listed', () => {
  const text = formatLimitsHelp();
  for (const name of LIMIT_NAMES) {
    assert.ok(text.includes(`  ${name} `), name);
  }
});

test('no line of the help is wider than 100 columns or the terminal', () => {
  for (const [columns, widest] of [
    [undefined, 100],
    [200, 100],
    [80, 80],
    [60, 60],
  ] as const) {
    const pages = [
      formatOverview(columns),
      formatLimitsHelp(columns),
      ...COMMANDS.map((command) => formatCommandHelp(command, columns)),
    ];
    const lines = pages.flatMap((page) => page.split('\n'));
    const wide = lines.filter((line) => line.length > widest && line.trim().includes(' '));
    assert.deepEqual(wide, []);
  }
});

test('every example is a valid command line', () => {
  for (const { name, examples } of COMMANDS) {
    for (const { line } of examples) {
      const words =
        line
          .replace(/^source <\((.*)\)$/, '$1')
          .split(' > ')[0]
          ?.split(' ') ?? [];
      assert.equal(words[0], 'plimsoll');
      assert.equal(parseArguments(words.slice(1)).command, name, line);
    }
  }
});
