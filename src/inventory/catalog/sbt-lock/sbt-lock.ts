import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import { assembleModules, toListedModule } from '../../ecosystem/java/maven-list.ts';
import {
  createMalformedList,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/** Modules locked by the lock plug-in of sbt, except those for tests alone. */
export const sbtLock: Cataloger<PackageList> = {
  id: 'sbt-lock',
  alias: 'sbt-lock-cataloger',
  version: 1,
  title: 'Modules locked by sbt',
  spec: 'https://stringbean.github.io/sbt-dependency-lock/file-formats/index.html',
  tags: ['declared', 'directory', 'java', 'language', 'package', 'scala'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'lock', paths: ['**/*.sbt.lock'], maxBytes: 'lockFileBytesMax' }],
  extract,
  assemble: (input) =>
    assembleModules(input, { foundBy: sbtLock.id, rule: 'a module in an sbt lock file' }),
};

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseFileJson(readText(content), budget);
  const list = isRecord(document) ? document['dependencies'] : undefined;
  if (!Array.isArray(list)) {
    return createMalformedList('the lock file has no list of dependencies');
  }
  const modules = list
    .map((entry: unknown) => (isRecord(entry) ? entry : {}))
    .filter(({ configurations }) => !isForTests(toTexts(configurations)));
  return readPackageList(modules, 'module', limits, (entry) =>
    toListedModule({
      groupId: getText(entry, 'org'),
      artifactId: getText(entry, 'name'),
      version: getText(entry, 'version'),
    }),
  );
}

function isForTests(configurations: readonly string[]): boolean {
  return configurations.length > 0 && configurations.every((name) => /^(?:test|it)\b/.test(name));
}
