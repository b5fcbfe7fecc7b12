import type { Environment } from '../../../foundation/config/environment.ts';

/** The user's environment, in which a command line of another tool is parsed. */
export interface PeerHost {
  readonly environment: Environment;
  findHome(): string;
  /** Returns the directory of `XDG_CONFIG_HOME`, or its default. */
  findConfigurationHome(): string;
  exists(path: string): boolean;
  /** Returns whether a file is one of the targets or is inside one, also through links. */
  isPartOfTarget(path: string, targets: readonly string[]): boolean;
  /** @throws UserError `E_CONFIG` if the file cannot be read or is malformed */
  readYaml(path: string): Promise<unknown>;
}
