/**
 * Every limit on the cost of an image, an archive or a database. Image content is hostile, so each
 * read, loop, depth, expansion and count has a named maximum here. Exceeding one is a recorded
 * problem or a `UserError` with the code `E_LIMIT`. Names end in their unit.
 */
export interface Limit {
  readonly value: number;
  readonly about: string;
  /**
   * Memory in bytes that one unit may cost, for data that cannot be spilled: it is lowered with the
   * memory limit of a run.
   */
  readonly memoryBytesEach?: number;
  /** Steps of `catalogerStepsMax` that one unit costs, for content that is read completely. */
  readonly stepsEach?: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

export const LIMITS = {
  layersMax: { value: 4_096, about: 'layers of one image' },
  layerStatesMax: {
    value: 512,
    about: 'states of lower layers that are looked at where hidden files count, topmost first',
  },
  entriesMax: { value: 5_000_000, about: 'entries of one layer or directory' },
  filesMax: {
    value: 10_000_000,
    about: 'entries of all layers together',
    memoryBytesEach: 48,
  },
  layerBytesMax: { value: 64 * GIB, about: 'uncompressed bytes of one layer' },
  expansionMax: { value: 2_000, about: 'uncompressed bytes for one compressed byte of a layer' },
  expansionFreeBytesMax: {
    value: 256 * MIB,
    about: 'uncompressed bytes up to which the expansion of a layer is not judged',
  },
  pathBytesMax: { value: 4_096, about: 'bytes of one path' },
  pathsBytesMax: {
    value: 1 * GIB,
    about: 'bytes of all paths and targets of links of one layer or directory',
  },
  folderBytesMax: {
    value: 192 * MIB,
    about:
      'bytes that the folders take which paths of all layers lead through, each its path and 96 more',
    memoryBytesEach: 3,
  },
  linkStepsMax: {
    value: 20_000_000,
    about: 'names passed in following the links of one view, and emptied by its opaque markers',
  },
  linkedNamesMax: {
    value: 5_000_000,
    about: 'names looked at behind links to directories, in search of files that are wanted',
  },
  sparseHoleBytesMax: {
    value: 256 * MIB,
    about: 'bytes of the holes of all sparse files of one archive, which are read as zeros',
  },
  paxBytesMax: { value: 1 * MIB, about: 'bytes of one PAX or long-name header' },
  manifestBytesMax: { value: 16 * MIB, about: 'bytes of an index, manifest or configuration' },
  indexDepthMax: { value: 8, about: 'image indexes nested in each other' },
  indexEntriesMax: { value: 10_000, about: 'manifests of one index' },
  archiveEntriesMax: { value: 200_000, about: 'entries of an image archive' },
  archiveBytesMax: { value: 64 * GIB, about: 'bytes of an image archive after decompression' },
  linkDepthMax: { value: 40, about: 'symbolic links followed for one path, as Linux does' },
  wholeFileBytesMax: { value: 512 * MIB, about: 'bytes of a file that an extractor may see whole' },
  memoryFileBytesMax: {
    value: 32 * MIB,
    about: 'bytes of a file kept in memory before it is spilled',
    memoryBytesEach: 8,
  },
  factCacheBytesMax: {
    value: 2 * GIB,
    about: 'bytes of the cache of what layers said; what was not used for longest is deleted',
  },
  factEntryBytesMax: {
    value: 64 * MIB,
    about: 'bytes of what one layer said; what is longer is not kept in the cache',
    memoryBytesEach: 12,
  },
  spillBytesMax: { value: 16 * GIB, about: 'bytes of temporary files at one time' },
  recordsMax: {
    value: 60_000,
    about: 'records of one package database',
    memoryBytesEach: 2_048,
  },
  packagesMax: {
    value: 60_000,
    about: 'packages of all databases and files together',
    memoryBytesEach: 6_144,
  },
  listedFilesMax: {
    value: 2_000_000,
    about: 'files that an inventory lists',
    memoryBytesEach: 768,
  },
  catalogerStepsMax: {
    value: 500_000_000,
    about:
      'steps of one cataloger for all files of a target: one for each byte of plain text, more for costly formats',
  },
  factValuesMax: {
    value: 8_000_000,
    about: 'values in the records of all files of a target, a long text counted several times',
    memoryBytesEach: 48,
  },
  ownedFilesMax: {
    value: 1_000_000,
    about:
      'files in the lists of all package databases of a target, a long path counted several times',
    memoryBytesEach: 384,
  },
  packageFilesMax: { value: 150_000, about: 'files in the list of one package' },
  listedNamesMax: {
    value: 2_000_000,
    about:
      'names, other than of files, in the lists of all package databases and locks of a target',
    memoryBytesEach: 96,
  },
  dependenciesMax: {
    value: 500_000,
    about: 'dependencies of packages on each other that catalogers find in a target',
    memoryBytesEach: 192,
  },
  edgesMax: {
    value: 2_000_000,
    about: 'relationships of packages with each other and with files',
    memoryBytesEach: 256,
  },
  recordBytesMax: {
    value: 16 * MIB,
    about: 'bytes of one record of a package database',
    memoryBytesEach: 8,
    stepsEach: 1,
  },
  textFileBytesMax: {
    value: 128 * MIB,
    about: 'bytes of a text database, such as the dpkg status file',
    memoryBytesEach: 6,
    stepsEach: 1,
  },
  configFileBytesMax: {
    value: 5 * MIB,
    about: 'bytes of a settings file, such as os-release',
    stepsEach: 1,
  },
  lockFileBytesMax: {
    value: 64 * MIB,
    about: 'bytes of a lock file, and of the paths of the packages in it',
    memoryBytesEach: 16,
    stepsEach: 1,
  },
  yamlFileBytesMax: {
    value: 2 * MIB,
    about: 'bytes of a lock file in YAML, which costs many times its own bytes',
    memoryBytesEach: 96,
    stepsEach: 1,
  },
  jsonValuesMax: {
    value: 1_000_000,
    about: 'values of one lock file or record in JSON, or in terms of Erlang',
    memoryBytesEach: 64,
  },
  programFileBytesMax: {
    value: 16 * MIB,
    about: 'first bytes of a program file in which uses of other files are looked for',
    memoryBytesEach: 2,
    stepsEach: 0.25,
  },
  deferredBytesMax: {
    value: 256 * MIB,
    about:
      'bytes of files kept in a temporary file until it is known of which of them more is asked',
  },
  programUsesMax: { value: 20_000, about: 'uses of other files that one program file may name' },
  changelogBytesMax: {
    value: 4 * MIB,
    about: 'bytes of a changelog, packed and unpacked; a longer one is no evidence',
    stepsEach: 2,
  },
  licenseFileBytesMax: {
    value: 1 * MIB,
    about: 'bytes of a licence or copyright file',
    stepsEach: 2,
  },
  knownLicenseTextBytesMax: {
    value: 0,
    about: 'bytes of the text of a licence of the SPDX list that is kept in the inventory',
  },
  unknownLicenseTextBytesMax: {
    value: 0,
    about: 'bytes of the text of any other licence that is kept in the inventory',
  },
  yamlDocumentsMax: { value: 16, about: 'documents in one file in YAML' },
  edgeStepsMax: {
    value: 1_000_000,
    about: 'steps over libraries of one file that are no packages, to find what depends on what',
  },
  fileProblemsMax: { value: 100, about: 'problems of one archive recorded one by one' },
  problemsMax: { value: 10_000, about: 'problems recorded one by one; the rest is counted' },
  databaseArchiveBytesMax: { value: 4 * GIB, about: 'bytes of an advisory database to download' },
  databaseDownloadMsMax: {
    value: 3_600_000,
    about: 'milliseconds that the download of an advisory database may take from one place',
  },
  databaseListingMsMax: {
    value: 15_000,
    about: 'milliseconds to wait for what a place says of its advisory database',
  },
  databaseWaitMsMax: {
    value: 600_000,
    about: 'milliseconds to wait for an update of the same database by another process',
  },
  databaseBytesMax: { value: 16 * GIB, about: 'bytes of an unpacked advisory database' },
  versionCharsMax: { value: 1_024, about: 'characters of a version that is compared' },
  rangeTermsMax: { value: 10_000, about: 'terms of one version range' },
  cpesMax: { value: 512, about: 'CPE candidates of one package' },
  httpTriesMax: { value: 4, about: 'times that a request is sent which may pass' },
  httpRedirectsMax: { value: 10, about: 'redirects followed for one request' },
  httpIdleMsMax: { value: 60_000, about: 'milliseconds without a byte from a server' },
  httpBreaksMax: { value: 16, about: 'times that one transfer is resumed after it broke off' },
  httpAnswerMsMax: {
    value: 300_000,
    about: 'milliseconds to wait for a small answer, and for any transfer beside its size',
  },
  httpBytesPerSecondMin: {
    value: 16 * KIB,
    about: 'bytes for which a transfer may take another second',
  },
  httpAnswerBytesMax: { value: 16 * MIB, about: 'bytes of a token, list or other small answer' },
  engineIdleMsMax: {
    value: 600_000,
    about: 'milliseconds without a byte from a container engine, which may prepare an image first',
  },
  executableRecordsMax: {
    value: 65_536,
    about: 'sections, segments, load commands, notes or imports of one executable, each',
  },
  executableSymbolsMax: { value: 4_000_000, about: 'symbols of one executable' },
  executableTableBytesMax: {
    value: 128 * MIB,
    about: 'bytes of one symbol or string table',
    memoryBytesEach: 4,
  },
  executableLibrariesMax: { value: 4_096, about: 'libraries that one executable imports' },
  executableNameBytesMax: { value: 256 * KIB, about: 'bytes of the names of those libraries' },
  goBuildInfoSearchBytesMax: {
    value: 64 * MIB,
    about: 'bytes of data that are searched for the build information of a Go program',
    memoryBytesEach: 3,
  },
  bundleSearchBytesMax: {
    value: 16 * MIB,
    about: 'bytes of data that are searched for the mark of a .NET program in a single file',
  },
  symbolBytesMax: {
    value: 32 * MIB,
    about: 'bytes of the names of functions that are kept of one executable',
    memoryBytesEach: 8,
  },
  patternStepsMax: {
    value: 1_000_000,
    about: 'steps of telling a version apart in one file, beside those for its size',
  },
  patternStepsPerByteMax: { value: 4, about: 'such steps for each byte of the file' },
  executableSlicesMax: { value: 32, about: 'architectures of one universal executable' },
  documentDepthMax: { value: 512, about: 'levels of nesting in a JSON document' },
  textDepthMax: {
    value: 64,
    about:
      'levels of brackets in YAML, of indicators in one line of it, and of dotted names in TOML',
  },
  documentBytesMax: {
    value: 256 * MIB,
    about: 'bytes of an SBOM or other document that is read',
    memoryBytesEach: 4,
    stepsEach: 1,
  },
  documentValuesMax: {
    value: 16_000_000,
    about: 'values of one such document: each costs many times its own bytes',
    memoryBytesEach: 64,
  },
  documentRecordsMax: {
    value: 2_000_000,
    about: 'records of one list of such a document, such as files or relationships',
  },
  documentPackagesMax: { value: 300_000, about: 'packages of one such document' },
  documentFilesMax: { value: 10_000, about: 'documents of one folder of them' },
  documentFolderBytesMax: { value: 1 * GIB, about: 'bytes of the documents of one folder' },
  referrersMax: {
    value: 1_000,
    about: 'documents attached to an image in a registry or a layout that are considered',
  },
  foundVexBytesMax: {
    value: 16 * MIB,
    about: 'bytes of a VEX document that lies in an image or is attached to one',
  },
  foundVexMax: { value: 100, about: 'VEX documents that are taken from one place' },
  documentHeadBytesMax: {
    value: 64 * KIB,
    about: 'first bytes by which the kind of a document is recognised',
  },
  zipEntriesMax: {
    value: 500_000,
    about: 'entries of one zip archive',
    memoryBytesEach: 256,
  },
  zipDirectoryBytesMax: {
    value: 128 * MIB,
    about: 'bytes of the directory of one zip archive',
    memoryBytesEach: 3,
  },
  zipEntryBytesMax: {
    value: 512 * MIB,
    about: 'bytes of one entry of a zip archive that is looked at, stored or unpacked',
    memoryBytesEach: 2,
  },
  zipExpandedBytesMax: {
    value: 2 * GIB,
    about: 'bytes that are unpacked of one file and all archives in it',
  },
  zipHeldBytesMax: {
    value: 768 * MIB,
    about: 'bytes of unpacked archives, one in the other, that are held at one time',
    memoryBytesEach: 2,
  },
  nestedArchiveDepthMax: { value: 8, about: 'archives in each other, the outermost counted' },
  nestedArchivesMax: { value: 20_000, about: 'archives in one file, at any depth' },
  archiveTextBytesMax: {
    value: 64 * MIB,
    about: 'bytes of manifests and the like that are read of one file and all archives in it',
    memoryBytesEach: 4,
  },
  classFileBytesMax: { value: 16 * MIB, about: 'bytes of one Java class that is looked at' },
  archiveClassesMax: {
    value: 300_000,
    about: 'Java classes of one file and all archives in it whose uses are followed',
    memoryBytesEach: 256,
  },
  classNamesCharsMax: {
    value: 32 * MIB,
    about: 'characters of the names in these classes',
    memoryBytesEach: 2,
  },
  rpmHeaderBytesMax: {
    value: 64 * MIB,
    about: 'first bytes of an rpm archive, which hold all that it says of itself',
  },
  modelHeaderBytesMax: {
    value: 128 * MIB,
    about: 'first bytes of the file of a model, which hold all that it says of itself',
  },
  expandedFileBytesMax: {
    value: 256 * MIB,
    about: 'bytes of a packed file, such as a kernel module, once it is unpacked',
    memoryBytesEach: 2,
  },
  xzDictionaryBytesMax: {
    value: 64 * MIB,
    about: 'bytes that content packed by xz may look back',
    memoryBytesEach: 3,
  },
  propertyCharsMax: {
    value: 65_536,
    about: 'characters of a value of a POM once its properties are put in',
  },
  propertyDepthMax: { value: 32, about: 'properties of a POM that name each other, and parents' },
  pomVersionsMax: {
    value: 2_000_000,
    about: 'versions set for dependencies that are looked at, for all POMs of a target together',
  },
  templateBytesMax: { value: 1 * MIB, about: 'bytes of a template for output' },
  templateDepthMax: { value: 100, about: 'actions of a template in each other, and calls' },
  templateStepsMax: {
    value: 100_000_000,
    about: 'values that a template looks at, and pieces that it writes',
  },
  templateOutputCharsMax: { value: 4 * GIB, about: 'characters that a template writes' },
  shellScriptBytesMax: {
    value: 1 * MIB,
    about: 'bytes of a shell script whose commands are read',
    stepsEach: 1,
  },
  shellCommandsMax: { value: 20_000, about: 'commands of one shell script' },
  shellDepthMax: { value: 64, about: 'commands and words of a shell script in each other' },
  reachTextBytesMax: {
    value: 256 * KIB,
    about: 'bytes of a settings file in which paths are looked for',
  },
  reachStringsMax: { value: 8_192, about: 'texts of one file that may name files' },
  standardInputBytesMax: { value: 16 * GIB, about: 'bytes of the standard input' },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;

/** The limits in force: defaults or values of the user. */
export type Limits = Readonly<Record<LimitName, number>>;

export const DEFAULT_LIMITS: Limits = Object.freeze(
  Object.fromEntries(Object.entries(LIMITS).map(([name, limit]) => [name, limit.value])),
) as Limits;
