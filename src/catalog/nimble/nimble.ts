import { posix } from 'node:path';
import type { Cataloger, Extraction, VisibleFact, WantedFile } from '../../core/cataloger.ts';
import { createLocation } from '../../core/location.ts';
import type { Package } from '../../core/package.ts';
import { writePurl } from '../../identity/purl/purl.ts';

export interface NimbleFact {
  readonly name: string;
  readonly version: string;
}

/**
 * Packages of Nim that Nimble installed, by the folders that they lie in. What a description asks
 * for is code, which is not run.
 */
export const nimble: Cataloger<NimbleFact> = {
  id: 'nimble',
  alias: 'nimble-cataloger',
  version: 1,
  title: 'Nim packages installed by Nimble',
  spec: 'https://nim-lang.github.io/nimble/folder-structure.html',
  tags: ['directory', 'image', 'installed', 'language', 'nim', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    {
      role: 'description',
      paths: ['**/pkgs/*/*.nimble', '**/pkgs2/*/*.nimble'],
      maxBytes: 'documentHeadBytesMax',
      isHeadOnly: true,
    },
  ],
  extract,
  assemble: ({ facts }) => ({ packages: facts.map(packageOf) }),
};

/** `NAME-VERSION`, in the second form of the folder also `-CHECKSUM`. */
const FOLDER = /^(\w{1,128})-(\d+(?:\.\d+){0,9})(?:-[0-9a-f]{40})?$/;

/** A branch or a commit in place of a version is none, and what lies elsewhere no installation. */
function extract({ path }: WantedFile): Extraction<NimbleFact> {
  const [, name, version] = FOLDER.exec(posix.basename(posix.dirname(path))) ?? [];
  return name === undefined || version === undefined ? {} : { fact: { name, version } };
}

function packageOf({ fact: { name, version }, ...visible }: VisibleFact<NimbleFact>): Package {
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
