import { readText } from '../../core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../core/cataloger.ts';
import { assemblePackageLists, type PackageList } from '../../ecosystem/package-list.ts';
import { writePurl } from '../../identity/purl/purl.ts';
import { parseDeb822 } from '../../syntax/deb822/deb822.ts';
import { rLicenses } from './r-license.ts';

/** R packages by their descriptions, installed or not. */
export const rPackage: Cataloger<PackageList> = {
  id: 'r-package',
  alias: 'r-package-cataloger',
  version: 1,
  title: 'R packages',
  spec: 'https://cran.r-project.org/doc/manuals/r-release/R-exts.html#The-DESCRIPTION-file',
  tags: ['directory', 'image', 'installed', 'language', 'package', 'r'],
  can: { licenses: 'yes', dependencies: 'no', ownedFiles: 'no' },
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

/** Other things have a file of this name too: without a package and a version it is none of R's. */
function extract({ content, limits }: WantedFile): Extraction<PackageList> {
  const [stanza] = parseDeb822(readText(content), limits).stanzas;
  const field = (name: string): string => (stanza?.fields.get(name) ?? '').trim();
  const [name, version] = [field('package'), field('version')];
  if (name === '' || version === '') {
    return {};
  }
  const texts = {
    title: field('title'),
    description: oneLine(field('description')),
    author: field('author').replace(/\n[ \t]*/g, '\n'),
    maintainer: field('maintainer'),
    repository: field('repository'),
    built: field('built'),
  };
  const lists = {
    url: listOf(field('url')),
    imports: listOf(field('imports')),
    depends: listOf(field('depends')),
    suggests: listOf(field('suggests')),
  };
  const stated = [...Object.entries(texts), ...Object.entries(lists)];
  const metadata = {
    ...Object.fromEntries(stated.filter(([, value]) => value.length > 0)),
    ...(field('needscompilation').toLowerCase() === 'yes' ? { needsCompilation: true } : {}),
  };
  const licenses = rLicenses(field('license'));
  return { fact: { packages: [{ name, version, licenses, metadata }] } };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
