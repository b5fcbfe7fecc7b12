import { documentReaders } from '../../src/document/readers.generated.ts';
import { decompress } from '../../src/foundation/bytes/compression/decompress.ts';
import { readDynamic } from '../../src/foundation/bytes/elf/dynamic.ts';
import { readElf } from '../../src/foundation/bytes/elf/elf.ts';
import { readBuildId, readInterpreter } from '../../src/foundation/bytes/elf/notes.ts';
import { readPackageNote } from '../../src/foundation/bytes/elf/package-note.ts';
import { readDynamicSymbols, readFullSymbols } from '../../src/foundation/bytes/elf/symbols.ts';
import { readExecutableImages } from '../../src/foundation/bytes/executable/executable-image.ts';
import { readMachO } from '../../src/foundation/bytes/macho/macho.ts';
import {
  parseDockerManifest,
  selectDockerImage,
} from '../../src/foundation/bytes/oci/docker-manifest.ts';
import {
  indexOf,
  parseConfig,
  parseDocument,
  parseManifest,
} from '../../src/foundation/bytes/oci/document.ts';
import { parsePlatform } from '../../src/foundation/bytes/oci/platform.ts';
import { parsePgpSignature } from '../../src/foundation/bytes/openpgp/signature.ts';
import { readPe } from '../../src/foundation/bytes/pe/pe.ts';
import { RpmHeader, TAG } from '../../src/foundation/bytes/rpm/header.ts';
import { readPackageBlobs } from '../../src/foundation/bytes/rpm/package-blobs.ts';
import { readSqliteTable } from '../../src/foundation/bytes/sqlite/sqlite-table.ts';
import { indexTar } from '../../src/foundation/bytes/tar/tar-index.ts';
import { TarParser } from '../../src/foundation/bytes/tar/tar-parser.ts';
import { readZipDirectory } from '../../src/foundation/bytes/zip/zip-directory.ts';
import { readZipEntry } from '../../src/foundation/bytes/zip/zip-entry.ts';
import { Budget } from '../../src/foundation/core/budget.ts';
import { toBytes } from '../../src/foundation/core/bytes.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import type { Scheme } from '../../src/foundation/core/scheme.ts';
import {
  compareCpeAttribute,
  formatCpe,
  formatCpeUri,
  parseCpe,
} from '../../src/foundation/identity/cpe-name/cpe.ts';
import { parseReference } from '../../src/foundation/identity/image-reference.ts';
import { readLicenses } from '../../src/foundation/identity/license/classify-license.ts';
import {
  splitLicenseField,
  toDeclaredLicense,
} from '../../src/foundation/identity/license/license.ts';
import { classifyFile } from '../../src/foundation/identity/license/license-file.ts';
import { parsePurl } from '../../src/foundation/identity/purl/parse-purl.ts';
import { writePurl } from '../../src/foundation/identity/purl/purl.ts';
import { toPurlDistro, toPurlPackage } from '../../src/foundation/identity/purl/purl-package.ts';
import { toSourceRpmUpstreams } from '../../src/foundation/identity/source-rpm.ts';
import { parseDeb822 } from '../../src/foundation/syntax/deb822/deb822.ts';
import { parseCopyrightLicenses } from '../../src/foundation/syntax/deb822/debian-copyright.ts';
import { parseBoundedJson } from '../../src/foundation/syntax/json/bounded-json.ts';
import { readJsonHead } from '../../src/foundation/syntax/json/json-head.ts';
import { parsePathGlob } from '../../src/foundation/syntax/path-glob/path-glob.ts';
import { parseToml } from '../../src/foundation/syntax/text/toml.ts';
import { evaluateRange, parseRange, readVersion } from '../../src/foundation/version/range.ts';
import { schemes } from '../../src/foundation/version/registry.generated.ts';
import { isImageName } from '../../src/image/source/image-name.ts';
import { parseChallenges } from '../../src/image/source/registry/challenge.ts';
import { readGoBuildInfo } from '../../src/inventory/ecosystem/go/build-info.ts';
import { readGoFunctionNames } from '../../src/inventory/ecosystem/go/function-names.ts';
import { parseGoMod } from '../../src/inventory/ecosystem/go/mod-file.ts';
import { parseGoModuleInfo } from '../../src/inventory/ecosystem/go/module-info.ts';
import { readBootImage } from '../../src/inventory/ecosystem/linux/boot-image.ts';
import { readModuleInfo } from '../../src/inventory/ecosystem/linux/module-info.ts';
import { parsePackageJson } from '../../src/inventory/ecosystem/npm/package-json.ts';
import { listLockEdges, parsePackageLock } from '../../src/inventory/ecosystem/npm/package-lock.ts';
import { parseCoreMetadata } from '../../src/inventory/ecosystem/python/core-metadata.ts';
import { parseRecord } from '../../src/inventory/ecosystem/python/installed-files.ts';
import { parsePythonRequirement } from '../../src/inventory/ecosystem/python/requirement.ts';
import { parseRequirementsFile } from '../../src/inventory/ecosystem/python/requirements-file.ts';
import { readAuditData } from '../../src/inventory/ecosystem/rust/audit-data.ts';
import { parseCpe as parseMatchedCpe } from '../../src/vulnerability/match/cpe.ts';
import { DISK_SUBJECTS } from './fuzz-disks.ts';
import { PROGRAM_SUBJECTS } from './fuzz-programs.ts';
import { SEEDS } from './fuzz-seed.ts';
import type { FuzzSubject } from './fuzz-subject.ts';

