import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  mergeSameVersions,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';
import { normalizePythonName, toPypiPurl } from '../../ecosystem/python/python-name.ts';

/**
 * Python projects that a `setup.py` pins to one version. It is a program. Only strings such as
 * `"name==1.0"` are recognized, regardless of their use.
 */
export const pythonSetup: Cataloger<PackageList> = {
  id: 'python-setup',
  alias: 'python-package-cataloger',
  version: 1,
  title: 'Python projects pinned by setup.py',
  spec: 'https://setuptools.pypa.io/en/latest/userguide/dependency_management.html',
  tags: ['declared', 'directory', 'language', 'package', 'python'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'setup', paths: ['**/setup.py'], maxBytes: 'configFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'python',
      language: 'python',
      purl: toPypiPurl({ name, version }),
      foundBy: pythonSetup.id,
      rule: 'a pinned requirement in setup.py',
      confidence: 0.7,
    })),
};

const NAME = /([A-Za-z0-9][\w.-]{0,127})[ \t]{0,9}(?:\[[\w, -]{0,255}\])?[ \t]{0,9}={2,3}/.source;
const VERSION = /[ \t]{0,9}(\w[\w.!+-]{0,127})/.source;
/**
 * In quotes, possibly with conditions after it; or alone on its line, as in a multi-line string.
 */
const QUOTED = new RegExp(`["'][ \\t]{0,9}${NAME}${VERSION}(?=[ \\t]{0,9}[;,"'])`, 'g');
const ALONE = new RegExp(`^[ \\t]{0,40}${NAME}${VERSION}[ \\t]{0,9}$`, 'g');

function extract({ content, limits }: WantedFile): Extraction<PackageList> {
  const pinned: ListedPackage[] = [];
  for (const { text, number } of splitLines(readText(content))) {
    if (text.trimStart().startsWith('#') || pinned.length > limits.recordsMax) {
      continue;
    }
    for (const pattern of [QUOTED, ALONE]) {
      for (const [, name = '', version = ''] of text.matchAll(pattern)) {
        pinned.push({ name: normalizePythonName(name), version, line: number });
      }
    }
  }
  const { fact, problems } = readPackageList(pinned, 'requirement', limits, (each) => each);
  return { fact: { packages: mergeSameVersions(fact.packages) }, problems };
}
