import { readWhole } from '../../core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  WantedFile,
} from '../../core/cataloger.ts';
import {
  type EmbeddedSbom,
  placeEmbedded,
  readEmbeddedSbom,
} from '../../document/embedded-document.ts';

/**
 * Packages that SBOM documents in a target name, of any format that can be read. A document tells
 * what its maker saw, which need not be on board: that is why nobody gets it without asking.
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
  return { ...(found === undefined ? {} : { fact: found }), problems };
}

function assemble({ facts }: AssemblyInput<EmbeddedSbom>): Assembly {
  const made = facts.map(({ path, otherNames = [], layer, fact }) =>
    placeEmbedded(fact, {
      foundBy: sbom.id,
      rule: `a package of an SBOM in the target: ${fact.title}`,
      locations: [path, ...otherNames].map((name) => ({
        path: name,
        accessPath: name,
        ...(layer === undefined ? {} : { layer }),
        evidence: 'primary' as const,
      })),
    }),
  );
  return {
    packages: made.flatMap(({ packages }) => packages),
    dependencies: made.flatMap(({ dependencies }) => dependencies),
  };
}