const LIMITS = DEFAULT_LIMITS;

function toText(content: Uint8Array): string {
  return Buffer.from(content).toString('utf8');
}

function createBinarySubject(
  name: keyof typeof SEEDS,
  run: (content: Uint8Array) => unknown,
): FuzzSubject {
  return { name, seeds: SEEDS[name], run };
}

function createSubject(
  name: string,
  seeds: readonly Uint8Array[],
  run: (content: Uint8Array) => unknown,
): FuzzSubject {
  return { name, seeds, run };
}

/** Returns every reader of bytes or text that an image, a registry or a user supplies. */
export function listParserSubjects(): readonly FuzzSubject[] {
  return [
    ...CONTAINERS,
    ...DISK_SUBJECTS,
    ...EXECUTABLES,
    ...RECORDS,
    ...TEXTS,
    ...DOCUMENTS,
    ...PROGRAM_SUBJECTS,
    ...VERSIONS,
  ];
}

const CONTAINERS: readonly FuzzSubject[] = [
  createSubject('tar', SEEDS.tars, (content) => {
    const visitor = {
      onEntry: () => undefined,
      onContent: () => undefined,
      onEntryEnd: () => undefined,
      onProblem: () => undefined,
    };
    for (const pieceBytes of [content.length + 1, 700]) {
      const parser = new TarParser(visitor, LIMITS);
      for (let at = 0; at < content.length; at += pieceBytes) {
        parser.push(content.subarray(at, at + pieceBytes));
      }
      parser.end();
    }
  }),
  createSubject('tar index', SEEDS.tars, (content) => indexTar(toBytes(content), LIMITS)),
  createSubject('decompress', SEEDS.compressed, (content) => decompressAll(content)),
  createSubject('zip', SEEDS.jar, (content) => {
    const directory = readZipDirectory(toBytes(content), new Budget(LIMITS), () => true);
    const left = { expandedBytesLeft: LIMITS.zipExpandedBytesMax };
    const options = { budget: new Budget(LIMITS), left, maxBytes: 'zipEntryBytesMax' } as const;
    if (directory === undefined) return;
    for (const entry of directory.entries) readZipEntry(directory, entry, options);
  }),
  createSubject('sqlite', SEEDS.rpmDatabases.slice(0, 1), (content) =>
    readSqliteTable(toBytes(content), 'Packages', LIMITS),
  ),
  createSubject('rpm database', SEEDS.rpmDatabases, (content) =>
    readPackageBlobs(toBytes(content), LIMITS),
  ),
];

async function decompressAll(content: Uint8Array): Promise<void> {
  async function* streamPieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < content.length; at += 4_096) yield content.subarray(at, at + 4_096);
  }
  await decompress(streamPieces(), {
    subject: 'The content',
    limits: LIMITS,
    maxBytes: 'layerBytesMax',
    onOutput: () => undefined,
  });
}

const EXECUTABLES: readonly FuzzSubject[] = [
  createSubject('kernel image', SEEDS.bootImages, (content) => readBootImage(toBytes(content))),
  createSubject('kernel module', SEEDS.kernelModules, (content) => readModuleInfo(content, LIMITS)),
  createSubject('elf', SEEDS.executables.slice(0, 2), (content) => {
    const elf = readElf(toBytes(content), LIMITS);
    if (elf === undefined) return;
    readDynamic(elf);
    readDynamicSymbols(elf, readDynamic(elf));
    readFullSymbols(elf);
    readBuildId(elf);
    readInterpreter(elf);
    readPackageNote(elf);
  }),
  createSubject('macho', SEEDS.executables.slice(2, 4), (content) =>
    readMachO(toBytes(content), LIMITS),
  ),
  createSubject('pe', SEEDS.executables.slice(4), (content) => readPe(toBytes(content), LIMITS)),
  createSubject('executable image', SEEDS.executables, (content) => {
    for (const image of readExecutableImages(toBytes(content), LIMITS)) {
      parseGoModuleInfo(readGoBuildInfo(image, LIMITS)?.modules ?? '', LIMITS);
      readGoFunctionNames(image, LIMITS);
      readAuditData(image, LIMITS);
    }
  }),
];

