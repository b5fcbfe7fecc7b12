import { readWhole } from '../../core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../core/cataloger.ts';
import { type Pom, parsePom } from '../../ecosystem/java/pom.ts';
import { packagesOfPoms } from './pom-packages.ts';
import { PomTree } from './pom-tree.ts';

/**
 * Projects by their POM, and the dependencies that they name or inherit, but for those of tests.
 * Parents and imported POMs are looked for among the POMs of the target; it cannot tell what stands
 * in others, nor what dependencies need in turn.
 */
export const javaPom: Cataloger<Pom> = {
  id: 'java-pom',
  alias: 'java-pom-cataloger',
  version: 2,
  title: 'Projects and dependencies in Maven POMs',
  spec: 'https://maven.apache.org/ref/current/maven-model/maven.html',
  tags: ['declared', 'directory', 'java', 'language', 'maven', 'package'],
  can: { licenses: 'partly', dependencies: 'partly', ownedFiles: 'no' },
  wants: [{ role: 'pom', paths: ['**/pom.xml'], maxBytes: 'configFileBytesMax' }],
  extract,
  assemble: ({ facts, budget: { limits } }) => packagesOfPoms(facts, new PomTree(facts, limits)),
};

function extract({ content, budget }: WantedFile): Extraction<Pom> {
  const fact = parsePom(readWhole(content), budget);
  return fact === undefined
    ? { problems: [{ code: 'P_MALFORMED', message: 'the file is not a valid POM' }] }
    : { fact };
}
