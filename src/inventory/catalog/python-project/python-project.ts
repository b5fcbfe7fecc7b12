import { posix } from 'node:path';
import { readText } from '../../../foundation/core/bytes.ts';
import type {
  Cataloger,
  Extraction,
  FileView,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getRecord, getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseToml } from '../../../foundation/syntax/text/toml.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  mergeSameVersions,
  type PackageList,
} from '../../ecosystem/package-list.ts';
import { normalizePythonName, toPypiPurl } from '../../ecosystem/python/python-name.ts';
import {
  findPinnedVersion,
  findRequiredVersion,
  parsePythonRequirement,
} from '../../ecosystem/python/requirement.ts';

/** Lock files with the resolution of a project. */
const LOCKS = ['poetry.lock', 'pdm.lock', 'uv.lock', 'pylock.toml'];

/**
 * Requirements in one version of a Python project without a lock file. Ranges are left out, and so
 * are extras and groups, which need not be installed.
 */
export const pythonProject: Cataloger<PackageList> = {
  id: 'python-project',
  alias: 'python-project-cataloger',
  version: 2,
  title: 'Python projects pinned by pyproject.toml',
  spec: 'https://packaging.python.org/en/latest/specifications/pyproject-toml/',
  tags: ['declared', 'directory', 'language', 'package', 'python'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'project', paths: ['**/pyproject.toml'], maxBytes: 'configFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(
      { ...input, facts: input.facts.filter(({ path }) => !isLocked(path, input.view)) },
      ({ name, version }) => ({
        type: 'python',
        language: 'python',
        purl: toPypiPurl({ name, version }),
        foundBy: pythonProject.id,
        rule: 'a dependency that pyproject.toml pins to one version',
        confidence: 0.8,
      }),
    ),
};

function isLocked(path: string, view: FileView): boolean {
  return LOCKS.some((lock) => view.resolve(posix.join(posix.dirname(path), lock)) !== undefined);
}

function extract({ content, budget }: WantedFile): Extraction<PackageList> {
  const document = parseToml(readText(content), budget);
  if (document === undefined) {
    return createMalformedList('the file is not valid TOML');
  }
  const project = getRecord(document, 'project') ?? {};
  const poetry = getRecord(getRecord(document, 'tool') ?? {}, 'poetry') ?? {};
  const requested = [
    ...toTexts(project['dependencies']).map(readRequirement),
    ...Object.entries(getRecord(poetry, 'dependencies') ?? {}).map(readPoetry),
  ].filter((each) => each !== undefined);
  const packages = mergeSameVersions(budget.limitItems(requested, 'recordsMax'));
  return packages.length === 0 ? {} : { fact: { packages } };
}

function readRequirement(text: string): ListedPackage | undefined {
  const requirement = parsePythonRequirement(text);
  return requirement && toPinned(requirement.name, findRequiredVersion(requirement));
}

/** A version without an operator is exact. Poetry, "Dependency specification". */
function readPoetry([name, wanted]: [string, unknown]): ListedPackage | undefined {
  const version = isRecord(wanted) ? getText(wanted, 'version') : wanted;
  const constraint = typeof version === 'string' ? version.replace(/^(?=\d)/, '==') : '';
  return name === 'python' ? undefined : toPinned(name, findPinnedVersion(constraint));
}

function toPinned(name: string, version: string | undefined): ListedPackage | undefined {
  return name === '' || version === undefined
    ? undefined
    : { name: normalizePythonName(name), version };
}
