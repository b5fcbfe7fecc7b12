import type { Violation } from './source-tree.ts';

const NAMES_PATH = 'src/foundation/config/command-names.data.ts';
const FOLDER = 'src/cli/command/';

/** More commands than these on the first screen of the help are a list that nobody reads. */
const MAIN_COMMANDS_MAX = 12;

interface Commands {
  /** The commands that the help lists first. */
  readonly main: readonly string[];
  /** Every command; a name of two words is a subcommand. */
  readonly all: readonly string[];
}

/**
 * Checks that the first screen of the help stays short, and that each command is the file of its
 * name: `serve admin` is `serve/admin.ts`.
 */
export function checkCommands({ main, all }: Commands, paths: readonly string[]): Violation[] {
  const files = new Set(
    paths.filter((path) => path.startsWith(FOLDER) && !path.endsWith('.test.ts')),
  );
  const expected = all.map((name) => `${FOLDER}${name.replaceAll(' ', '/')}.ts`);
  const createViolation = (path: string, message: string): Violation => ({
    path,
    line: 1,
    message,
  });
  return [
    ...(main.length > MAIN_COMMANDS_MAX
      ? [
          createViolation(
            NAMES_PATH,
            `${main.length} main commands, of at most ${MAIN_COMMANDS_MAX}`,
          ),
        ]
      : []),
    ...expected
      .filter((path) => !files.has(path))
      .map((path) => createViolation(NAMES_PATH, `a command has no file ${path}`)),
    ...[...files]
      .filter((path) => !expected.includes(path))
      .map((path) => createViolation(path, 'this file is not the file of a command')),
  ];
}
