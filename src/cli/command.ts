import type { CommandName } from '../foundation/config/command-names.data.ts';
import type { Environment } from '../foundation/config/environment.ts';
import type { OptionName } from '../foundation/config/option-table.ts';
import type { ResolvedOptions } from '../foundation/config/resolve-options.ts';
import type { ExitStatus } from '../foundation/core/error.ts';
import type { Progress } from '../foundation/core/progress.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import type { Terminal } from './terminal.ts';

/** The parts of the environment that a command may use. */
export interface Context {
  readonly resolved: ResolvedOptions;
  /** Arguments after the command's name. */
  readonly positionals: readonly string[];
  /** The configuration files in use, in order of precedence. */
  readonly configurationFiles: readonly ConfigurationFile[];
  /** Files of ignore rules that were configured by a file in the working directory. */
  readonly projectRuleFiles: readonly string[];
  /**
   * Options that a file in the working directory set and that make this command leave something
   * out.
   */
  readonly narrowedBy: readonly OptionName[];
  readonly environment: Environment;
  readonly terminal: Terminal;
  /** Receives progress; drawn on standard error as the options request. */
  readonly progress: Progress;
  /** Disposed of when the command ends, fails, or is interrupted. */
  readonly resources: DisposableStack;
  /** Calls the function instead of ending the run when the next signal arrives. */
  onSignal(stop: () => void): void;
  /** RFC 3339: the time when the run began, or `SOURCE_DATE_EPOCH` if it is set. */
  readonly now: string;
  /** The time in reports, in whole seconds; `undefined` with `--reproducible` alone. */
  readonly reportTimestamp: string | undefined;
  /** Writes a result to standard output. */
  print(text: string): void;
  /** Writes a human-readable line to standard error, unless the run is quiet. */
  notify(line: string): void;
  /** Like `notify`, but also if the run is quiet: for the reasons of a failure. */
  warn(line: string): void;
}

/** One command, in one file of `src/cli/command`. Returns its exit status; throws `UserError`. */
export interface Command {
  run(context: Context): Promise<ExitStatus>;
}

export interface CommandExample {
  readonly line: string;
  readonly does: string;
}

export interface CommandDescription {
  readonly name: CommandName;
  readonly usage: string;
  readonly summary: string;
  readonly examples: readonly CommandExample[];
  readonly notes?: readonly string[];
  /** Arguments that may or must follow the name. */
  readonly words?: Readonly<Record<string, string>>;
  readonly positionalsMax: number;
  /** Whether the arguments are files or directories, for completion. */
  readonly takesFiles: boolean;
}
