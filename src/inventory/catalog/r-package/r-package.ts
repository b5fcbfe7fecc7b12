import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { parseDeb822 } from '../../../foundation/syntax/deb822/deb822.ts';
import { assemblePackageLists, type PackageList } from '../../ecosystem/package-list.ts';
import { parseRLicenses } from './r-license.ts';

/** R packages by their descriptions, installed or not. */
export const rPackage: Cataloger<PackageList> = {
  id: 'r-package',
  alias: 'r-package-cataloger',
  version: 1,
  title: 'R packages',
  spec: 'https://cran.r-project.org/doc/manuals/r-release/R-exts.html#The-DESCRIPTION-file',
  tags: ['directory', 'image', 'installed', 'language', 'package', 'r'],
  can: { licenses: 'yes', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'description', paths: ['**/DESCRIPTION'], maxBytes: 'configFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'R-package',
      language: 'R',
      purl: writePurl({ type: 'cran', name, version }),
      foundBy: rPackage.id,
      rule: 'the DESCRIPTION file of an R package',
      kind: 'r-description',
    })),
};

/** Other programs use this file name, too: R's descriptions have a package and a version. */
function extract({ content, limits }: WantedFile): Extraction<PackageList> {
  const [stanza] = parseDeb822(readText(content), limits).stanzas;
  const getField = (name: string): string => (stanza?.fields.get(name) ?? '').trim();
  const [name, version] = [getField('package'), getField('version')];
  if (name === '' || version === '') {
    return {};
  }
  const texts = {
    title: getField('title'),
    description: joinLines(getField('description')),
    author: getField('author').replace(/\n[ \t]*/g, '\n'),
    maintainer: getField('maintainer'),
    repository: getField('repository'),
    built: getField('built'),
  };
  const lists = {
    url: splitList(getField('url')),
    imports: splitList(getField('imports')),
    depends: splitList(getField('depends')),
    suggests: splitList(getField('suggests')),
  };
  const stated = [...Object.entries(texts), ...Object.entries(lists)];
  const metadata = {
    ...Object.fromEntries(stated.filter(([, value]) => value.length > 0)),
    ...(getField('needscompilation').toLowerCase() === 'yes' ? { needsCompilation: true } : {}),
  };
  const licenses = parseRLicenses(getField('license'));
  return { fact: { packages: [{ name, version, licenses, metadata }] } };
}

function joinLines(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
