import { readWhole } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { type Pom, parsePom } from '../../ecosystem/java/pom.ts';
import { createPomPackages } from './pom-packages.ts';
import { PomTree } from './pom-tree.ts';

/**
 * Projects by their POM, and the dependencies that they declare or inherit, except those of tests.
 * Parents and imported POMs are searched among the POMs of the target; other POMs and indirect
 * dependencies are unknown.
 */
export const javaPom: Cataloger<Pom> = {
  id: 'java-pom',
  alias: 'java-pom-cataloger',
  version: 2,
  title: 'Projects and dependencies in Maven POMs',
  spec: 'https://maven.apache.org/ref/current/maven-model/maven.html',
  tags: ['declared', 'directory', 'java', 'language', 'maven', 'package'],
  can: { licenses: 'partly', dependencies: 'partly', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'pom', paths: ['**/pom.xml'], maxBytes: 'configFileBytesMax' }],
  extract,
  assemble: ({ facts, budget: { limits } }) => createPomPackages(facts, new PomTree(facts, limits)),
};

function extract({ content, budget }: WantedFile): Extraction<Pom> {
  const fact = parsePom(readWhole(content), budget);
  return fact === undefined
    ? { problems: [{ code: 'P_MALFORMED', message: 'the file is not a valid POM' }] }
    : { fact };
}