const RECORDS: readonly FuzzSubject[] = [
  createBinarySubject('rpmHeader', (content) => {
    const header = RpmHeader.parse(content, new Budget(LIMITS));
    if (header === undefined) return;
    for (const tag of Object.values(TAG)) {
      header.getText(tag);
      header.getTexts(tag, 100);
      header.number(tag);
      header.getNumbers(tag, 100);
      header.getBinary(tag);
    }
  }),
  createBinarySubject('signature', parsePgpSignature),
  createBinarySubject('deb822', (content) => parseDeb822(toText(content), LIMITS)),
  createBinarySubject('copyright', (content) => parseCopyrightLicenses(toText(content))),
  createBinarySubject('metadata', (content) =>
    parseCoreMetadata(toText(content), new Budget(LIMITS)),
  ),
  createBinarySubject('record', (content) => parseRecord(toText(content), new Budget(LIMITS))),
  createBinarySubject('requirement', (content) => parsePythonRequirement(toText(content))),
  createBinarySubject('requirements', (content) =>
    parseRequirementsFile(toText(content), LIMITS.recordsMax),
  ),
  createBinarySubject('packageJson', parsePackageJson),
  createBinarySubject('packageLock', (content) =>
    listLockEdges(parsePackageLock(content, new Budget(LIMITS))),
  ),
  createBinarySubject('goMod', (content) => parseGoMod(toText(content), LIMITS)),
  createBinarySubject('goModules', (content) => parseGoModuleInfo(toText(content), LIMITS)),
  createBinarySubject('toml', (content) => parseToml(toText(content), new Budget(LIMITS))),
];

const TEXTS: readonly FuzzSubject[] = [
  createBinarySubject('licenses', (content) => {
    const text = toText(content);
    toDeclaredLicense(text, { locations: [] });
    for (const part of splitLicenseField(text)) toDeclaredLicense(part, { locations: [] });
    classifyFile(toBytes(content), LIMITS);
    readLicenses(text);
  }),
  createBinarySubject('purl', (content) => {
    const purl = parsePurl(toText(content));
    if (purl === undefined) return;
    writePurl(purl);
    toPurlPackage(purl);
    toPurlDistro(purl);
  }),
  createBinarySubject('cpe', (content) => {
    const text = toText(content);
    parseMatchedCpe(text);
    const name = parseCpe(text);
    if (name === undefined) return;
    formatCpe(name);
    formatCpeUri(name);
    compareCpeAttribute(name.product, name.version);
  }),
  createBinarySubject('challenge', (content) => parseChallenges(toText(content))),
  createBinarySubject('reference', (content) => [
    parseReference(toText(content)),
    isImageName(toText(content)),
  ]),
  createBinarySubject('platform', (content) => parsePlatform(toText(content))),
  createSubject(
    'path pattern',
    [Buffer.from('./a/**/{b,c[d-f]}*.?'), Buffer.from('**/x')],
    (content) => parsePathGlob(toText(content)),
  ),
  createSubject('source rpm', [Buffer.from('bash-5.1-1.el9.src.rpm')], (content) =>
    toSourceRpmUpstreams('x', toText(content)),
  ),
];

const DOCUMENTS: readonly FuzzSubject[] = [
  createBinarySubject('json', (content) => {
    readJsonHead(content);
    parseBoundedJson(content, { subject: 'the document', limits: LIMITS });
  }),
  createBinarySubject('ociIndex', (content) => {
    indexOf('The index', parseDocument('The index', content, LIMITS), LIMITS);
  }),
  createBinarySubject('ociManifest', (content) => {
    const document = parseDocument('The manifest', content, LIMITS);
    parseManifest('The manifest', document, { mediaType: 'x', limits: LIMITS });
  }),
  createBinarySubject('ociConfig', (content) =>
    parseConfig('It', parseDocument('It', content, LIMITS)),
  ),
  createBinarySubject('dockerManifest', (content) =>
    selectDockerImage(parseDockerManifest(content, LIMITS), undefined),
  ),
  ...documentReaders.map((reader) =>
    createSubject(`document ${reader.id}`, SEEDS.documents, (content) => {
      reader.recognize(content);
      const description = { kind: 'sbom', userInput: 'x', name: 'x', path: 'x' } as const;
      reader.read(content, { limits: LIMITS, description: { ...description, origin: 'file' } });
    }),
  ),
];

const VERSIONS: readonly FuzzSubject[] = schemes.map((scheme) =>
  createSubject(`version ${scheme.id}`, [...SEEDS.versions, ...SEEDS.ranges], (content) =>
    tryScheme(scheme, toText(content)),
  ),
);

function tryScheme(scheme: Scheme<unknown>, text: string): void {
  const [left = '', right = ''] = text.split(/[ ,|<>=]+/u);
  const version = readVersion(left, scheme);
  const other = readVersion(right, scheme);
  const [parsed, parsedOther] = [version.parseInScheme(scheme), other.parseInScheme(scheme)];
  if (parsed !== undefined && parsedOther !== undefined) {
    const there = scheme.compare(parsed, parsedOther);
    const back = scheme.compare(parsedOther, parsed);
    if (there + back !== 0 || scheme.compare(parsed, parsed) !== 0) {
      throw new Error(`cannot order "${left}" and "${right}"`);
    }
  }
  evaluateRange(parseRange(text, scheme), version);
}
