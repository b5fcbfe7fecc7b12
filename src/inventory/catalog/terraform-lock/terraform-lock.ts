import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { type HclBlock, parseHclBlocks } from '../../../foundation/syntax/hcl/hcl-blocks.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/** Providers that Terraform or OpenTofu lock. They have no package URL type. */
export const terraformLock: Cataloger<PackageList> = {
  id: 'terraform-lock',
  alias: 'terraform-lock-cataloger',
  version: 1,
  title: 'Providers locked by Terraform',
  spec: 'https://developer.hashicorp.com/terraform/language/files/dependency-lock',
  tags: ['declared', 'directory', 'package', 'terraform'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'lock', paths: ['**/.terraform.lock.hcl'], maxBytes: 'configFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, () => ({
      type: 'terraform',
      language: 'go',
      purl: '',
      foundBy: terraformLock.id,
      rule: 'a provider in .terraform.lock.hcl',
      kind: 'terraform-lock-provider-entry',
    })),
};

function extract({ content, limits }: WantedFile): Extraction<PackageList> {
  const blocks = parseHclBlocks(readText(content));
  if (blocks === undefined) {
    return createMalformedList('a block in the lock file is not closed');
  }
  const providers = blocks.filter(({ kind }) => kind === 'provider');
  return readPackageList(providers, 'provider', limits, readProvider);
}

function readProvider({ label, arguments: given }: HclBlock): ListedPackage | undefined {
  const [version = ''] = given.get('version') ?? [];
  const [constraints = ''] = given.get('constraints') ?? [];
  if (label === '' || version === '') {
    return undefined;
  }
  const hashes = given.get('hashes') ?? [];
  return { name: label, version, metadata: { url: label, constraints, version, hashes } };
}
