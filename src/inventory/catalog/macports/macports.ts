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

export interface MacportsFact {
  readonly name: string;
  readonly version: string;
  /** Number of changes to the port at one version. */
  readonly revision: string;
}

/**
 * Ports installed by MacPorts, by the directories in which its registry keeps their descriptions.
 * The registry itself, which lists their files, is not read.
 */
export const macports: Cataloger<MacportsFact> = {
  id: 'macports',
  alias: 'macports-cataloger',
  version: 1,
  title: 'Ports installed by MacPorts',
  spec: 'https://guide.macports.org/#internals.registry',
  tags: ['directory', 'image', 'installed', 'macports', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    {
      role: 'port',
      paths: ['**/macports/registry/portfiles/*/*/Portfile'],
      maxBytes: 'documentHeadBytesMax',
      isHeadOnly: true,
    },
  ],
  extract,
  assemble: ({ facts }) => ({ packages: facts.map(toMacportsPackage) }),
};

/** `NAME-VERSION_REVISION`; names may contain hyphens, versions do not contain underscores. */
const FOLDER = /^([^/]{1,128}?)-(\d[^_/]{0,64})_(\d{1,6})$/;

function extract({ path }: WantedFile): Extraction<MacportsFact> {
  const folder = posix.basename(posix.dirname(posix.dirname(path)));
  const [, name, version, revision] = FOLDER.exec(folder) ?? [];
  return name === undefined || version === undefined || revision === undefined
    ? { problems: [{ code: 'P_RECORD', message: 'the directory of the port has no version' }] }
    : { fact: { name, version, revision } };
}

function toMacportsPackage({ fact, ...visible }: VisibleFact<MacportsFact>): Package {
  const { name, version, revision } = fact;
  const full = revision === '0' ? version : `${version}_${revision}`;
  return {
    name,
    version: full,
    type: 'macports',
    language: '',
    purl: writePurl({ type: 'macports', name, version: full }),
    foundBy: macports.id,
    rule: 'a port in the MacPorts registry',
    confidence: 0.9,
    locations: [createLocation(visible)],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
  };
}
