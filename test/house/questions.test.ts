import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeCommand } from '../../src/cli/command-table.ts';
import { formatOverview } from '../../src/cli/help-text.ts';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { MAIN_COMMANDS } from '../../src/foundation/config/command-names.data.ts';
import { checkCommands } from '../../tools/check-commands.ts';
import { findDocumentedCommands } from '../../tools/documented-commands.ts';
import { ROOT } from '../../tools/source-tree.ts';

const TASKS = 40;
/** Lines of a terminal that also shows the prompt. */
const SCREEN_LINES = 50;

interface Task {
  readonly title: string;
  readonly args: readonly string[];
}

/** Returns the rows of the first table of a page, each with the command in its second column. */
function listTasks(page: string): Task[] {
  const rows =
    page
      .split('\n## ')[1]
      ?.split('\n')
      .filter((line) => line.startsWith('| ')) ?? [];
  return rows.slice(1).map((row) => {
    const [, title = '', command = ''] = row.split('|').map((cell) => cell.trim());
    const [found, ...more] = findDocumentedCommands(command);
    assert.deepEqual(more, [], `${title}: one command`);
    return { title, args: found?.args ?? assert.fail(`${title}: no command`) };
  });
}

/** Returns the terms of two sections of the help. */
function listCommandsShown(overview: string): string[] {
  return ['Commands', 'More'].flatMap((title) => {
    const [, rest = ''] = overview.split(`\n${title}\n`);
    const [section = ''] = rest.split('\n\n');
    return [...section.matchAll(/^ {2}(\S+) {2}/gm)].map(([, term = '']) => term);
  });
}

test('each of the tasks of the page has a command that the first screen of the help lists', () => {
  const tasks = listTasks(readFileSync(join(ROOT, 'docs/questions.md'), 'utf8'));
  assert.equal(tasks.length, TASKS);
  const shown = listCommandsShown(formatOverview());
  for (const { title, args } of tasks) {
    assert.ok(shown.includes(args[0] ?? ''), title);
    const { command, isCommandNamed, positionals } = parseArguments(args);
    assert.ok(isCommandNamed && command !== undefined, title);
    assert.ok(positionals.length <= describeCommand(command).positionalsMax, title);
  }
  assert.deepEqual(
    MAIN_COMMANDS.filter((name) => !tasks.some(({ args }) => args[0] === name)),
    [],
    'main commands without a task',
  );
});

test('the help lists twelve commands at most before "More", on one screen', () => {
  const overview = formatOverview();
  const [, rest = ''] = overview.split('\nCommands\n');
  const first = rest.split('\n\n')[0]?.split('\n') ?? [];
  assert.deepEqual(
    first.map((line) => line.trim().split(' ')[0]),
    [...MAIN_COMMANDS],
  );
  assert.ok(MAIN_COMMANDS.length <= 12);
  assert.ok(overview.split('\n').length <= SCREEN_LINES);
});

test('the check of commands finds a thirteenth, a missing file and one without a command', () => {
  const main = Array.from({ length: 13 }, (_, index) => `c${index}`);
  const paths = [...main.map((name) => `src/cli/command/${name}.ts`), 'src/cli/command/old.ts'];
  assert.deepEqual(
    checkCommands({ main, all: [...main, 'c1 sub'] }, paths).map(({ message }) => message),
    [
      '13 main commands, of at most 12',
      'a command has no file src/cli/command/c1/sub.ts',
      'this file is not the file of a command',
    ],
  );
});
