import type { OptionSpec } from '../option-spec.ts';

/** In the order of the help. */
export const PATCH_OPTIONS = {
  level: {
    kind: 'choice',
    flag: 'level',
    argument: 'LEVEL',
    choices: ['patch', 'minor', 'major'],
    default: 'minor',
    commands: ['patch', 'config'],
    environment: 'PLIMSOLL_LEVEL',
    configKey: 'level',
    fromProject: 'allowed',
    description: 'largest step of an update of a language package',
    example: 'plimsoll patch app.tar --level patch',
  },
  maxPackages: {
    kind: 'number',
    flag: 'max-packages',
    argument: 'NUMBER',
    default: 0,
    commands: ['patch'],
    fromProject: 'refused',
    description: 'update at most NUMBER packages: those that remove the most risk; 0 for no limit',
    example: 'plimsoll patch app.tar --max-packages 5',
  },
  checkIndex: {
    kind: 'text',
    flag: 'check-index',
    argument: 'FILE',
    defaultAbout: 'fixed versions are assumed to be available',
    commands: ['patch'],
    fromProject: 'refused',
    description:
      'package index of a mirror (Packages, APKINDEX or primary.xml): only plan versions that it contains',
    example: 'plimsoll patch app.tar --check-index Packages',
  },
  after: {
    kind: 'text',
    flag: 'after',
    argument: 'IMAGE',
    defaultAbout: 'updates are planned',
    commands: ['patch'],
    fromProject: 'refused',
    description:
      'image after the updates: list the findings that they fixed; with -o openvex, state them as fixed',
    example: 'plimsoll patch app.tar --after patched.tar -o openvex > fixed.vex.json',
  },
} as const satisfies Record<string, OptionSpec>;
