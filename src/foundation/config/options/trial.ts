import type { OptionSpec } from '../option-spec.ts';

/** Options of "plimsoll harden verify", in the order of the help. */
export const TRIAL_OPTIONS = {
  trialExpect: {
    kind: 'text',
    flag: 'expect',
    argument: 'FILE',
    defaultAbout: 'the slim image is only compared with the original',
    commands: ['harden'],
    fromProject: 'refused',
    description:
      'verify: JSON file with the results that both images must have, such as the JSON of an earlier run',
    example:
      'plimsoll harden verify app.tar oci-dir:slim --expect app.json -- curl -sf localhost:80/',
  },
  trialPlan: {
    kind: 'text',
    flag: 'plan',
    argument: 'FILE',
    defaultAbout: 'missing files are named without their bets',
    commands: ['harden'],
    fromProject: 'refused',
    description: 'verify: plan (-o json) of the slim image, to name the bet that dropped a file',
    example: 'plimsoll harden verify app.tar oci-dir:slim --plan plan.json',
  },
  trialRepair: {
    kind: 'number',
    flag: 'repair',
    argument: 'N',
    default: 0,
    commands: ['harden'],
    fromProject: 'refused',
    description:
      'verify: add missing files and run the slim image again, at most N times; -o oci-dir=DIR writes the image',
    example: 'plimsoll harden verify app.tar oci-dir:slim --repair 10 -o oci-dir=better',
  },
  trialRuntime: {
    kind: 'choice',
    flag: 'runtime',
    argument: 'NAME',
    choices: ['namespaces', 'runc'],
    default: 'namespaces',
    commands: ['harden'],
    fromProject: 'refused',
    description: 'verify: how to run images; runc adds a seccomp filter and limits',
    example: 'plimsoll harden verify app.tar oci-dir:slim --runtime runc',
  },
  trialStart: {
    kind: 'number',
    flag: 'start-seconds',
    argument: 'N',
    default: 10,
    commands: ['harden'],
    fromProject: 'refused',
    description: 'verify: seconds to wait until a program opens its ports or exits',
    example: 'plimsoll harden verify app.tar oci-dir:slim --start-seconds 60',
  },
  trialCommand: {
    kind: 'number',
    flag: 'command-seconds',
    argument: 'N',
    default: 30,
    commands: ['harden'],
    fromProject: 'refused',
    description: 'verify: seconds that COMMAND may take',
    example: 'plimsoll harden verify app.tar oci-dir:slim --command-seconds 300 -- ./test.sh',
  },
} as const satisfies Record<string, OptionSpec>;
