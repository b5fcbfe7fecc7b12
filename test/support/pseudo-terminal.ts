import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { Screen } from '../../src/cli/progress/screen.fixture.ts';
import { quoteArgument } from './quote-argument.ts';
import { PROGRAM } from './run-program.ts';

const ROWS = 40;
const MINUTE_MS = 60_000;
/** A pseudo-terminal without a size has zero columns; screens show its text at this width. */
const UNSIZED_COLUMNS = 80;

export interface TerminalRun {
  readonly columns: number;
  readonly environment: Readonly<Record<string, string>>;
  /** If false, standard error goes to /dev/null, so that only the result is on the screen. */
  readonly showsProgress: boolean;
}

/**
 * Runs the program on a pseudo-terminal that `script` of util-linux opens, and returns the text on
 * the screen, including lines that have scrolled off its top.
 */
export async function runOnTerminal(args: readonly string[], run: TerminalRun): Promise<string> {
  const { PATH = '' } = process.env;
  const errors = run.showsProgress ? '' : ' 2>/dev/null';
  const command = [process.execPath, PROGRAM, ...args].map(quoteArgument).join(' ');
  const line = `stty cols ${run.columns} rows ${run.columns === 0 ? 0 : ROWS}; ${command}${errors}`;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: { PATH, HOME: '/dev/null', TERM: 'xterm-256color', SHELL: '/bin/sh', ...run.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: MINUTE_MS,
    killSignal: 'SIGKILL',
  });
  const written = await text(child.stdout);
  const screen = new Screen(run.columns || UNSIZED_COLUMNS, ROWS, { wraps: true });
  screen.write(written.replaceAll('\r\n', '\n'));
  return screen.text;
}
