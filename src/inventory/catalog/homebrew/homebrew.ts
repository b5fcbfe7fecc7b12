import { posix } from 'node:path';
import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import { assemblePackageLists, type PackageList } from '../../ecosystem/package-list.ts';
import { parseRubyTexts } from '../../ecosystem/ruby/ruby-texts.ts';

/**
 * Formulae that Homebrew installed in its cellar, not those that a tap only offers. The formula
 * does not list the installed files.
 */
export const homebrew: Cataloger<PackageList> = {
  id: 'homebrew',
  alias: 'homebrew-cataloger',
  version: 1,
  title: 'Formulae installed by Homebrew',
  spec: 'https://docs.brew.sh/Formula-Cookbook',
  tags: ['directory', 'homebrew', 'image', 'installed', 'package'],
  can: { licenses: 'yes', dependencies: 'no', ownedFiles: 'no' },
  wants: [{ role: 'formula', paths: ['**/Cellar/*/*/.brew/*.rb'], maxBytes: 'configFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'homebrew',
      language: '',
      purl: writePurl({ type: 'brew', name, version }),
      foundBy: homebrew.id,
      rule: 'the directory of a formula in the Homebrew cellar',
      kind: 'homebrew-formula',
    })),
};

/** The directories have the names of the formula and its version: `Cellar/jq/1.7.1/.brew/jq.rb`. */
function extract({ path, content }: WantedFile): Extraction<PackageList> {
  const keg = posix.dirname(posix.dirname(path));
  const [name, version] = [posix.basename(posix.dirname(keg)), posix.basename(keg)];
  const stated = new Map<string, string>();
  for (const { text } of splitLines(readText(content))) {
    const [, field, value] = /^ {0,4}(desc|homepage|license)[ \t]+(\S.*)$/.exec(text) ?? [];
    if (field !== undefined && value !== undefined && !stated.has(field)) {
      stated.set(
        field,
        field === 'license' ? parseLicense(value) : (parseRubyTexts(value)[0] ?? ''),
      );
    }
  }
  const metadata = {
    ...(stated.has('homepage') ? { homepage: stated.get('homepage') } : {}),
    ...(stated.has('desc') ? { description: stated.get('desc') } : {}),
  };
  const licenses = [stated.get('license') ?? ''];
  return { fact: { packages: [{ name, version, licenses, metadata }] } };
}

/** One string, or a list under `any_of:` or `all_of:` on the same line. */
function parseLicense(value: string): string {
  const texts = parseRubyTexts(value);
  return texts.join(value.startsWith('any_of') ? ' OR ' : ' AND ');
}
