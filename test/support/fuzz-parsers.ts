import { decompress } from '../../src/bytes/compression/decompress.ts';
import { readDynamic } from '../../src/bytes/elf/dynamic.ts';
import { readElf } from '../../src/bytes/elf/elf.ts';
import { readBuildId, readInterpreter } from '../../src/bytes/elf/notes.ts';
import { readPackageNote } from '../../src/bytes/elf/package-note.ts';
import { readDynamicSymbols, readFullSymbols } from '../../src/bytes/elf/symbols.ts';
import { readExecutableImages } from '../../src/bytes/executable/executable-image.ts';
import { readMachO } from '../../src/bytes/macho/macho.ts';
import { parseDockerManifest, selectDockerImage } from '../../src/bytes/oci/docker-manifest.ts';
import {
  indexOf,
  parseConfig,
  parseDocument,
  parseManifest,
} from '../../src/bytes/oci/document.ts';
import { parsePlatform } from '../../src/bytes/oci/platform.ts';
import { parsePgpSignature } from '../../src/bytes/openpgp/signature.ts';
import { readPe } from '../../src/bytes/pe/pe.ts';
import { RpmHeader, TAG } from '../../src/bytes/rpm/header.ts';
import { readPackageBlobs } from '../../src/bytes/rpm/package-blobs.ts';
import { readSqliteTable } from '../../src/bytes/sqlite/sqlite-table.ts';
import { indexTar } from '../../src/bytes/tar/tar-index.ts';
import { TarParser } from '../../src/bytes/tar/tar-parser.ts';
import { readZipDirectory } from '../../src/bytes/zip/zip-directory.ts';
import { readZipEntry } from '../../src/bytes/zip/zip-entry.ts';
import { Budget } from '../../src/core/budget.ts';
import { toBytes } from '../../src/core/bytes.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import type { Scheme } from '../../src/core/scheme.ts';
import { documentReaders } from '../../src/document/readers.generated.ts';
import { readGoBuildInfo } from '../../src/ecosystem/go/build-info.ts';
import { readGoFunctionNames } from '../../src/ecosystem/go/function-names.ts';
import { parseGoMod } from '../../src/ecosystem/go/mod-file.ts';
import { parseGoModuleInfo } from '../../src/ecosystem/go/module-info.ts';
import { readBootImage } from '../../src/ecosystem/linux/boot-image.ts';
import { readModuleInfo } from '../../src/ecosystem/linux/module-info.ts';
import { parsePackageJson } from '../../src/ecosystem/npm/package-json.ts';
import { listLockEdges, parsePackageLock } from '../../src/ecosystem/npm/package-lock.ts';
import { parseCoreMetadata } from '../../src/ecosystem/python/core-metadata.ts';
import { parseRecord } from '../../src/ecosystem/python/installed-files.ts';
import { parsePythonRequirement } from '../../src/ecosystem/python/requirement.ts';
import { parseRequirementsFile } from '../../src/ecosystem/python/requirements-file.ts';
import { readAuditData } from '../../src/ecosystem/rust/audit-data.ts';
import {
  compareCpeAttribute,
  formatCpe,
  formatCpeUri,
  parseCpe,
} from '../../src/identity/cpe-name/cpe.ts';
import { parseReference } from '../../src/identity/image-reference.ts';
import { readLicenses } from '../../src/identity/license/classify-license.ts';
import { splitLicenseField, toDeclaredLicense } from '../../src/identity/license/license.ts';
import { classifyFile } from '../../src/identity/license/license-file.ts';
import { parsePurl } from '../../src/identity/purl/parse-purl.ts';
import { writePurl } from '../../src/identity/purl/purl.ts';
import { toPurlDistro, toPurlPackage } from '../../src/identity/purl/purl-package.ts';
import { toSourceRpmUpstreams } from '../../src/identity/source-rpm.ts';
import { parseCpe as parseMatchedCpe } from '../../src/match/cpe.ts';
import { isImageName } from '../../src/source/image-name.ts';
import { parseChallenges } from '../../src/source/registry/challenge.ts';
import { parseDeb822 } from '../../src/syntax/deb822/deb822.ts';
import { parseCopyrightLicenses } from '../../src/syntax/deb822/debian-copyright.ts';
import { parseBoundedJson } from '../../src/syntax/json/bounded-json.ts';
import { readJsonHead } from '../../src/syntax/json/json-head.ts';
import { parsePathGlob } from '../../src/syntax/path-glob/path-glob.ts';
import { parseToml } from '../../src/syntax/text/toml.ts';
import { evaluateRange, parseRange, readVersion } from '../../src/version/range.ts';
import { schemes } from '../../src/version/registry.generated.ts';
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
