import { readWhole } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import { assemblePackageLists, type PackageList } from '../../ecosystem/package-list.ts';
import { getPhpText, parsePhpSerialized } from '../../ecosystem/php/serialized.ts';

/** Packages of PEAR and PECL by the records of its installer. */
export const phpPear: Cataloger<PackageList> = {
  id: 'php-pear',
  alias: 'php-pear-serialized-cataloger',
  version: 1,
  title: 'Packages installed by PEAR',
  spec: 'https://pear.php.net/manual/en/guide.users.concepts.registry.php',
  tags: ['directory', 'image', 'installed', 'language', 'package', 'pear', 'php'],
  can: { licenses: 'yes', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    {
      role: 'record',
      paths: ['**/php/.registry/*.reg', '**/php/.registry/*/*.reg'],
      maxBytes: 'lockFileBytesMax',
    },
  ],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version, metadata = {} }) => ({
      type: 'php-pear',
      language: 'php',
      purl: writePurl({ type: 'pear', namespace: getText(metadata, 'channel'), name, version }),
      foundBy: phpPear.id,
      rule: 'a record of the PEAR registry',
      kind: 'php-pear-entry',
    })),
};

/** Records of the first form have no channel, and the version as a plain string. */
function extract({ content, limits }: WantedFile): Extraction<PackageList> {
  const record = parsePhpSerialized(readWhole(content), limits);
  const name = getPhpText(record, 'name') || getPhpText(record, 'package');
  const version = getPhpText(record, 'version', 'release') || getPhpText(record, 'version');
  if (name === '' || version === '') {
    const message = 'the record is malformed, or has no name or no version';
    return { problems: [{ code: 'P_RECORD', message }] };
  }
  const channel = getPhpText(record, 'channel');
  const license = getPhpText(record, 'license', '_content') || getPhpText(record, 'license');
  const metadata = {
    name,
    ...(channel === '' ? {} : { channel }),
    version,
    ...(license === '' ? {} : { license: [license] }),
  };
  return { fact: { packages: [{ name, version, licenses: [license], metadata }] } };
}
