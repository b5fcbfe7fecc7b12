import { isDigest } from '../../foundation/core/digest.ts';
import type { Distro } from '../../foundation/core/distro.ts';
import type { FileSummary, UnexplainedExecutable } from '../../foundation/core/file-summary.ts';
import { FILE_TYPES } from '../../foundation/core/file-table.ts';
import {
  type CatalogerRun,
  type ExecutableFacts,
  type ExecutableMitigations,
  type InventoryFile,
  type InventoryPackage,
  type Relationship,
  SCOPES,
  type Scope,
  type SuppressedPackage,
  WEAK_PROOFS,
} from '../../foundation/core/inventory.ts';
import { BASE_STATES, type InventoryBase, PACKAGE_ORIGINS } from '../../foundation/core/origin.ts';
import type {
  ChangelogFix,
  Cpe,
  License,
  Location,
  OwnedFile,
  PackageAlternative,
  PackageDigest,
  PackageMetadata,
  PackageParty,
  PackageSymbols,
  Upstream,
} from '../../foundation/core/package.ts';
import { PROBLEM_CODES, type Problem, type ProblemCode } from '../../foundation/core/problem.ts';
import type {
  DirectoryDescription,
  FileDescription,
  ImageDescription,
  LayerDescription,
  SbomDescription,
} from '../../foundation/core/target.ts';
import {
  type Guard,
  guardChoice,
  guardList,
  guardMap,
  guardOptional,
  guardRecord,
  isBoolean,
  isCount,
  isNumber,
  isRecord,
  isText,
} from '../../foundation/syntax/json/guard.ts';

// Shapes of an inventory as documented in `docs/format-json.md`.

const isDigestText: Guard<string> = isDigest;
const isKey: Guard<string> = (value): value is string =>
  isText(value) && /^[0-9a-f]{16}$/.test(value);
const isAny: Guard<Readonly<Record<string, unknown>>> = isRecord;

export const isLocation: Guard<Location> = guardRecord<Location>({
  path: isText,
  accessPath: isText,
  layer: guardOptional(isDigestText),
  evidence: guardOptional(guardChoice(['primary', 'supporting'])),
  line: guardOptional(isCount),
  isVisible: guardOptional(isBoolean),
});

export const isLicense: Guard<License> = guardRecord<License>({
  value: isText,
  expression: isText,
  kind: guardChoice(['declared', 'concluded']),
  urls: guardList(isText),
  locations: guardList(isLocation),
  contents: guardOptional(isText),
});

export const isCpe: Guard<Cpe> = guardRecord<Cpe>({
  cpe: isText,
  source: guardChoice(['generated', 'declared', 'dictionary']),
});

export const isUpstream: Guard<Upstream> = guardRecord<Upstream>({
  name: isText,
  version: guardOptional(isText),
});

const isOwnedFile: Guard<OwnedFile> = guardRecord<OwnedFile>({ path: isText });

const isMetadata: Guard<PackageMetadata> = guardRecord<PackageMetadata>({
  kind: isText,
  value: isAny,
});

export const isPackageSymbols: Guard<PackageSymbols> = guardRecord<PackageSymbols>({
  path: isText,
  symbols: guardList(isText),
});

export const isChangelogFix: Guard<ChangelogFix> = guardRecord<ChangelogFix>({
  id: isText,
  version: isText,
  path: isText,
  line: guardOptional(isCount),
  sha256: guardOptional(isText),
  isRecorded: isBoolean,
});

export const isPackageParty: Guard<PackageParty> = guardRecord<PackageParty>({
  name: isText,
  email: guardOptional(isText),
  isPerson: isBoolean,
});

export const isPackageAlternative: Guard<PackageAlternative> = guardRecord<PackageAlternative>({
  purl: isText,
  rule: isText,
});

export const isPackageDigest: Guard<PackageDigest> = guardRecord<PackageDigest>({
  algorithm: isText,
  digits: isText,
});

const EXECUTABLE_FORMATS = ['elf', 'macho', 'pe'] as const;

const isExecutable: Guard<ExecutableFacts> = guardRecord<ExecutableFacts>({
  format: guardChoice(EXECUTABLE_FORMATS),
  hasExports: isBoolean,
  hasEntrypoint: isBoolean,
  importedLibraries: guardList(isText),
  security: guardOptional(
    guardRecord<NonNullable<ExecutableFacts['security']>>({
      symbolTableStripped: isBoolean,
      stackCanary: guardOptional(isBoolean),
      nx: isBoolean,
      relRo: guardChoice(['none', 'partial', 'full']),
      pie: isBoolean,
      dso: isBoolean,
      safeStack: guardOptional(isBoolean),
      cfi: guardOptional(isBoolean),
      fortify: guardOptional(isBoolean),
    }),
  ),
  mitigations: guardOptional(
    guardRecord<ExecutableMitigations>({
      randomAddress: isBoolean,
      noExecute: isBoolean,
      stackCanary: guardOptional(isBoolean),
      controlFlowGuard: guardOptional(isBoolean),
    }),
  ),
  buildId: guardOptional(isText),
  interpreter: guardOptional(isText),
});

