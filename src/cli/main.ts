import { EXIT_STATUS, UserError } from '../foundation/core/error.ts';
import { formatSystemError } from '../foundation/core/system-error.ts';
import { renderError } from './render-error.ts';
import { run } from './run.ts';

/** POSIX: a run that a signal ended has the status 128 plus the number of the signal. */
const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143 } as const;

const resources = new DisposableStack();
/** Ends the run in an orderly way; a further signal ends it at once. */
let stopRun: (() => void) | undefined;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopRun !== undefined) {
      const stop = stopRun;
      stopRun = undefined;
      stop();
      return;
    }
    resources.dispose();
    const interrupted = new UserError('E_INTERRUPTED', `interrupted by ${signal}`);
    process.stderr.write(renderError(interrupted, { isColoured: false, isVerbose: false }));
    process.exit(SIGNAL_STATUS[signal]);
  });
}

/** Ends the run at once, for errors that no caller can catch. */
function fail(error: unknown): never {
  resources.dispose();
  process.stderr.write(renderError(error, { isColoured: false, isVerbose: false }));
  process.exit(error instanceof UserError ? error.status : EXIT_STATUS.toolError);
}

/**
 * A reader that has read enough, such as `head`, is not a failure; the run ends with its own
 * status.
 */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      const reason = error.code === undefined ? error.message : formatSystemError(error.code);
      const message = `could not write to standard output: ${reason}`;
      fail(new UserError('E_OUTPUT', message, { cause: error }));
    }
  });
}

process.once('uncaughtException', fail);

// Until the run sets its status: a run that ends without one must not count as success.
process.exitCode = EXIT_STATUS.toolError;

/** Not awaited by the module itself: the executable is made of modules that cannot wait. */
async function runProgram(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), {
    program: process.argv[1] ?? '',
    environment: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    resources,
    onSignal: (stop) => {
      stopRun = stop;
    },
  });
}

void runProgram();
