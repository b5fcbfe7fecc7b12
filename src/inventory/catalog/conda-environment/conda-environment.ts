import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseYaml } from '../../../foundation/syntax/text/yaml.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedIdentity,
  type ListedPackage,
  type PackageList,
} from '../../ecosystem/package-list.ts';
import { normalizePythonName, toPypiPurl } from '../../ecosystem/python/python-name.ts';
import { findRequiredVersion, parsePythonRequirement } from '../../ecosystem/python/requirement.ts';

/**
 * Packages that an environment file of conda requires in one version, and those that it leaves to
 * pip. Requirements with a range are left out.
 */
export const condaEnvironment: Cataloger<PackageList> = {
  id: 'conda-environment',
  alias: 'conda-environment-cataloger',
  version: 1,
  title: 'Packages pinned by conda environment files',
  spec: 'https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html',
  tags: ['conda', 'declared', 'directory', 'language', 'package', 'python'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    {
      role: 'environment',
      paths: ['**/environment.yml', '**/environment.yaml'],
      maxBytes: 'configFileBytesMax',
    },
  ],
  extract,
  assemble: (input) => assemblePackageLists(input, identifyPackage),
};

function extract({ content, budget }: WantedFile): Extraction<PackageList> {
  const document = parseYaml(readText(content), budget);
  if (!isRecord(document)) {
    return createMalformedList('the file is not valid YAML');
  }
  // Other tools use files of this name, too.
  const { dependencies } = document;
  if (!Array.isArray(dependencies)) {
    return {};
  }
  const forPip = dependencies.flatMap((entry: unknown) =>
    isRecord(entry) ? toTexts(entry['pip']) : [],
  );
  const packages = [
    ...toTexts(dependencies).flatMap((text) => parseCondaPackage(text) ?? []),
    ...forPip.flatMap((text) => parsePipPackage(text) ?? []),
  ];
  return { fact: { packages: budget.limitItems(packages, 'recordsMax') } };
}

/**
 * `channel::name=1.0=build`, `name==1.0`, `name 1.0 build`; a single `=` leaves later parts open.
 */
function parseCondaPackage(text: string): ListedPackage | undefined {
  const [, name, version, build = ''] =
    /^(?:[^:\s]{1,200}::)?([\w.-]+)\s*(?:={1,2}|\s)\s*([\w.!+-]+)(?:(?:=|\s+)([\w.*]+))?$/.exec(
      text.trim(),
    ) ?? [];
  return name === undefined || version === undefined
    ? undefined
    : { name: name.toLowerCase(), version, metadata: { manager: 'conda', build } };
}

function parsePipPackage(text: string): ListedPackage | undefined {
  const requirement = parsePythonRequirement(text);
  const version = requirement && findRequiredVersion(requirement);
  return requirement === undefined || version === undefined
    ? undefined
    : { name: normalizePythonName(requirement.name), version, metadata: { manager: 'pip' } };
}

function identifyPackage({ name, version, metadata = {} }: ListedPackage): ListedIdentity {
  const origin = { foundBy: condaEnvironment.id, confidence: 0.8 };
  if (metadata['manager'] === 'pip') {
    return {
      ...origin,
      type: 'python',
      language: 'python',
      purl: toPypiPurl({ name, version }),
      rule: 'a pinned pip requirement in an environment file',
    };
  }
  const qualifiers = { build: getText(metadata, 'build') };
  return {
    ...origin,
    type: 'conda',
    language: '',
    purl: writePurl({ type: 'conda', name, version, qualifiers }),
    rule: 'a pinned package in an environment file',
  };
}
