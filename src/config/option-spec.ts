import type { CommandName } from './command-names.data.ts';

/**
 * What a configuration file that was found in the working directory may do with an option. Nobody
 * named that file: whoever wrote the directory did. `refused` is for everything that writes files,
 * chooses programs, databases, hosts, certificates or caches, silences the run, or lifts limits;
 * `incomplete` for everything that leaves out packages or findings, or claims without proof.
 */
export const PROJECT_PERMISSIONS = ['allowed', 'incomplete', 'standard-output', 'refused'] as const;

export type ProjectPermission = (typeof PROJECT_PERMISSIONS)[number];

interface OptionFacts {
  /** Long flag without its dashes. */
  readonly flag: string;
  /** One letter. */
  readonly short?: string;
  readonly commands: readonly CommandName[];
  /** Environment variable, absent where the option makes sense for one run only. */
  readonly environment?: string;
  /** Key in `.plimsoll.yaml`, absent where the option makes no sense there. */
  readonly configKey?: string;
  /** Options without a key in the file are `refused`. */
  readonly fromProject: ProjectPermission;
  /** A sentence's rest that says what the option does, without a full stop. */
  readonly description: string;
  /** A whole command line. */
  readonly example: string;
  /** Reports name the option and its value, because the result depends on it. */
  readonly isShaping?: true;
}

interface ArgumentFacts extends OptionFacts {
  /** What the help calls the value. */
  readonly argument: string;
}

/**
 * One option in every spelling. Flags, environment, configuration file, its schema and the help
 * derive from it.
 */
export type OptionSpec =
  | (OptionFacts & { readonly kind: 'boolean'; readonly default: boolean })
  | (ArgumentFacts & { readonly kind: 'text'; readonly defaultAbout: string })
  | (ArgumentFacts & { readonly kind: 'number' | 'bytes'; readonly default: number })
  | (ArgumentFacts & { readonly kind: 'list' })
  | (ArgumentFacts & { readonly kind: 'limits' })
  | (ArgumentFacts & {
      readonly kind: 'choice';
      readonly choices: readonly string[];
      readonly default: string;
    });
