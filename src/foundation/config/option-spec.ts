import type { CommandName } from './command-names.data.ts';

/**
 * Rights of a configuration file that was found in the working directory. It comes from the author
 * of the directory, not from the user. `refused` is for everything that writes files, chooses
 * programs, databases, hosts, certificates or caches, silences the run, or lifts limits;
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
  /** Environment variable; absent if the option makes sense for one run only. */
  readonly environment?: string;
  /** Key in `.plimsoll.yaml`; absent if the option makes no sense there. */
  readonly configKey?: string;
  /** Options without a key in the file are `refused`. */
  readonly fromProject: ProjectPermission;
  /** A phrase that describes the effect of the option, without a full stop. */
  readonly description: string;
  /** A complete command line. */
  readonly example: string;
  /** Whether reports contain the option and its value, because the result depends on it. */
  readonly isShaping?: true;
}

interface ArgumentFacts extends OptionFacts {
  /** Placeholder of the value in the help. */
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