const isOtherDigests = guardRecord<NonNullable<InventoryFile['otherDigests']>>({
  md5: guardOptional(isText),
  sha224: guardOptional(isText),
  sha384: guardOptional(isText),
  sha512: guardOptional(isText),
});

export const isFile: Guard<InventoryFile> = guardRecord<InventoryFile>({
  path: isText,
  layer: guardOptional(isDigestText),
  type: guardChoice(FILE_TYPES),
  mode: isCount,
  uid: isCount,
  gid: isCount,
  sizeBytes: isCount,
  mimeType: isText,
  linkTarget: guardOptional(isText),
  sha256: guardOptional(isText),
  sha1: guardOptional(isText),
  otherDigests: guardOptional(isOtherDigests),
  executable: guardOptional(isExecutable),
  isVisible: guardOptional(isBoolean),
});

export const isFileSummary: Guard<FileSummary> = guardRecord<FileSummary>({
  executables: isCount,
  bytes: isCount,
  unexplained: guardList(
    guardRecord<UnexplainedExecutable>({
      path: isText,
      sizeBytes: isCount,
      format: guardChoice(EXECUTABLE_FORMATS),
    }),
  ),
  unexplainedBytes: isCount,
  looseLoader: guardOptional(isText),
});

export const isPackage: Guard<InventoryPackage> = guardRecord<InventoryPackage>({
  key: isKey,
  origin: guardOptional(guardChoice(PACKAGE_ORIGINS)),
  installedFiles: guardOptional(guardList(isFile)),
  name: isText,
  version: isText,
  type: isText,
  language: isText,
  purl: isText,
  foundBy: isText,
  rule: isText,
  confidence: isNumber,
  alternatives: guardOptional(guardList(isPackageAlternative)),
  locations: guardList(isLocation),
  introducedIn: guardOptional(isDigestText),
  licenses: guardList(isLicense),
  cpes: guardList(isCpe),
  upstreams: guardList(isUpstream),
  architecture: guardOptional(isText),
  distro: guardOptional((value): value is Distro => isDistro(value)),
  modularity: guardOptional(isText),
  ownedFiles: guardList(isOwnedFile),
  otherOwnedFiles: guardOptional(guardList(isOwnedFile)),
  symbols: guardOptional(guardList(isPackageSymbols)),
  changelogFixes: guardOptional(guardList(isChangelogFix)),
  metadata: guardOptional(isMetadata),
  supplier: guardOptional(isPackageParty),
  digests: guardOptional(guardList(isPackageDigest)),
  author: guardOptional(isPackageParty),
  description: guardOptional(isText),
  homepage: guardOptional(isText),
  file: guardOptional(
    guardRecord<NonNullable<InventoryPackage['file']>>({
      name: isText,
      isExecutable: isBoolean,
      isArchive: isBoolean,
      isStructured: isBoolean,
    }),
  ),
  neededLibraries: guardOptional(guardList(isText)),
  yieldsToOwner: guardOptional(isBoolean),
  namesItsFile: guardOptional(isBoolean),
});

type RelationshipOf<Kind extends Relationship['kind']> = Extract<Relationship, { kind: Kind }>;

const RELATIONSHIPS: { readonly [Kind in Relationship['kind']]: Guard<RelationshipOf<Kind>> } = {
  'dependency-of': guardRecord<RelationshipOf<'dependency-of'>>({
    kind: guardChoice(['dependency-of']),
    from: isText,
    to: isText,
  }),
  'contains-file': guardRecord<RelationshipOf<'contains-file'>>({
    kind: guardChoice(['contains-file']),
    from: isText,
    path: isText,
    layer: guardOptional(isDigestText),
  }),
  'evident-by': guardRecord<RelationshipOf<'evident-by'>>({
    kind: guardChoice(['evident-by']),
    from: isText,
    location: isLocation,
  }),
  'needs-file': guardRecord<RelationshipOf<'needs-file'>>({
    kind: guardChoice(['needs-file']),
    from: isText,
    path: isText,
    layer: guardOptional(isDigestText),
  }),
  'owns-package': guardRecord<RelationshipOf<'owns-package'>>({
    kind: guardChoice(['owns-package']),
    from: isText,
    to: isText,
    paths: guardList(isText),
    proof: guardOptional(guardChoice(WEAK_PROOFS)),
  }),
};

