import { NAMING, READING } from '../command-groups.data.ts';
import type { OptionSpec } from '../option-spec.ts';

/** In the order of the help. */
export const TARGET_OPTIONS = {
  from: {
    kind: 'text',
    flag: 'from',
    argument: 'SOURCE',
    defaultAbout: 'detected from the target',
    commands: NAMING,
    environment: 'PLIMSOLL_FROM',
    configKey: 'from',
    fromProject: 'refused',
    description: 'source of the target, the same as SOURCE:TARGET',
    example: 'plimsoll --from docker-archive app.tar',
    isShaping: true,
  },
  platform: {
    kind: 'text',
    flag: 'platform',
    argument: 'OS/ARCH[/VARIANT]',
    defaultAbout: 'linux and the architecture of this machine',
    commands: [...READING, 'serve admin'],
    environment: 'PLIMSOLL_PLATFORM',
    configKey: 'platform',
    fromProject: 'allowed',
    description:
      'platform of a multi-platform image; "serve admin watch add" accepts several, separated by commas',
    example: 'plimsoll oci-archive:app.tar --platform linux/arm64',
    isShaping: true,
  },
  sbomFrom: {
    kind: 'choice',
    flag: 'sbom-from',
    argument: 'SOURCE',
    choices: ['image', 'referrers'],
    default: 'image',
    commands: READING,
    environment: 'PLIMSOLL_SBOM_FROM',
    configKey: 'sbom-from',
    fromProject: 'incomplete',
    description:
      'source of the SBOM for an image in a registry or OCI layout: "image" scans the image, "referrers" uses an SBOM attached to it',
    example: 'plimsoll scan --sbom-from referrers registry:ghcr.io/example/app:1',
    isShaping: true,
  },
  merge: {
    kind: 'boolean',
    flag: 'merge',
    default: false,
    commands: ['sbom'],
    fromProject: 'refused',
    description: 'merge several targets or SBOMs into one SBOM',
    example: 'plimsoll sbom --merge app.cdx.json base.spdx.json -o json',
  },
} as const satisfies Record<string, OptionSpec>;
