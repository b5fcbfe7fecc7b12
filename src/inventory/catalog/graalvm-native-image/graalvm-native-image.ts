import {
  type EmbeddedSbom,
  placeEmbedded,
  readEmbeddedSbom,
} from '../../../document/embedded-document.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { EXECUTABLE_MAGIC } from '../../../foundation/core/executable-file.ts';
import type { Location } from '../../../foundation/core/package.ts';
import { readNativeImageSboms } from '../../ecosystem/graalvm/native-image-sbom.ts';

/** The SBOMs in a native image: a universal file has one for each architecture. */
export interface NativeImageFact {
  readonly sboms: readonly EmbeddedSbom[];
}

/**
 * Components of GraalVM native images, by the embedded SBOM. Images built without one are not
 * supported.
 */
export const graalvmNativeImage: Cataloger<NativeImageFact> = {
  id: 'graalvm-native-image',
  alias: 'graalvm-native-image-cataloger',
  version: 1,
  title: 'Java packages in GraalVM native images',
  spec: 'https://www.graalvm.org/latest/reference-manual/native-image/guides/use-sbom-support/',
  tags: ['directory', 'image', 'installed', 'java', 'language', 'package'],
  can: { licenses: 'yes', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'program', magic: EXECUTABLE_MAGIC, maxBytes: 'wholeFileBytesMax' }],
  extract,
  assemble,
};

function extract({ content, path, limits }: WantedFile): Extraction<NativeImageFact> {
  const { documents, problems } = readNativeImageSboms(content, limits);
  const read = documents.map((document) => readEmbeddedSbom(document, path, limits));
  const sboms = read.flatMap(({ sbom }) => sbom ?? []);
  return {
    ...(sboms.length === 0 ? {} : { fact: { sboms } }),
    problems: [...problems, ...read.flatMap((each) => each.problems)],
  };
}

function assemble({ facts }: AssemblyInput<NativeImageFact>): Assembly {
  const made = facts.flatMap((visible) =>
    visible.fact.sboms.map((sbom) =>
      placeEmbedded(sbom, {
        foundBy: graalvmNativeImage.id,
        rule: 'a component in the SBOM of a GraalVM native image',
        locations: toLocations(visible),
      }),
    ),
  );
  return {
    packages: made.flatMap(({ packages }) => packages),
    dependencies: made.flatMap(({ dependencies }) => dependencies),
  };
}

function toLocations({ path, otherNames = [], layer }: VisibleFact<NativeImageFact>): Location[] {
  return [path, ...otherNames].map((name) => ({
    path: name,
    accessPath: name,
    ...defined({ layer }),
    evidence: 'primary',
  }));
}