export const isRelationship: Guard<Relationship> = (value): value is Relationship =>
  Object.values(RELATIONSHIPS).some((guard: Guard<Relationship>) => guard(value));

const isProblemCode: Guard<ProblemCode> = (value): value is ProblemCode =>
  isText(value) && Object.hasOwn(PROBLEM_CODES, value);

export const isProblem: Guard<Problem> = guardRecord<Problem>({
  code: isProblemCode,
  message: isText,
  plugin: guardOptional(isText),
  path: guardOptional(isText),
  layer: guardOptional(isText),
  line: guardOptional(isCount),
});

export const isSuppressedPackage: Guard<SuppressedPackage> = guardRecord<SuppressedPackage>({
  name: isText,
  version: isText,
  type: isText,
  purl: isText,
  foundBy: isText,
  paths: guardList(isText),
  by: isText,
  reason: isText,
});

export const isInventoryBase: Guard<InventoryBase> = guardRecord<InventoryBase>({
  state: guardChoice(BASE_STATES),
  name: guardOptional(isText),
  manifestDigest: guardOptional(isDigestText),
  created: guardOptional(isText),
  layers: guardOptional(isCount),
});

export const isScope: Guard<Scope> = guardChoice(SCOPES);

export const isCatalogerRun: Guard<CatalogerRun> = guardRecord<CatalogerRun>({
  id: isText,
  alias: isText,
  version: isNumber,
});

export const isDistro: Guard<Distro> = guardRecord<Distro>({
  id: isText,
  idLike: guardList(isText),
  name: guardOptional(isText),
  prettyName: guardOptional(isText),
  version: guardOptional(isText),
  versionId: guardOptional(isText),
  versionCodename: guardOptional(isText),
  buildId: guardOptional(isText),
  imageId: guardOptional(isText),
  imageVersion: guardOptional(isText),
  variant: guardOptional(isText),
  variantId: guardOptional(isText),
  homeUrl: guardOptional(isText),
  supportUrl: guardOptional(isText),
  bugReportUrl: guardOptional(isText),
  privacyPolicyUrl: guardOptional(isText),
  cpeName: guardOptional(isText),
  supportEnd: guardOptional(isText),
  extendedSupport: guardOptional(isBoolean),
  contentSets: guardOptional(guardList(isText)),
  imageBuilds: guardOptional(guardList(isText)),
  evidencePath: guardOptional(isText),
});

export const isLayer: Guard<LayerDescription> = guardRecord<LayerDescription>({
  diffId: isDigestText,
  blobDigest: guardOptional(isDigestText),
  mediaType: isText,
  blobBytes: isCount,
  instruction: guardOptional(isText),
});

/** An image as written: manifest and configuration are base64. */
export type WrittenImage = Omit<ImageDescription, 'manifest' | 'config'> & {
  readonly manifest: string;
  readonly config: string;
};

export const isWrittenImage: Guard<WrittenImage> = guardRecord<WrittenImage>({
  kind: guardChoice(['image']),
  userInput: isText,
  name: isText,
  version: guardOptional(isText),
  supplier: guardOptional(isText),
  manifestDigest: isDigestText,
  imageId: isDigestText,
  mediaType: isText,
  tags: guardList(isText),
  repoDigests: guardList(isText),
  architecture: isText,
  variant: guardOptional(isText),
  os: isText,
  labels: guardMap(isText),
  layers: guardList(isLayer),
  manifest: isText,
  config: isText,
});

export const isDirectory: Guard<DirectoryDescription> = guardRecord<DirectoryDescription>({
  kind: guardChoice(['directory']),
  userInput: isText,
  name: isText,
  version: guardOptional(isText),
  supplier: guardOptional(isText),
  path: isText,
});

export const isFileTarget: Guard<FileDescription> = guardRecord<FileDescription>({
  kind: guardChoice(['file']),
  userInput: isText,
  name: isText,
  version: guardOptional(isText),
  supplier: guardOptional(isText),
  path: isText,
});

export const isSbom: Guard<SbomDescription> = guardRecord<SbomDescription>({
  kind: guardChoice(['sbom']),
  userInput: isText,
  name: isText,
  version: guardOptional(isText),
  supplier: guardOptional(isText),
  path: isText,
  origin: guardChoice(['file', 'stdin', 'argument', 'folder', 'referrer']),
});
