import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';
import { parseAuthor, parseDistribution, toCpanPurl } from '../../ecosystem/perl/distribution.ts';

/** CPAN distributions that Carton locks for a Perl program. */
export const perlCpanSnapshot: Cataloger<PackageList> = {
  id: 'perl-cpan-snapshot',
  alias: 'perl-cpan-snapshot-cataloger',
  version: 1,
  title: 'CPAN distributions locked by Carton',
  spec: 'https://metacpan.org/pod/Carton',
  tags: ['declared', 'directory', 'language', 'package', 'perl'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'snapshot', paths: ['**/cpanfile.snapshot'], maxBytes: 'lockFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version, metadata = {} }) => ({
      type: 'perl',
      language: 'perl',
      purl: toCpanPurl(name, version, parseAuthor(getText(metadata, 'pathname'))),
      foundBy: perlCpanSnapshot.id,
      rule: 'a distribution in cpanfile.snapshot',
      kind: 'perl-distribution',
    })),
};

interface OpenDistribution {
  readonly title: string;
  readonly line: number;
  pathname: string;
  readonly provides: string[];
  readonly requires: string[];
}

/** Indents: two for a distribution, four for its fields, six for modules with a version each. */
function extract({ content, limits }: WantedFile): Extraction<PackageList> {
  const open: OpenDistribution[] = [];
  let field = '';
  for (const { text, number } of splitLines(readText(content))) {
    const indent = text.length - text.trimStart().length;
    const [word = '', value = ''] = text.trim().split(' ', 2);
    const last = open.at(-1);
    if (word === '' || word.startsWith('#') || open.length > limits.recordsMax) {
      continue;
    }
    if (indent === 2) {
      open.push({ title: word, line: number, pathname: '', provides: [], requires: [] });
    } else if (indent === 4) {
      field = word;
      if (last !== undefined && field === 'pathname:') {
        last.pathname = value;
      }
    } else if (indent === 6 && field === 'provides:') {
      last?.provides.push(word);
    } else if (indent === 6 && field === 'requirements:') {
      last?.requires.push(word);
    }
  }
  return readPackageList(open, 'distribution', limits, toListedPackage);
}

function toListedPackage(open: OpenDistribution): ListedPackage | undefined {
  const { title, line, pathname, provides, requires } = open;
  const identity = parseDistribution(title);
  return identity && { ...identity, line, provides, requires, metadata: { pathname } };
}
