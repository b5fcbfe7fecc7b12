import { posix } from 'node:path';
import { readText } from '../../core/bytes.ts';
import type { Cataloger, Extraction, FileView, WantedFile } from '../../core/cataloger.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  malformedList,
  onePerVersion,
  type PackageList,
} from '../../ecosystem/package-list.ts';
import { pypiPurl, pythonName } from '../../ecosystem/python/python-name.ts';
import {
  parsePythonRequirement,
  pinnedVersion,
  requiredVersion,
} from '../../ecosystem/python/requirement.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { getRecord, getText, toTexts } from '../../syntax/json/member.ts';
import { parseToml } from '../../syntax/text/toml.ts';

/** Locks that say what a project came to. */
const LOCKS = ['poetry.lock', 'pdm.lock', 'uv.lock', 'pylock.toml'];

/**
 * What a Python project asks for in one version and has no lock for. Ranges are left out, and so
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
  wants: [{ role: 'project', paths: ['**/pyproject.toml'], maxBytes: 'configFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(
      { ...input, facts: input.facts.filter(({ path }) => !isLocked(path, input.view)) },
      ({ name, version }) => ({
        type: 'python',
        language: 'python',
        purl: pypiPurl({ name, version }),
        foundBy: pythonProject.id,
        rule: 'a dependency that pyproject.toml pins to one version',
        confidence: 0.8,
      }),
    ),
};

function isLocked(path: string, view: FileView): boolean {
  return LOCKS.some((lock) => view.resolve(posix.join(posix.dirname(path), lock)) !== undefined);
}

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseToml(readText(content), budget);
  if (document === undefined) {
    return malformedList('the file is not valid TOML');
  }
  const project = getRecord(document, 'project') ?? {};
  const poetry = getRecord(getRecord(document, 'tool') ?? {}, 'poetry') ?? {};
  const asked = [
    ...toTexts(project['dependencies']).map(readRequirement),
    ...Object.entries(getRecord(poetry, 'dependencies') ?? {}).map(readPoetry),
  ].slice(0, limits.recordsMax);
  const packages = onePerVersion(asked.filter((each) => each !== undefined));
  return packages.length === 0 ? {} : { fact: { packages } };
}

function readRequirement(text: string): ListedPackage | undefined {
  const requirement = parsePythonRequirement(text);
  return requirement && listed(requirement.name, requiredVersion(requirement));
}

/** A version without an operator is that one. Poetry, "Dependency specification". */
function readPoetry([name, wanted]: [string, unknown]): ListedPackage | undefined {
  const version = isRecord(wanted) ? getText(wanted, 'version') : wanted;
  const constraint = typeof version === 'string' ? version.replace(/^(?=\d)/, '==') : '';
  return name === 'python' ? undefined : listed(name, pinnedVersion(constraint));
}

function listed(name: string, version: string | undefined): ListedPackage | undefined {
  return name === '' || version === undefined ? undefined : { name: pythonName(name), version };
}
