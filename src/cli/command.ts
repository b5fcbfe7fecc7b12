import type { CommandName } from '../config/command-names.data.ts';
import type { Environment } from '../config/environment.ts';
import type { OptionName } from '../config/option-table.ts';
import type { ResolvedOptions } from '../config/resolve-options.ts';
import type { ExitStatus } from '../core/error.ts';
import type { Progress } from '../core/progress.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import type { Terminal } from './terminal.ts';

/** What a command may use of the outer world. */
export interface Context {
  readonly resolved: ResolvedOptions;
  /** Arguments after the command's name. */
  readonly positionals: readonly string[];
  /** The configuration files in use, in order of precedence. */
  readonly configurationFiles: readonly ConfigurationFile[];
  /** Files of ignore rules among the options that a file in the working directory named. */
  readonly projectRuleFiles: readonly string[];
  /** What a file in the working directory sets and this command leaves out therefore. */
  readonly narrowedBy: readonly OptionName[];
  readonly environment: Environment;
  readonly terminal: Terminal;
  /** Where progress goes; drawn on standard error as the options want it. */
  readonly progress: Progress;
  /** Released when the command ends, fails, or is interrupted. */
  readonly resources: DisposableStack;
  /** RFC 3339, the time when the run began, or what `SOURCE_DATE_EPOCH` says. */
  readonly now: string;
  /** The time in reports, in whole seconds; `undefined` with `--reproducible` alone. */
  readonly reportTimestamp: string | undefined;
  /** Writes a result to standard output. */
  print(text: string): void;
  /** Writes a line for a person to standard error, unless the run is quiet. */
  tell(line: string): void;
  /** As `tell`, also where the run is quiet: for what makes it fail. */
  insist(line: string): void;
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
  /** Words that may or must follow the name. */
  readonly words?: Readonly<Record<string, string>>;
  readonly positionalsMax: number;
  /** Whether the arguments are files or folders, for completion. */
  readonly takesFiles: boolean;
}
