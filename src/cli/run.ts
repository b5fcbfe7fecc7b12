import { READING } from '../foundation/config/command-groups.data.ts';
import type { CommandName } from '../foundation/config/command-names.data.ts';
import type { Environment } from '../foundation/config/environment.ts';
import type { OptionName } from '../foundation/config/option-table.ts';
import { resolveOptions } from '../foundation/config/resolve-options.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../foundation/core/error.ts';
import { VERSION } from '../foundation/core/package-version.ts';
import { escapeLines } from '../foundation/core/screen-text.ts';
import type { PeerProject } from '../report/compat/peer/translation.ts';
import { detectPeerLine, type PeerLine } from '../report/compat/peer-command.ts';
import type { Command, CommandDescription, Context } from './command.ts';
import { COMMAND_LOADERS } from './command-loaders.ts';
import { describeCommand } from './command-table.ts';
import { readConfiguration } from './configuration-file.ts';
import { explainMissingPackage } from './missing-package.ts';
import { type Invocation, parseArguments } from './parse-arguments.ts';
import { createPeerHost } from './peer-host.ts';
import { createProgress } from './progress/create-progress.ts';
import type { LiveStream } from './progress/live-tree.ts';
import { describeFoundFile, describeProject } from './project-file.ts';
import { renderError } from './render-error.ts';
import { describeTerminal, getColumns, type OutputStream } from './terminal.ts';

/** The environment, passed in so that tests can observe a run. */
export interface Host {
  /** The path by which the program was called. */
  readonly program?: string;
  readonly environment: Environment;
  readonly stdout: OutputStream & { write(text: string | Uint8Array): unknown };
  readonly stderr: OutputStream & LiveStream;
  /** All resources of the run; disposed of at its end, or by the caller when a signal arrives. */
  readonly resources: DisposableStack;
  /** Calls the function instead of ending the run when the next signal arrives. */
  readonly onSignal?: (stop: () => void) => void;
}

/**
 * Runs one command line, of ours or of a supported tool, from arguments to exit status. Prints
 * errors, also with `-q`.
 */
export async function run(args: readonly string[], host: Host): Promise<ExitStatus> {
  const peer = detectPeerLine(args, host.program ?? '');
  return peer === undefined ? runOwn(args, host) : runPeer(peer, host);
}

/** The other tools have one status for every error. */
async function runPeer(peer: PeerLine, host: Host): Promise<ExitStatus> {
  try {
    const answer = await peer.translate(createPeerHost(host.environment));
    if ('text' in answer) {
      host.stdout.write(answer.text);
      return EXIT_STATUS.fine;
    }
    const isQuiet = answer.args.includes('--quiet=true');
    const notes = isQuiet ? [] : (answer.notes ?? []);
    for (const note of [...(answer.announcements ?? []), ...notes]) {
      host.stderr.write(escapeLines(`note: ${note}`).concat('\n'));
    }
    const status = await runOwn(answer.args, host, answer.project);
    const isSame = status === EXIT_STATUS.fine || (answer.statuses ?? []).includes(status);
    return isSame ? status : EXIT_STATUS.toolError;
  } catch (error) {
    host.stderr.write(renderError(error, { isColoured: false, isVerbose: false }));
    return EXIT_STATUS.toolError;
  }
}

async function runOwn(
  args: readonly string[],
  host: Host,
  peerProject?: PeerProject,
): Promise<ExitStatus> {
  let isVerbose = args.includes('-v') || args.includes('--verbose');
  let color: 'auto' | 'always' | 'never' = 'auto';
  try {
    const invocation = parseArguments(args);
    const answer = await printVersionOrHelp(invocation, host);
    if (answer !== undefined) {
      return answer;
    }
    const { command, context } = await prepare(invocation, host, peerProject);
    ({ color, verbose: isVerbose } = context.resolved.values);
    const status = await command.run(context);
    host.resources.dispose();
    return status;
  } catch (thrown) {
    host.resources.dispose();
    const error = explainMissingPackage(thrown);
    const { isProgressColoured } = describeTerminal(host, host.environment, color);
    host.stderr.write(renderError(error, { isColoured: isProgressColoured, isVerbose }));
    return error instanceof UserError ? error.status : EXIT_STATUS.toolError;
  }
}

