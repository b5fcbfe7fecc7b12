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
import { PROGRAM_SUBJECTS } from './fuzz-programs.ts';
import { SEEDS } from './fuzz-seed.ts';
import type { FuzzSubject } from './fuzz-subject.ts';

const LIMITS = DEFAULT_LIMITS;

function textOf(content: Uint8Array): string {
  return Buffer.from(content).toString('utf8');
}

function binary(name: keyof typeof SEEDS, run: (content: Uint8Array) => unknown): FuzzSubject {
  return { name, seeds: SEEDS[name], run };
}

function named(
  name: string,
  seeds: readonly Uint8Array[],
  run: (content: Uint8Array) => unknown,
): FuzzSubject {
  return { name, seeds, run };
}

/** Returns every reader of bytes or text that an image, a registry or a user supplies. */
export function parserSubjects(): readonly FuzzSubject[] {
  return [
    ...CONTAINERS,
    ...EXECUTABLES,
    ...RECORDS,
    ...TEXTS,
    ...DOCUMENTS,
    ...PROGRAM_SUBJECTS,
    ...VERSIONS,
  ];
}

const CONTAINERS: readonly FuzzSubject[] = [
  named('tar', SEEDS.tars, (content) => {
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
  named('tar index', SEEDS.tars, (content) => indexTar(toBytes(content), LIMITS)),
  named('decompress', SEEDS.compressed, (content) => decompressAll(content)),
  named('zip', SEEDS.jar, (content) => {
    const directory = readZipDirectory(toBytes(content), new Budget(LIMITS), () => true);
    const left = { expandedBytesLeft: LIMITS.zipExpandedBytesMax };
    const options = { budget: new Budget(LIMITS), left, maxBytes: 'zipEntryBytesMax' } as const;
    if (directory === undefined) return;
    for (const entry of directory.entries) readZipEntry(directory, entry, options);
  }),
  named('sqlite', SEEDS.rpmDatabases.slice(0, 1), (content) =>
    readSqliteTable(toBytes(content), 'Packages', LIMITS),
  ),
  named('rpm database', SEEDS.rpmDatabases, (content) =>
    readPackageBlobs(toBytes(content), LIMITS),
  ),
];

async function decompressAll(content: Uint8Array): Promise<void> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < content.length; at += 4_096) yield content.subarray(at, at + 4_096);
  }
  await decompress(pieces(), {
    subject: 'The content',
    limits: LIMITS,
    maxBytes: 'layerBytesMax',
    onOutput: () => undefined,
  });
}

const EXECUTABLES: readonly FuzzSubject[] = [
  named('kernel image', SEEDS.bootImages, (content) => readBootImage(toBytes(content))),
  named('kernel module', SEEDS.kernelModules, (content) => readModuleInfo(content, LIMITS)),
  named('elf', SEEDS.executables.slice(0, 2), (content) => {
    const elf = readElf(toBytes(content), LIMITS);
    if (elf === undefined) return;
    readDynamic(elf);
    readDynamicSymbols(elf, readDynamic(elf));
    readFullSymbols(elf);
    readBuildId(elf);
    readInterpreter(elf);
    readPackageNote(elf);
  }),
  named('macho', SEEDS.executables.slice(2, 4), (content) => readMachO(toBytes(content), LIMITS)),
  named('pe', SEEDS.executables.slice(4), (content) => readPe(toBytes(content), LIMITS)),
  named('executable image', SEEDS.executables, (content) => {
    for (const image of readExecutableImages(toBytes(content), LIMITS)) {
      parseGoModuleInfo(readGoBuildInfo(image, LIMITS)?.modules ?? '', LIMITS);
      readGoFunctionNames(image, LIMITS);
      readAuditData(image, LIMITS);
    }
  }),
];

const RECORDS: readonly FuzzSubject[] = [
  binary('rpmHeader', (content) => {
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
  binary('signature', parsePgpSignature),
  binary('deb822', (content) => parseDeb822(textOf(content), LIMITS)),
  binary('copyright', (content) => parseCopyrightLicenses(textOf(content))),
  binary('metadata', (content) => parseCoreMetadata(textOf(content), new Budget(LIMITS))),
  binary('record', (content) => parseRecord(textOf(content), new Budget(LIMITS))),
  binary('requirement', (content) => parsePythonRequirement(textOf(content))),
  binary('requirements', (content) => parseRequirementsFile(textOf(content), LIMITS.recordsMax)),
  binary('packageJson', parsePackageJson),
  binary('packageLock', (content) => listLockEdges(parsePackageLock(content, new Budget(LIMITS)))),
  binary('goMod', (content) => parseGoMod(textOf(content), LIMITS)),
  binary('goModules', (content) => parseGoModuleInfo(textOf(content), LIMITS)),
  binary('toml', (content) => parseToml(textOf(content), new Budget(LIMITS))),
];

const TEXTS: readonly FuzzSubject[] = [
  binary('licenses', (content) => {
    const text = textOf(content);
    toDeclaredLicense(text, { locations: [] });
    for (const part of splitLicenseField(text)) toDeclaredLicense(part, { locations: [] });
    classifyFile(toBytes(content), LIMITS);
    readLicenses(text);
  }),
  binary('purl', (content) => {
    const purl = parsePurl(textOf(content));
    if (purl === undefined) return;
    writePurl(purl);
    toPurlPackage(purl);
    toPurlDistro(purl);
  }),
  binary('cpe', (content) => {
    const text = textOf(content);
    parseMatchedCpe(text);
    const name = parseCpe(text);
    if (name === undefined) return;
    formatCpe(name);
    formatCpeUri(name);
    compareCpeAttribute(name.product, name.version);
  }),
  binary('challenge', (content) => parseChallenges(textOf(content))),
  binary('reference', (content) => [parseReference(textOf(content)), isImageName(textOf(content))]),
  binary('platform', (content) => parsePlatform(textOf(content))),
  named('path pattern', [Buffer.from('./a/**/{b,c[d-f]}*.?'), Buffer.from('**/x')], (content) =>
    parsePathGlob(textOf(content)),
  ),
  named('source rpm', [Buffer.from('bash-5.1-1.el9.src.rpm')], (content) =>
    toSourceRpmUpstreams('x', textOf(content)),
  ),
];

const DOCUMENTS: readonly FuzzSubject[] = [
  binary('json', (content) => {
    readJsonHead(content);
    parseBoundedJson(content, { subject: 'the document', limits: LIMITS });
  }),
  binary('ociIndex', (content) => {
    indexOf('The index', parseDocument('The index', content, LIMITS), LIMITS);
  }),
  binary('ociManifest', (content) => {
    const document = parseDocument('The manifest', content, LIMITS);
    parseManifest('The manifest', document, { mediaType: 'x', limits: LIMITS });
  }),
  binary('ociConfig', (content) => parseConfig('It', parseDocument('It', content, LIMITS))),
  binary('dockerManifest', (content) =>
    selectDockerImage(parseDockerManifest(content, LIMITS), undefined),
  ),
  ...documentReaders.map((reader) =>
    named(`document ${reader.id}`, SEEDS.documents, (content) => {
      reader.recognize(content);
      const description = { kind: 'sbom', userInput: 'x', name: 'x', path: 'x' } as const;
      reader.read(content, { limits: LIMITS, description: { ...description, origin: 'file' } });
    }),
  ),
];

const VERSIONS: readonly FuzzSubject[] = schemes.map((scheme) =>
  named(`version ${scheme.id}`, [...SEEDS.versions, ...SEEDS.ranges], (content) =>
    tryScheme(scheme, textOf(content)),
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
