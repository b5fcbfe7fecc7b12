import { NAMING, READING } from '../command-groups.data.ts';
import type { OptionSpec } from '../option-spec.ts';

/** Topic "target" of the help, in its order. */
export const TARGET_OPTIONS = {
  from: {
    kind: 'text',
    flag: 'from',
    argument: 'SOURCE',
    defaultAbout: 'guessed from the target',
    commands: NAMING,
    environment: 'PLIMSOLL_FROM',
    configKey: 'from',
    fromProject: 'refused',
    description: 'where the target comes from, the same as writing SOURCE:TARGET',
    example: 'plimsoll --from docker-archive app.tar',
    isShaping: true,
  },
  platform: {
    kind: 'text',
    flag: 'platform',
    argument: 'OS/ARCH[/VARIANT]',
    defaultAbout: 'linux and the architecture of this machine',
    commands: READING,
    environment: 'PLIMSOLL_PLATFORM',
    configKey: 'platform',
    fromProject: 'allowed',
    description: 'the platform to choose where an image has several',
    example: 'plimsoll oci-archive:app.tar --platform linux/arm64',
    isShaping: true,
  },
  sbomFrom: {
    kind: 'choice',
    flag: 'sbom-from',
    argument: 'PLACE',
    choices: ['image', 'referrers'],
    default: 'image',
    commands: READING,
    environment: 'PLIMSOLL_SBOM_FROM',
    configKey: 'sbom-from',
    fromProject: 'incomplete',
    description:
      'where the SBOM of an image in a registry or an OCI layout comes from: "image" reads the image, "referrers" takes one that is attached to it',
    example: 'plimsoll scan --sbom-from referrers registry:ghcr.io/example/app:1',
    isShaping: true,
  },
  merge: {
    kind: 'boolean',
    flag: 'merge',
    default: false,
    commands: ['sbom'],
    fromProject: 'refused',
    description: 'take several targets or SBOMs, and make one SBOM of them',
    example: 'plimsoll sbom --merge app.cdx.json base.spdx.json -o json',
  },
} as const satisfies Record<string, OptionSpec>;
