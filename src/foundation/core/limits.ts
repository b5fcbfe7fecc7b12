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
  layersMax: { value: 4_096, about: 'layers per image' },
  layerStatesMax: {
    value: 512,
    about: 'states of lower layers that are searched for hidden files, topmost first',
  },
  entriesMax: { value: 5_000_000, about: 'entries per layer or directory' },
  filesMax: {
    value: 10_000_000,
    about: 'entries of all layers together',
    memoryBytesEach: 48,
  },
  layerBytesMax: { value: 64 * GIB, about: 'uncompressed bytes per layer' },
  expansionMax: { value: 2_000, about: 'uncompressed bytes per compressed byte of a layer' },
  expansionFreeBytesMax: {
    value: 256 * MIB,
    about: 'uncompressed bytes below which the expansion of a layer is not checked',
  },
  pathBytesMax: { value: 4_096, about: 'bytes per path' },
  pathsBytesMax: {
    value: 1 * GIB,
    about: 'bytes of all paths and link targets of one layer or directory',
  },
  folderBytesMax: {
    value: 192 * MIB,
    about: 'bytes that directories on the paths of all layers use: each its path plus 96',
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
    about: 'bytes of the holes of all sparse files of one archive or disk, which are read as zeros',
  },
  diskReadBytesMax: {
    value: 64 * GIB,
    about: 'bytes of files read from a disk image, and of its unpacked clusters',
  },
  diskFolderBytesMax: {
    value: 512 * MIB,
    about: 'bytes of the directories on a disk image, each time they are read',
  },
  diskPartitionsMax: { value: 256, about: 'partitions of a disk image' },
  paxBytesMax: { value: 1 * MIB, about: 'bytes of one PAX or long-name header' },
  manifestBytesMax: { value: 16 * MIB, about: 'bytes of an index, manifest or configuration' },
  indexDepthMax: { value: 8, about: 'levels of nested image indexes' },
  indexEntriesMax: { value: 10_000, about: 'manifests per index' },
  archiveEntriesMax: { value: 200_000, about: 'entries per image archive' },
  archiveBytesMax: { value: 64 * GIB, about: 'bytes of an image archive after decompression' },
  linkDepthMax: { value: 40, about: 'symbolic links followed for one path, as Linux does' },
  wholeFileBytesMax: {
    value: 512 * MIB,
    about: 'bytes of a file that an extractor may read as a whole',
  },
  memoryFileBytesMax: {
    value: 32 * MIB,
    about: 'bytes of a file kept in memory before it is spilled to disk',
    memoryBytesEach: 8,
  },
  factCacheBytesMax: {
    value: 2 * GIB,
    about: 'bytes of the layer cache; the least recently used entries are deleted',
  },
  factEntryBytesMax: {
    value: 64 * MIB,
    about: 'bytes of one entry of the layer cache; larger results are not cached',
    memoryBytesEach: 12,
  },
  spillBytesMax: { value: 16 * GIB, about: 'bytes of temporary files at one time' },
  trialOutputBytesMax: {
    value: 1 * MIB,
    about: 'bytes of each output of a program in a trial; further ones are dropped',
  },
  trialWrittenBytesMax: {
    value: 1 * GIB,
    about: 'bytes that a program in a trial may write to files',
  },
  trialFileBytesMax: {
    value: 64 * MIB,
    about: 'bytes of a file written in a trial that are compared',
  },
  trialMemoryBytesMax: {
    value: 4 * GIB,
    about: 'bytes of memory of a program in a trial with runc',
  },
  trialProcessesMax: { value: 4_096, about: 'processes of a program in a trial with runc' },
  trialFilesMax: { value: 2_000_000, about: 'files of an image in a trial, or written by it' },
  trialTraceBytesMax: {
    value: 256 * MIB,
    about: 'bytes of recorded system calls of one run that are read',
  },
  recordsMax: {
    value: 60_000,
    about: 'records per package database',
    memoryBytesEach: 2_048,
  },
  packagesMax: {
    value: 60_000,
    about: 'packages of all databases and files together',
    memoryBytesEach: 6_144,
  },
  listedFilesMax: {
    value: 2_000_000,
    about: 'files listed in an inventory',
    memoryBytesEach: 768,
  },
  catalogerStepsMax: {
    value: 500_000_000,
    about:
      'steps of one cataloger for all files of a target: one per byte of plain text, more for costly formats',
  },
  factValuesMax: {
    value: 8_000_000,
    about: 'values in the records of all files of a target; long strings count several times',
    memoryBytesEach: 48,
  },
  ownedFilesMax: {
    value: 1_000_000,
    about:
      'files in the lists of all package databases of a target; long paths count several times',
    memoryBytesEach: 384,
  },
  packageFilesMax: { value: 150_000, about: 'files in the list of one package' },
  listedNamesMax: {
    value: 2_000_000,
    about: 'names, other than file names, in all package databases and lock files of a target',
    memoryBytesEach: 96,
  },
  dependenciesMax: {
    value: 500_000,
    about: 'dependencies between packages that catalogers find in a target',
    memoryBytesEach: 192,
  },
  edgesMax: {
    value: 2_000_000,
    about: 'relationships between packages, and between packages and files',
    memoryBytesEach: 256,
  },
  recordBytesMax: {
    value: 16 * MIB,
    about: 'bytes per record of a package database',
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
    about: 'bytes of a lock file, and of the paths of its packages',
    memoryBytesEach: 16,
    stepsEach: 1,
  },
  yamlFileBytesMax: {
    value: 2 * MIB,
    about: 'bytes of a YAML lock file, which uses many times its size in memory',
    memoryBytesEach: 96,
    stepsEach: 1,
  },
  jsonValuesMax: {
    value: 1_000_000,
    about: 'values per lock file or record in JSON or Erlang terms',
    memoryBytesEach: 64,
  },
  programFileBytesMax: {
    value: 16 * MIB,
    about: 'bytes at the start of a program file that are searched for uses of other files',
    memoryBytesEach: 2,
    stepsEach: 0.25,
  },
  deferredBytesMax: {
    value: 256 * MIB,
    about: 'bytes of files kept in a temporary file until it is known which of them are needed',
  },
  programUsesMax: { value: 20_000, about: 'uses of other files that one program file may name' },
  changelogBytesMax: {
    value: 4 * MIB,
    about: 'bytes of a changelog, packed and unpacked; a longer one is no evidence',
    stepsEach: 2,
  },
  licenseFileBytesMax: {
    value: 1 * MIB,
    about: 'bytes of a license or copyright file',
    stepsEach: 2,
  },
  moduleLicenseFilesMax: {
    value: 64,
    about: 'license files in the directory of one Go module, each of which is evidence',
  },
  knownLicenseTextBytesMax: {
    value: 0,
    about: 'bytes of the text of an SPDX license that is kept in the inventory',
  },
  unknownLicenseTextBytesMax: {
    value: 0,
    about: 'bytes of the text of any other license that is kept in the inventory',
  },
  yamlDocumentsMax: { value: 16, about: 'documents per YAML file' },
  edgeStepsMax: {
    value: 1_000_000,
    about: 'steps through libraries of one file that are not packages, to resolve dependencies',
  },
  fileProblemsMax: { value: 100, about: 'problems of one archive that are recorded individually' },
  problemsMax: {
    value: 10_000,
    about: 'problems that are recorded individually; the rest is counted',
  },
  databaseArchiveBytesMax: { value: 4 * GIB, about: 'bytes of an advisory database download' },
  databaseDownloadMsMax: {
    value: 3_600_000,
    about: 'milliseconds for the download of an advisory database from one mirror',
  },
  databaseListingMsMax: {
    value: 15_000,
    about: 'milliseconds to wait for the database listing of a mirror',
  },
  databaseWaitMsMax: {
    value: 600_000,
    about: 'milliseconds to wait for another process that updates the same database',
  },
  databaseBytesMax: { value: 16 * GIB, about: 'bytes of an unpacked advisory database' },
  versionCharsMax: { value: 1_024, about: 'characters of a version that is compared' },
  rangeTermsMax: { value: 10_000, about: 'terms per version range' },
  cpesMax: { value: 512, about: 'CPE candidates per package' },
  httpTriesMax: { value: 4, about: 'attempts for a request that may be retried' },
  httpRedirectsMax: { value: 10, about: 'redirects followed per request' },
  httpIdleMsMax: { value: 60_000, about: 'milliseconds without a byte from a server' },
  httpBreaksMax: { value: 16, about: 'resumptions of one interrupted transfer' },
  httpAnswerMsMax: {
    value: 300_000,
    about:
      'milliseconds to wait for a small response, and for any transfer in addition to its size',
  },
  httpBytesPerSecondMin: {
    value: 16 * KIB,
    about: 'bytes that extend the time of a transfer by one second',
  },
  httpAnswerBytesMax: { value: 16 * MIB, about: 'bytes of a token, list or other small response' },
  feedFilesMax: { value: 100_000, about: 'files that a list of an advisory feed names' },
  engineIdleMsMax: {
    value: 600_000,
    about:
      'milliseconds without a byte from a container engine, which may have to prepare an image first',
  },
  executableRecordsMax: {
    value: 65_536,
    about: 'sections, segments, load commands, notes or imports per executable, each',
  },
  executableSymbolsMax: { value: 4_000_000, about: 'symbols per executable' },
  executableTableBytesMax: {
    value: 128 * MIB,
    about: 'bytes per symbol or string table',
    memoryBytesEach: 4,
  },
  executableLibrariesMax: { value: 4_096, about: 'libraries that one executable imports' },
  executableNameBytesMax: { value: 256 * KIB, about: 'bytes of the names of those libraries' },
  goBuildInfoSearchBytesMax: {
    value: 64 * MIB,
    about: 'bytes of data that are searched for the build information of a Go executable',
    memoryBytesEach: 3,
  },
  bundleSearchBytesMax: {
    value: 16 * MIB,
    about: 'bytes of data that are searched for the mark of a single-file .NET program',
  },
  symbolBytesMax: {
    value: 32 * MIB,
    about: 'bytes of function names that are kept per executable',
    memoryBytesEach: 8,
  },
  patternStepsMax: {
    value: 1_000_000,
    about: 'steps of detecting a version in one file, in addition to those for its size',
  },
  patternStepsPerByteMax: { value: 4, about: 'additional such steps per byte of the file' },
  executableSlicesMax: { value: 32, about: 'architectures per universal executable' },
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
    about: 'values per document, each of which uses many times its size in memory',
    memoryBytesEach: 64,
  },
  documentRecordsMax: {
    value: 2_000_000,
    about: 'records per list of a document, such as files or relationships',
  },
  documentPackagesMax: { value: 300_000, about: 'packages per document' },
  documentFilesMax: { value: 10_000, about: 'documents in one directory' },
  documentFolderBytesMax: { value: 1 * GIB, about: 'bytes of the documents in one directory' },
  referrersMax: {
    value: 1_000,
    about: 'documents attached to an image in a registry or a layout that are considered',
  },
  foundVexBytesMax: {
    value: 16 * MIB,
    about: 'bytes of a VEX document in an image or attached to one',
  },
  foundVexMax: { value: 100, about: 'VEX documents from one place' },
  documentHeadBytesMax: {
    value: 64 * KIB,
    about: 'bytes at the start of a document that detect its format',
  },
  zipEntriesMax: {
    value: 500_000,
    about: 'entries per zip archive',
    memoryBytesEach: 256,
  },
  zipDirectoryBytesMax: {
    value: 128 * MIB,
    about: 'bytes of the directory of a zip archive',
    memoryBytesEach: 3,
  },
  zipEntryBytesMax: {
    value: 512 * MIB,
    about: 'bytes of one entry of a zip archive that is read, stored or unpacked',
    memoryBytesEach: 2,
  },
  zipExpandedBytesMax: {
    value: 2 * GIB,
    about: 'bytes unpacked from one file and all its nested archives',
  },
  zipHeldBytesMax: {
    value: 768 * MIB,
    about: 'bytes of unpacked nested archives that are held at the same time',
    memoryBytesEach: 2,
  },
  nestedArchiveDepthMax: { value: 8, about: 'levels of nested archives, including the outermost' },
  nestedArchivesMax: { value: 20_000, about: 'archives in one file, at any depth' },
  archiveTextBytesMax: {
    value: 64 * MIB,
    about: 'bytes of manifests and similar entries read from one file and its nested archives',
    memoryBytesEach: 4,
  },
  classFileBytesMax: { value: 16 * MIB, about: 'bytes of one Java class that is read' },
  archiveClassesMax: {
    value: 300_000,
    about: 'Java classes of one file and its nested archives whose references are followed',
    memoryBytesEach: 256,
  },
  classNamesCharsMax: {
    value: 32 * MIB,
    about: 'characters of the names in these classes',
    memoryBytesEach: 2,
  },
  rpmHeaderBytesMax: {
    value: 64 * MIB,
    about: 'bytes at the start of an rpm archive that contain its headers',
  },
  modelHeaderBytesMax: {
    value: 128 * MIB,
    about: 'bytes at the start of a model file that contain its header',
  },
  expandedFileBytesMax: {
    value: 256 * MIB,
    about: 'bytes of a compressed file, such as a kernel module, after decompression',
    memoryBytesEach: 2,
  },
  xzDictionaryBytesMax: {
    value: 64 * MIB,
    about: 'bytes of the xz dictionary',
    memoryBytesEach: 3,
  },
  propertyCharsMax: {
    value: 65_536,
    about: 'characters of a POM value after its properties are resolved',
  },
  propertyDepthMax: {
    value: 32,
    about: 'levels of POM properties that refer to each other, and of parents',
  },
  pomVersionsMax: {
    value: 2_000_000,
    about: 'dependency versions that are read, for all POMs of a target together',
  },
  templateBytesMax: { value: 1 * MIB, about: 'bytes of an output template' },
  templateDepthMax: { value: 100, about: 'levels of nested template actions and calls' },
  templateStepsMax: {
    value: 100_000_000,
    about: 'values that a template reads, and pieces that it writes',
  },
  templateOutputCharsMax: { value: 4 * GIB, about: 'characters that a template writes' },
  shellScriptBytesMax: {
    value: 1 * MIB,
    about: 'bytes of a shell script whose commands are read',
    stepsEach: 1,
  },
  shellCommandsMax: { value: 20_000, about: 'commands of one shell script' },
  shellDepthMax: { value: 64, about: 'levels of nested commands and words in a shell script' },
  reachTextBytesMax: {
    value: 256 * KIB,
    about: 'bytes of a settings file that is searched for paths',
  },
  contentSearchBytesMax: {
    value: 16 * MIB,
    about: 'bytes of a file that a policy searches for a pattern',
  },
  policyStepsMax: {
    value: 200_000_000,
    about: 'steps that all rules of a check may take',
  },
  reachStringsMax: { value: 8_192, about: 'strings of one file that may name files' },
  standardInputBytesMax: { value: 16 * GIB, about: 'bytes of standard input' },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;

/** The limits in force: defaults or values of the user. */
export type Limits = Readonly<Record<LimitName, number>>;

export const DEFAULT_LIMITS: Limits = Object.freeze(
  Object.fromEntries(Object.entries(LIMITS).map(([name, limit]) => [name, limit.value])),
) as Limits;

/** Answers of each kind that a reader of the advisory database keeps before it starts anew. */
export const LOOKUP_ENTRIES_MAX = 100_000;
