import { posix } from 'node:path';
import type {
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';

export interface NimbleFact {
  readonly name: string;
  readonly version: string;
}

/**
 * Nim packages installed by Nimble, by their directories. Requirements in a description are code,
 * which is not run.
 */
export const nimble: Cataloger<NimbleFact> = {
  id: 'nimble',
  alias: 'nimble-cataloger',
  version: 1,
  title: 'Nim packages installed by Nimble',
  spec: 'https://nim-lang.github.io/nimble/folder-structure.html',
  tags: ['directory', 'image', 'installed', 'language', 'nim', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    {
      role: 'description',
      paths: ['**/pkgs/*/*.nimble', '**/pkgs2/*/*.nimble'],
      maxBytes: 'documentHeadBytesMax',
      isHeadOnly: true,
    },
  ],
  extract,
  assemble: ({ facts }) => ({ packages: facts.map(toNimblePackage) }),
};

/** `NAME-VERSION`, in the second form of the directory also `-CHECKSUM`. */
const FOLDER = /^(\w{1,128})-(\d+(?:\.\d+){0,9})(?:-[0-9a-f]{40})?$/;

/** A branch or a commit is not a version, and a package elsewhere is not installed. */
function extract({ path }: WantedFile): Extraction<NimbleFact> {
  const [, name, version] = FOLDER.exec(posix.basename(posix.dirname(path))) ?? [];
  return name === undefined || version === undefined ? {} : { fact: { name, version } };
}

function toNimblePackage({
  fact: { name, version },
  ...visible
}: VisibleFact<NimbleFact>): Package {
  return {
    name,
    version,
    type: 'nim',
    language: 'nim',
    purl: writePurl({ type: 'nim', name, version }),
    foundBy: nimble.id,
    rule: 'the directory of an installed Nim package',
    confidence: 0.9,
    locations: [createLocation(visible)],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
  };
}
