import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { assemblePackageLists, type PackageList } from '../../ecosystem/package-list.ts';

/** Packs of SWI-Prolog, installed or not. */
export const swiplPack: Cataloger<PackageList> = {
  id: 'swipl-pack',
  alias: 'swipl-pack-cataloger',
  version: 1,
  title: 'SWI-Prolog packs',
  spec: 'https://www.swi-prolog.org/howto/Pack.html',
  tags: ['declared', 'directory', 'language', 'pack', 'package', 'swipl'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'pack', paths: ['**/pack.pl'], maxBytes: 'configFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'swiplpack',
      language: 'swipl',
      purl: writePurl({ type: 'swiplpack', name, version }),
      foundBy: swiplPack.id,
      rule: 'the description of an SWI-Prolog pack',
      kind: 'swiplpack-package',
    })),
};

const ATOM = /(?:'((?:[^'\\]|\\.){0,1024})'|([\w.-]{1,255}))/.source;
const FACT = new RegExp(
  `^[ \\t]*(\\w{1,32})[ \\t]*\\([ \\t]*${ATOM}[ \\t]*(?:,[ \\t]*${ATOM}[ \\t]*)?\\)[ \\t]*\\.`,
  'gm',
);

/** Facts such as `name(hdt).` and `author('Jan', 'j@e.org').`; the last of a kind counts. */
function extract({ content }: WantedFile): Extraction<PackageList> {
  const facts = new Map<string, readonly [string, string]>();
  for (const [, kind = '', quoted, plain, second, secondPlain] of readText(content).matchAll(
    FACT,
  )) {
    facts.set(kind, [quoted ?? plain ?? '', second ?? secondPlain ?? '']);
  }
  const [[name], [version], [author, authorEmail], [packager, packagerEmail], [homepage]] = (
    ['name', 'version', 'author', 'packager', 'home'] as const
  ).map((kind) => facts.get(kind) ?? ['', '']) as [Pair, Pair, Pair, Pair, Pair];
  if (name === '' || version === '') {
    // Programs use this file name, too.
    return {};
  }
  const metadata = {
    name,
    version,
    author,
    authorEmail,
    packager,
    packagerEmail,
    homepage,
    dependencies: null,
  };
  return { fact: { packages: [{ name, version, metadata }] } };
}

type Pair = readonly [string, string];
