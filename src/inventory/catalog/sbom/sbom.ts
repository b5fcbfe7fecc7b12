import {
  type EmbeddedSbom,
  placeEmbedded,
  readEmbeddedSbom,
} from '../../../document/embedded-document.ts';
import { readWhole } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';

/**
 * Packages in SBOM documents of a target, in any supported format. A document lists packages that
 * its author saw, which need not be present, so this cataloger only runs on request.
 */
export const sbom: Cataloger<EmbeddedSbom> = {
  id: 'sbom',
  alias: 'sbom-cataloger',
  version: 1,
  title: 'SBOM documents',
  spec: 'https://www.ntia.gov/page/software-bill-materials',
  tags: ['package', 'sbom'],
  can: { licenses: 'yes', dependencies: 'yes', ownedFiles: 'partly' },
  wants: [
    {
      role: 'document',
      paths: [
        '**/*.syft.json',
        ...['bom', 'sbom', 'cdx', 'spdx'].flatMap((name) => [`**/*.${name}`, `**/*.${name}.*`]),
        '**/bom',
        '**/sbom',
      ],
      maxBytes: 'documentBytesMax',
    },
  ],
  extract,
  assemble,
};

function extract({ content, path, limits }: WantedFile): Extraction<EmbeddedSbom> {
  const { sbom: found, problems } = readEmbeddedSbom(readWhole(content), path, limits);
  return { ...defined({ fact: found }), problems };
}

function assemble({ facts }: AssemblyInput<EmbeddedSbom>): Assembly {
  const made = facts.map(({ path, otherNames = [], layer, fact }) =>
    placeEmbedded(fact, {
      foundBy: sbom.id,
      rule: `a package of an SBOM in the target: ${fact.title}`,
      locations: [path, ...otherNames].map((name) => ({
        path: name,
        accessPath: name,
        ...defined({ layer }),
        evidence: 'primary' as const,
      })),
    }),
  );
  return {
    packages: made.flatMap(({ packages }) => packages),
    dependencies: made.flatMap(({ dependencies }) => dependencies),
  };
}
