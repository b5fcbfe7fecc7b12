import { posix } from 'node:path';
import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { parseOpamFields } from '../../../foundation/syntax/opam/opam-fields.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type PackageList,
} from '../../ecosystem/package-list.ts';

/** OCaml packages by their opam files, which state dependencies only as ranges. */
export const opam: Cataloger<PackageList> = {
  id: 'opam',
  alias: 'opam-cataloger',
  version: 1,
  title: 'opam packages',
  spec: 'https://opam.ocaml.org/doc/Manual.html#opam',
  tags: ['declared', 'directory', 'language', 'ocaml', 'opam', 'package'],
  can: { licenses: 'yes', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'package', paths: ['**/*.opam', '**/opam'], maxBytes: 'configFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'opam',
      language: 'ocaml',
      purl: writePurl({ type: 'opam', name, version }),
      foundBy: opam.id,
      rule: 'the opam file of a package',
      kind: 'opam-package',
    })),
};

function extract({ path, content }: WantedFile): Extraction<PackageList> {
  const text = readText(content);
  if (!/^opam-version[ \t]*:/m.test(text)) {
    return {};
  }
  const fields = parseOpamFields(text);
  if (fields === undefined) {
    return createMalformedList('a bracket or string in the file is not closed');
  }
  const getFirst = (name: string): string => fields.get(name)?.[0] ?? '';
  const [folderName, folderVersion] = parsePathIdentity(path);
  const name = getFirst('name') || folderName;
  const version = getFirst('version') || folderVersion;
  if (name === '' || version === '') {
    const message = 'neither the file nor its directory has a name and a version';
    return { problems: [{ code: 'P_RECORD', message }] };
  }
  const licenses = fields.get('license') ?? [];
  const metadata = {
    name,
    version,
    licenses,
    url: getFirst('url.src'),
    checksum: fields.get('url.checksum') ?? null,
    homepage: getFirst('homepage'),
    dependencies: null,
  };
  return { fact: { packages: [{ name, version, licenses, metadata }] } };
}

/** `name.1.0/opam`, or `name.opam` with the version inside. */
function parsePathIdentity(path: string): readonly [string, string] {
  const base = posix.basename(path);
  if (base !== 'opam') {
    return [base.slice(0, -'.opam'.length), ''];
  }
  const folder = posix.basename(posix.dirname(path));
  const dot = folder.indexOf('.');
  return dot < 0 ? [folder, ''] : [folder.slice(0, dot), folder.slice(dot + 1)];
}
