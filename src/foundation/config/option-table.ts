import type { OptionSpec } from './option-spec.ts';
import { ATTESTATION_OPTIONS } from './options/attestation.ts';
import { BASE_IMAGE_OPTIONS } from './options/base-images.ts';
import { DATABASE_OPTIONS } from './options/database.ts';
import { EVERY_COMMAND_OPTIONS } from './options/every-command.ts';
import { FILTERING_OPTIONS } from './options/filtering.ts';
import { FIX_OPTIONS } from './options/fix.ts';
import { GATES_OPTIONS } from './options/gates.ts';
import { HARDENING_OPTIONS } from './options/hardening.ts';
import { MATCHING_OPTIONS } from './options/matching.ts';
import { NETWORK_OPTIONS } from './options/network.ts';
import { OUTPUT_OPTIONS } from './options/output.ts';
import { RESOURCES_OPTIONS } from './options/resources.ts';
import { SCAN_SCOPE_OPTIONS } from './options/scan-scope.ts';
import { SERVER_OPTIONS } from './options/server.ts';
import { TARGET_OPTIONS } from './options/target.ts';
import { TRIAL_OPTIONS } from './options/trial.ts';

/** Options of one topic, in the order of the help. */
export interface OptionTopic {
  readonly title: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
}

/** Every option, by topic: one file each in `options`. */
export const OPTIONS = {
  ...OUTPUT_OPTIONS,
  ...TARGET_OPTIONS,
  ...SCAN_SCOPE_OPTIONS,
  ...FILTERING_OPTIONS,
  ...MATCHING_OPTIONS,
  ...GATES_OPTIONS,
  ...HARDENING_OPTIONS,
  ...DATABASE_OPTIONS,
  ...BASE_IMAGE_OPTIONS,
  ...FIX_OPTIONS,
  ...ATTESTATION_OPTIONS,
  ...SERVER_OPTIONS,
  ...NETWORK_OPTIONS,
  ...TRIAL_OPTIONS,
  ...RESOURCES_OPTIONS,
  ...EVERY_COMMAND_OPTIONS,
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof OPTIONS;

/** Topics, in the order in which the help lists them. */
export const OPTION_TOPICS: readonly OptionTopic[] = [
  { title: 'output', options: OUTPUT_OPTIONS },
  { title: 'target', options: TARGET_OPTIONS },
  { title: 'scan scope', options: SCAN_SCOPE_OPTIONS },
  { title: 'filtering', options: FILTERING_OPTIONS },
  { title: 'matching', options: MATCHING_OPTIONS },
  { title: 'gates', options: GATES_OPTIONS },
  { title: 'hardening', options: HARDENING_OPTIONS },
  { title: 'advisory database', options: DATABASE_OPTIONS },
  { title: 'base images', options: BASE_IMAGE_OPTIONS },
  { title: 'updates', options: FIX_OPTIONS },
  { title: 'attestations', options: ATTESTATION_OPTIONS },
  { title: 'server', options: SERVER_OPTIONS },
  { title: 'network', options: NETWORK_OPTIONS },
  { title: 'trial', options: TRIAL_OPTIONS },
  { title: 'cache and limits', options: RESOURCES_OPTIONS },
  { title: 'global', options: EVERY_COMMAND_OPTIONS },
];

/** The table as a list of entries with their names. */
export const OPTION_LIST: readonly { readonly name: OptionName; readonly spec: OptionSpec }[] =
  Object.entries(OPTIONS).map(([name, spec]) => ({ name: name as OptionName, spec }));
