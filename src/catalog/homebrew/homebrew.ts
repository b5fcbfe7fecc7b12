import { posix } from 'node:path';
import { readText } from '../../core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../core/cataloger.ts';
import { assemblePackageLists, type PackageList } from '../../ecosystem/package-list.ts';
import { rubyTexts } from '../../ecosystem/ruby/ruby-texts.ts';
import { writePurl } from '../../identity/purl/purl.ts';
import { splitLines } from '../../syntax/text/lines.ts';

/**
 * Formulae that Homebrew poured into its cellar. Those that a tap merely offers are none. Which
 * files it installed the formula does not tell.
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

/** The folders are named after the formula and its version: `Cellar/jq/1.7.1/.brew/jq.rb`. */
function extract({ path, content }: WantedFile): Extraction<PackageList> {
  const keg = posix.dirname(posix.dirname(path));
  const [name, version] = [posix.basename(posix.dirname(keg)), posix.basename(keg)];
  const stated = new Map<string, string>();
  for (const { text } of splitLines(readText(content))) {
    const [, field, value] = /^ {0,4}(desc|homepage|license)[ \t]+(\S.*)$/.exec(text) ?? [];
    if (field !== undefined && value !== undefined && !stated.has(field)) {
      stated.set(field, field === 'license' ? licenseOf(value) : (rubyTexts(value)[0] ?? ''));
    }
  }
  const metadata = {
    ...(stated.has('homepage') ? { homepage: stated.get('homepage') } : {}),
    ...(stated.has('desc') ? { description: stated.get('desc') } : {}),
  };
  const licenses = [stated.get('license') ?? ''];
  return { fact: { packages: [{ name, version, licenses, metadata }] } };
}

/** One text, or a list under `any_of:` or `all_of:` on the same line. */
function licenseOf(value: string): string {
  const texts = rubyTexts(value);
  return texts.join(value.startsWith('any_of') ? ' OR ' : ' AND ');
}
