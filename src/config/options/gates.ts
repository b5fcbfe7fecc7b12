import { SEVERITIES } from '../../core/finding.ts';
import { GATING, READING } from '../command-groups.data.ts';
import type { OptionSpec } from '../option-spec.ts';

const [, ...RATED] = SEVERITIES;

/** Topic "gates" of the help, in its order. */
export const GATES_OPTIONS = {
  failOn: {
    kind: 'choice',
    flag: 'fail-on',
    short: 'f',
    argument: 'SEVERITY',
    choices: ['never', ...RATED],
    default: 'never',
    commands: GATING,
    environment: 'PLIMSOLL_FAIL_ON',
    configKey: 'fail-on',
    fromProject: 'allowed',
    description:
      'exit with status 2 where an open finding is at least so severe; guesses, to which only a CPE led, do not count',
    example: 'plimsoll app.tar --fail-on high',
  },
  failOnNew: {
    kind: 'boolean',
    flag: 'fail-on-new',
    default: false,
    commands: GATING,
    environment: 'PLIMSOLL_FAIL_ON_NEW',
    configKey: 'fail-on-new',
    fromProject: 'incomplete',
    description:
      'exit with status 2 only where the target itself has new findings against --baseline, of the severity of --fail-on or any',
    example: 'plimsoll app.tar --baseline main.json --fail-on-new --fail-on medium',
  },
  baseline: {
    kind: 'text',
    flag: 'baseline',
    argument: 'FILE',
    defaultAbout: 'nothing is compared',
    commands: GATING,
    environment: 'PLIMSOLL_BASELINE',
    configKey: 'baseline',
    fromProject: 'allowed',
    description: 'an earlier result (-o json=FILE) to say against what is new, gone and unchanged',
    example: 'plimsoll app.tar --baseline main.json -o markdown',
  },
  failOnDifference: {
    kind: 'list',
    flag: 'fail-on-difference',
    argument: 'WHAT[,WHAT]',
    commands: ['compare', 'config'],
    environment: 'PLIMSOLL_FAIL_ON_DIFFERENCE',
    configKey: 'fail-on-difference',
    fromProject: 'allowed',
    description:
      'exit with status 2 where the second target is worse in one of: findings, packages, downgrades, executables, privileges, configuration, surface; may be repeated',
    example: 'plimsoll compare app-1.tar app-2.tar --fail-on-difference findings,privileges',
  },
  failIncomplete: {
    kind: 'boolean',
    flag: 'fail-incomplete',
    default: false,
    commands: [...READING, 'convert'],
    environment: 'PLIMSOLL_FAIL_INCOMPLETE',
    configKey: 'fail-incomplete',
    fromProject: 'allowed',
    description: 'exit with status 4 where data are missing or something could not be read',
    example: 'plimsoll alpine.tar --fail-incomplete',
  },
} as const satisfies Record<string, OptionSpec>;
