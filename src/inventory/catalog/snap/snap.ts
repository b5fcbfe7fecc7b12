import { expandWhole } from '../../../foundation/bytes/compression/expand-whole.ts';
import { readText, readWhole } from '../../../foundation/core/bytes.ts';
import type {
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import {
  readBaseList,
  readKernelChangelog,
  readManifest,
  readRecipe,
  readSnapRecord,
  type SnapDocument,
  type SnapItem,
} from './snap-document.ts';

/** Confidence that a package is in the snap in that version. */
const CONFIDENCE: Readonly<Record<SnapItem['certainty'], number>> = {
  installed: 1,
  staged: 0.6,
  'built-with': 0.2,
};

const RULES: Readonly<Record<SnapItem['certainty'], string>> = {
  installed: 'a package list of a snap',
  staged: 'the recipe of a snap, as a part that is staged',
  'built-with': 'the recipe of a snap, as a part used to build it',
};

const YAML = { maxBytes: 'yamlFileBytesMax' } as const;

const READERS = {
  base: readBaseList,
  manifest: readManifest,
  recipe: readRecipe,
  record: readSnapRecord,
} as const;

/**
 * Snaps, and the Ubuntu packages in them: of base snaps, kernels, and snaps with files written by
 * snapcraft. Other content copied into a snap is not detected.
 */
export const snap: Cataloger<SnapDocument> = {
  id: 'snap',
  alias: 'snap-cataloger',
  version: 1,
  title: 'Snaps and the packages in them',
  spec: 'https://snapcraft.io/docs/snap-format',
  tags: ['directory', 'image', 'installed', 'package', 'snap'],
  systems: ['ubuntu-core'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    { role: 'base', paths: ['**/usr/share/snappy/dpkg.yaml'], ...YAML },
    { role: 'manifest', paths: ['**/snap/manifest.yaml'], ...YAML },
    { role: 'recipe', paths: ['**/snap/snapcraft.yaml'], ...YAML },
    { role: 'record', paths: ['**/snap/*/*/meta/snap.yaml', '/meta/snap.yaml'], ...YAML },
    {
      role: 'changelog',
      paths: ['**/doc/linux-modules-*/changelog.Debian.gz'],
      maxBytes: 'textFileBytesMax',
    },
  ],
  extract,
  assemble({ facts }) {
    return {
      packages: facts.flatMap((visible) =>
        visible.fact.items.map((item) => toSnapPackage(item, visible)),
      ),
    };
  },
};

function extract(file: WantedFile): Extraction<SnapDocument> {
  if (file.role === 'changelog') {
    return extractChangelog(file);
  }
  const read = READERS[file.role as keyof typeof READERS];
  const fact = read(readText(file.content), file.budget);
  return fact === undefined
    ? { problems: [{ code: 'P_MALFORMED', message: 'the file is not a YAML document of a snap' }] }
    : { fact };
}

function extractChangelog({ content, budget }: WantedFile): Extraction<SnapDocument> {
  const { bytes, problem } = expandWhole(readWhole(content), budget, 'textFileBytesMax');
  if (problem !== undefined) {
    return { problems: [problem] };
  }
  const fact = readKernelChangelog(Buffer.from(bytes).toString('utf8'));
  return fact === undefined ? {} : { fact };
}

function toSnapPackage(item: SnapItem, { path, layer, fact }: VisibleFact<SnapDocument>): Package {
  const { kind, name, version, architecture, certainty } = item;
  const isRecord = fact.items.length === 1 && fact.name === name;
  const metadata = {
    snapType: kind === 'snap' && !isRecord ? 'app' : fact.type,
    base: kind === 'snap' && !isRecord ? '' : fact.base,
    snapName: kind === 'snap' ? name : fact.name,
    snapVersion: kind === 'snap' ? version : fact.version,
    architecture,
  };
  const { base, snapType } = metadata;
  return {
    name,
    version,
    // An installed snap is not an Ubuntu package, whose advisories would match its name. Syft uses
    // that type for snaps if only their name is known.
    type: isRecord ? 'snap' : 'deb',
    language: '',
    purl:
      kind === 'deb'
        ? writePurl({
            type: 'deb',
            namespace: 'ubuntu',
            name,
            version,
            qualifiers: { arch: architecture },
          })
        : writePurl({
            type: 'generic',
            namespace: 'snap',
            name,
            version,
            qualifiers: { arch: architecture, base, type: snapType },
          }),
    foundBy: snap.id,
    rule: RULES[certainty],
    confidence: CONFIDENCE[certainty],
    locations: [{ path, accessPath: path, ...defined({ layer }), evidence: 'primary' }],
    licenses: [],
    cpes: [],
    upstreams: [],
    ...(architecture === '' ? {} : { architecture }),
    ownedFiles: [],
    metadata: { kind: 'snap-entry', value: metadata },
  };
}
