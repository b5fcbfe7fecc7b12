import type { OptionSpec } from '../option-spec.ts';

/** In the order of the help. */
export const FIX_OPTIONS = {
  level: {
    kind: 'choice',
    flag: 'level',
    argument: 'LEVEL',
    choices: ['patch', 'minor', 'major'],
    default: 'minor',
    commands: ['fix', 'config'],
    environment: 'PLIMSOLL_LEVEL',
    configKey: 'level',
    fromProject: 'allowed',
    description: 'largest step of an update of a language package',
    example: 'plimsoll fix app.tar --level patch',
  },
  maxPackages: {
    kind: 'number',
    flag: 'max-packages',
    argument: 'NUMBER',
    default: 0,
    commands: ['fix'],
    fromProject: 'refused',
    description: 'update at most NUMBER packages: those that remove the most risk; 0 for no limit',
    example: 'plimsoll fix app.tar --max-packages 5',
  },
  checkIndex: {
    kind: 'text',
    flag: 'check-index',
    argument: 'FILE',
    defaultAbout: 'fixed versions are assumed to be available',
    commands: ['fix'],
    fromProject: 'refused',
    description:
      'package index of a mirror (Packages, APKINDEX or primary.xml): only plan versions that it contains',
    example: 'plimsoll fix app.tar --check-index Packages',
  },
  after: {
    kind: 'text',
    flag: 'after',
    argument: 'IMAGE',
    defaultAbout: 'updates are planned',
    commands: ['fix'],
    fromProject: 'refused',
    description:
      'image after the updates: list the findings that they fixed; with -o openvex, state them as fixed',
    example: 'plimsoll fix app.tar --after patched.tar -o openvex > fixed.vex.json',
  },
} as const satisfies Record<string, OptionSpec>;
