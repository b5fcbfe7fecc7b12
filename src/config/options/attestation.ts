import type { OptionSpec } from '../option-spec.ts';

/** In the order of the help. */
export const ATTESTATION_OPTIONS = {
  statementType: {
    kind: 'choice',
    flag: 'type',
    argument: 'TYPE',
    choices: ['sbom', 'spdx', 'vulns', 'vex', 'svr', 'vsa', 'verdict'],
    default: 'sbom',
    commands: ['attest', 'verify'],
    fromProject: 'refused',
    description:
      'type of the statement to sign, or the only type that "verify" accepts (it accepts all if the option is absent)',
    example: 'plimsoll attest app.tar --key release.pem --type vsa --policy shop.yaml',
  },
  attach: {
    kind: 'boolean',
    flag: 'attach',
    default: false,
    commands: ['attest'],
    fromProject: 'refused',
    description: 'attach the statement to the image in its OCI layout instead of printing it',
    example: 'plimsoll attest oci-dir:app --key release.pem --type vulns --attach',
  },
  statementAge: {
    kind: 'number',
    flag: 'max-age',
    argument: 'DAYS',
    default: 0,
    commands: ['verify'],
    fromProject: 'refused',
    description: 'only accept statements that are at most DAYS old; 0 for any age',
    example: 'plimsoll verify oci-dir:app --key release.pub --type vulns --max-age 7',
  },
} as const satisfies Record<string, OptionSpec>;