/** Version and help work even if the configuration is invalid. */
async function printVersionOrHelp(
  invocation: Invocation,
  host: Host,
): Promise<ExitStatus | undefined> {
  const { command, flags } = invocation;
  if (isAsked(flags, 'version')) {
    host.stdout.write(`${VERSION}\n`);
    return EXIT_STATUS.fine;
  }
  if (isAsked(flags, 'help')) {
    const { formatCommandHelp, formatOverview } = await import('./help-text.ts');
    host.stdout.write(
      command === undefined || !invocation.isCommandNamed
        ? formatOverview(getColumns(host.stdout))
        : formatCommandHelp(describeCommand(command), getColumns(host.stdout)),
    );
    return EXIT_STATUS.fine;
  }
  if (command === undefined) {
    const { formatOverview } = await import('./help-text.ts');
    host.stderr.write(formatOverview(getColumns(host.stderr)));
    return EXIT_STATUS.usage;
  }
  return undefined;
}

function isAsked(flags: ReadonlyMap<OptionName, readonly string[]>, name: OptionName): boolean {
  return flags.get(name)?.at(-1) === 'true';
}

async function prepare(
  invocation: Invocation,
  host: Host,
  peerProject?: PeerProject,
): Promise<{ command: Command; context: Context }> {
  const description = describeCommand(invocation.command ?? 'scan');
  checkPositionals(description, invocation.positionals);
  const { environment } = host;
  const named = invocation.flags.get('config')?.at(-1) ?? environment['PLIMSOLL_CONFIG'];
  const targets = TARGET_COMMANDS.has(description.name) ? invocation.positionals : [];
  const configuration = await readConfiguration(
    named === '' ? undefined : named,
    environment,
    targets,
  );
  const resolved = resolveOptions({
    flags: invocation.flags,
    environment,
    files: configuration.files,
  });
  for (const line of describeFoundFile(configuration)) {
    host.stderr.write(`${escapeLines(line)}\n`);
  }
  const { color, quiet } = resolved.values;
  const terminal = describeTerminal(host, environment, color);
  const progress = host.resources.use(
    createProgress(host.stderr, {
      isQuiet: quiet,
      isLive: terminal.isLive,
      isColoured: terminal.isProgressColoured,
    }),
  );
  const fixedTime = readSourceDate(environment);
  const now = fixedTime ?? new Date().toISOString();
  const isReproducible = resolved.values.reproducible;
  const context: Context = {
    resolved,
    positionals: invocation.positionals,
    configurationFiles: configuration.files,
    ...describeProject(resolved, description.name, peerProject),
    environment,
    terminal,
    progress,
    resources: host.resources,
    onSignal: (stop) => host.onSignal?.(stop),
    now,
    reportTimestamp: fixedTime ?? (isReproducible ? undefined : toWholeSeconds(now)),
    print: (text) => {
      progress.stopDrawing();
      host.stdout.write(text);
    },
    notify: (line) => progress.writeLine(escapeLines(line)),
    warn: (line) =>
      quiet
        ? void host.stderr.write(`${escapeLines(line)}\n`)
        : progress.writeLine(escapeLines(line)),
  };
  return { command: await COMMAND_LOADERS[description.name](), context };
}

/** Commands whose arguments are targets. */
const TARGET_COMMANDS: ReadonlySet<CommandName> = new Set<CommandName>(READING);

function checkPositionals(command: CommandDescription, positionals: readonly string[]): void {
  const extra = positionals[command.positionalsMax];
  if (extra !== undefined) {
    throw new UserError(
      'E_USAGE',
      `unexpected argument "${extra}" for "plimsoll ${command.name}"`,
      {
        hint: `use: ${command.usage}`,
      },
    );
  }
}

/** Documents use whole seconds: several of their schemas do not allow fractions. */
function toWholeSeconds(time: string): string {
  return time.replace(/\.\d+Z$/, 'Z');
}

const LATEST_SECONDS = 253_402_300_799;

/** Reproducible Builds, "SOURCE_DATE_EPOCH": whole seconds since 1970, up to the year 9999. */
function readSourceDate(environment: Environment): string | undefined {
  const text = environment['SOURCE_DATE_EPOCH'] ?? '';
  if (text === '') {
    return undefined;
  }
  const seconds = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds <= LATEST_SECONDS)) {
    throw new UserError('E_CONFIG', `invalid value ${JSON.stringify(text)} for SOURCE_DATE_EPOCH`, {
      hint: 'use a whole number of seconds since 1970',
    });
  }
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
