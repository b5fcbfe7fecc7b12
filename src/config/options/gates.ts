import { SEVERITIES } from '../../core/finding.ts';
import { GATING, READING } from '../command-groups.data.ts';
import type { OptionSpec } from '../option-spec.ts';

const [, ...RATED] = SEVERITIES;

/** In the order of the help. */
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
      'exit with status 2 if an open finding has this severity or a higher one (CPE-only guesses do not count)',
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
      'exit with status 2 only for findings that are new since --baseline and caused by the target; combine with --fail-on SEVERITY',
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
    description: 'JSON result of an earlier scan to compare with',
    example: 'plimsoll app.tar --baseline main.json -o markdown',
  },
  failOnDifference: {
    kind: 'list',
    flag: 'fail-on-difference',
    argument: 'KIND[,KIND]',
    commands: ['compare', 'config'],
    environment: 'PLIMSOLL_FAIL_ON_DIFFERENCE',
    configKey: 'fail-on-difference',
    fromProject: 'allowed',
    description:
      'exit with status 2 if the second target is worse in: findings, packages, downgrades, executables, privileges, configuration, surface; can be repeated',
    example: 'plimsoll compare app-1.tar app-2.tar --fail-on-difference findings,privileges',
  },
  policy: {
    kind: 'list',
    flag: 'policy',
    argument: 'FILE',
    commands: ['check', 'policy', 'config'],
    environment: 'PLIMSOLL_POLICY',
    configKey: 'policy',
    fromProject: 'refused',
    description:
      'policy to evaluate, in YAML or JSON, instead of the pack "recommended"; can be repeated',
    example: 'plimsoll check app.tar --policy shop.yaml',
  },
  whyRule: {
    kind: 'text',
    flag: 'why',
    argument: 'RULE',
    defaultAbout: 'the verdict is printed',
    commands: ['check'],
    fromProject: 'refused',
    description: 'explain the outcome of one rule for every subject',
    example: 'plimsoll check app.tar --policy shop.yaml --why runs-as-root',
  },
  facts: {
    kind: 'text',
    flag: 'facts',
    argument: 'FILE',
    defaultAbout: 'none is declared',
    commands: ['check'],
    fromProject: 'refused',
    description:
      'facts about the use of the image, such as "exposed", each with its author and an expiry date',
    example: 'plimsoll check app.tar --facts deployment.yaml',
  },
  replay: {
    kind: 'text',
    flag: 'replay',
    argument: 'VERDICT',
    defaultAbout: 'nothing is compared',
    commands: ['check'],
    fromProject: 'refused',
    description:
      'evaluate at the time of an earlier verdict (-o json) and name each input that differs',
    example: 'plimsoll check app.tar --policy shop.yaml --replay verdict.json',
  },
  asOf: {
    kind: 'text',
    flag: 'as-of',
    argument: 'DATE',
    defaultAbout: 'now',
    commands: ['check'],
    fromProject: 'refused',
    description: 'evaluate ages, expiries and validity for another date, as 2027-01-31',
    example: 'plimsoll check app.tar --as-of 2027-01-31',
  },
  failIncomplete: {
    kind: 'boolean',
    flag: 'fail-incomplete',
    default: false,
    commands: [...READING, 'convert'],
    environment: 'PLIMSOLL_FAIL_INCOMPLETE',
    configKey: 'fail-incomplete',
    fromProject: 'allowed',
    description: 'exit with status 4 if the result is incomplete',
    example: 'plimsoll alpine.tar --fail-incomplete',
  },
} as const satisfies Record<string, OptionSpec>;
