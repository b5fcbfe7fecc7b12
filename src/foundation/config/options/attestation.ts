import { SEARCHING } from '../command-groups.data.ts';
import type { OptionSpec } from '../option-spec.ts';

/** In the order of the help. */
export const ATTESTATION_OPTIONS = {
  statementType: {
    kind: 'choice',
    flag: 'type',
    argument: 'TYPE',
    choices: ['sbom', 'spdx', 'vulns', 'vex', 'svr', 'vsa', 'verdict'],
    default: 'sbom',
    commands: ['attest', 'attest verify'],
    fromProject: 'refused',
    description:
      'type of the statement to sign, or the only type that "verify" accepts (it accepts all if the option is absent)',
    example: 'plimsoll attest app.tar --key release.pem --type vsa --policy shop.yaml',
  },
  trustedRoot: {
    kind: 'text',
    flag: 'trusted-root',
    argument: 'FILE',
    defaultAbout: 'keyless signatures do not count',
    commands: [...SEARCHING, 'attest verify', 'serve'],
    environment: 'PLIMSOLL_TRUSTED_ROOT',
    fromProject: 'refused',
    description:
      'trusted root of Sigstore (JSON) to verify keyless signatures without a network; needs --identity and --issuer; serve: of documents that are attached to watched images',
    example:
      'plimsoll attest verify oci-dir:app --trusted-root trusted_root.json --identity ops@example.org --issuer https://accounts.google.com',
  },
  identity: {
    kind: 'text',
    flag: 'identity',
    argument: 'ID',
    defaultAbout: 'required with --trusted-root',
    commands: [...SEARCHING, 'attest verify', 'serve'],
    environment: 'PLIMSOLL_IDENTITY',
    fromProject: 'refused',
    description:
      'identity that must have signed: an e-mail address or URL, exactly, or a pattern (RE2) from start to end, as in "/^https://github\\.com/acme/.+$/"',
    example:
      'plimsoll attest verify oci-dir:app --trusted-root trusted_root.json --identity ops@example.org --issuer https://accounts.google.com',
  },
  issuer: {
    kind: 'text',
    flag: 'issuer',
    argument: 'URL',
    defaultAbout: 'required with --trusted-root',
    commands: [...SEARCHING, 'attest verify', 'serve'],
    environment: 'PLIMSOLL_ISSUER',
    fromProject: 'refused',
    description: 'issuer of that identity, exactly',
    example:
      'plimsoll attest verify oci-dir:app --trusted-root trusted_root.json --identity ops@example.org --issuer https://accounts.google.com',
  },
  attach: {
    kind: 'boolean',
    flag: 'attach',
    default: false,
    commands: ['attest'],
    fromProject: 'refused',
    description:
      'attach the statement to the image, in its OCI layout or registry, instead of printing it',
    example: 'plimsoll attest oci-dir:app --key release.pem --type vulns --attach',
  },
  statementAge: {
    kind: 'number',
    flag: 'max-age',
    argument: 'DAYS',
    default: 0,
    commands: ['attest verify'],
    fromProject: 'refused',
    description: 'only accept statements that are at most DAYS old; 0 for any age',
    example: 'plimsoll attest verify oci-dir:app --key release.pub --type vulns --max-age 7',
  },
} as const satisfies Record<string, OptionSpec>;
