import { readWhole } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { decodeXml } from '../../../foundation/syntax/xml/decode-xml.ts';
import { findElements, parseXml } from '../../../foundation/syntax/xml/xml-tree.ts';
import { assembleModules, toListedModule } from '../../ecosystem/java/maven-list.ts';
import {
  createMalformedList,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/**
 * Modules whose files a Gradle project verifies: everything that it loads, including modules for
 * its build and its tests.
 */
export const gradleVerification: Cataloger<PackageList> = {
  id: 'gradle-verification',
  alias: 'gradle-verification-cataloger',
  version: 1,
  title: 'Modules verified by Gradle',
  spec: 'https://docs.gradle.org/current/userguide/dependency_verification.html',
  tags: ['declared', 'directory', 'gradle', 'java', 'language', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    {
      role: 'metadata',
      paths: ['**/gradle/verification-metadata.xml'],
      maxBytes: 'configFileBytesMax',
    },
  ],
  extract,
  assemble: (input) =>
    assembleModules(input, {
      foundBy: gradleVerification.id,
      rule: 'a component in verification-metadata.xml',
      confidence: 0.7,
    }),
};

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const root = parseXml(decodeXml(readWhole(content)), budget);
  if (root?.name !== 'verification-metadata') {
    return createMalformedList('the file is not valid verification metadata');
  }
  const components = [...findElements(root, 'component')];
  return readPackageList(components, 'component', limits, ({ attributes }) => {
    const { group: groupId = '', name: artifactId = '', version = '' } = attributes;
    return toListedModule({ groupId, artifactId, version });
  });
}
