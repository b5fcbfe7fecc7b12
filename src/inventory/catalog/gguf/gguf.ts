import { posix } from 'node:path';
import type {
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Location, Package } from '../../../foundation/core/package.ts';
import { mergeLicenses, toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import { type GgufHeader, readGguf } from '../../ecosystem/model/gguf.ts';

/** Models in GGUF files, by their headers. The author and the base model are not reported. */
export const gguf: Cataloger<GgufHeader> = {
  id: 'gguf',
  alias: 'gguf-cataloger',
  version: 1,
  title: 'GGUF models',
  spec: 'https://github.com/ggml-org/ggml/blob/master/docs/gguf.md',
  tags: ['ai', 'directory', 'gguf', 'image', 'ml', 'model', 'package'],
  can: { licenses: 'yes', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    { role: 'model', paths: ['**/*.gguf'], maxBytes: 'modelHeaderBytesMax', isHeadOnly: true },
  ],
  extract,
  assemble: ({ facts }) => ({ packages: facts.map(toModelPackage) }),
};

function extract({ content, limits }: WantedFile): Extraction<GgufHeader> {
  const header = readGguf(content, limits);
  if (header === 'none') {
    return { problems: [{ code: 'P_MALFORMED', message: 'the file is not a GGUF model' }] };
  }
  return header === 'damaged'
    ? { problems: [{ code: 'P_MALFORMED', message: 'the header of the model is damaged' }] }
    : { fact: header };
}

function toModelPackage({ path, otherNames = [], layer, fact }: VisibleFact<GgufHeader>): Package {
  const locations: Location[] = [path, ...otherNames].map((name) => ({
    path: name,
    accessPath: name,
    ...defined({ layer }),
    evidence: 'primary',
  }));
  return {
    name: fact.name || posix.basename(path, '.gguf'),
    version: fact.version,
    type: 'model',
    language: '',
    purl: '',
    foundBy: gguf.id,
    rule: 'the header of a GGUF model',
    confidence: fact.name === '' ? 0.5 : 0.9,
    locations,
    licenses: mergeLicenses([toDeclaredLicense(fact.license, { locations: [] })]),
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    metadata: { kind: 'gguf-file-header', value: toGgufMetadata(fact) },
  };
}

function toGgufMetadata(header: GgufHeader): Readonly<Record<string, unknown>> {
  const { architecture, parameters, others, digest } = header;
  return {
    ggufVersion: header.formatVersion,
    ...(architecture === '' ? {} : { architecture }),
    quantization: header.quantization,
    ...(parameters === 0 ? {} : { parameters }),
    tensorCount: header.tensorCount,
    ...(Object.keys(others).length === 0 ? {} : { header: others }),
    ...(digest === '' ? {} : { metadataHash: digest }),
  };
}
