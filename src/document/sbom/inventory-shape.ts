import { isDigest } from '../../core/digest.ts';
import type { Distro } from '../../core/distro.ts';
import { FILE_TYPES } from '../../core/file-table.ts';
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
} from '../../core/inventory.ts';
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
} from '../../core/package.ts';
import { PROBLEM_CODES, type Problem, type ProblemCode } from '../../core/problem.ts';
import type {
  DirectoryDescription,
  FileDescription,
  ImageDescription,
  LayerDescription,
  SbomDescription,
} from '../../core/target.ts';
import {
  type Guard,
  isBoolean,
  isCount,
  isNumber,
  isRecord,
  isText,
  listOf,
  mapOf,
  oneOf,
  optional,
  recordOf,
} from '../../syntax/json/guard.ts';

// Shapes of an inventory as documented in `docs/format-json.md`.

const isDigestText: Guard<string> = isDigest;
const isKey: Guard<string> = (value): value is string =>
  isText(value) && /^[0-9a-f]{16}$/.test(value);
const isAny: Guard<Readonly<Record<string, unknown>>> = isRecord;

export const isLocation: Guard<Location> = recordOf<Location>({
  path: isText,
  accessPath: isText,
  layer: optional(isDigestText),
  evidence: optional(oneOf(['primary', 'supporting'])),
  line: optional(isCount),
  isVisible: optional(isBoolean),
});

export const isLicense: Guard<License> = recordOf<License>({
  value: isText,
  expression: isText,
  kind: oneOf(['declared', 'concluded']),
  urls: listOf(isText),
  locations: listOf(isLocation),
  contents: optional(isText),
});

export const isCpe: Guard<Cpe> = recordOf<Cpe>({
  cpe: isText,
  source: oneOf(['generated', 'declared', 'dictionary']),
});

export const isUpstream: Guard<Upstream> = recordOf<Upstream>({
  name: isText,
  version: optional(isText),
});

const isOwnedFile: Guard<OwnedFile> = recordOf<OwnedFile>({ path: isText });

const isMetadata: Guard<PackageMetadata> = recordOf<PackageMetadata>({
  kind: isText,
  value: isAny,
});

export const isPackageSymbols: Guard<PackageSymbols> = recordOf<PackageSymbols>({
  path: isText,
  symbols: listOf(isText),
});

export const isChangelogFix: Guard<ChangelogFix> = recordOf<ChangelogFix>({
  id: isText,
  version: isText,
  path: isText,
  line: optional(isCount),
  sha256: optional(isText),
  isRecorded: isBoolean,
});

export const isPackageParty: Guard<PackageParty> = recordOf<PackageParty>({
  name: isText,
  email: optional(isText),
  isPerson: isBoolean,
});

export const isPackageAlternative: Guard<PackageAlternative> = recordOf<PackageAlternative>({
  purl: isText,
  rule: isText,
});

export const isPackageDigest: Guard<PackageDigest> = recordOf<PackageDigest>({
  algorithm: isText,
  digits: isText,
});

export const isPackage: Guard<InventoryPackage> = recordOf<InventoryPackage>({
  key: isKey,
  name: isText,
  version: isText,
  type: isText,
  language: isText,
  purl: isText,
  foundBy: isText,
  rule: isText,
  confidence: isNumber,
  alternatives: optional(listOf(isPackageAlternative)),
  locations: listOf(isLocation),
  introducedIn: optional(isDigestText),
  licenses: listOf(isLicense),
  cpes: listOf(isCpe),
  upstreams: listOf(isUpstream),
  architecture: optional(isText),
  distro: optional((value): value is Distro => isDistro(value)),
  modularity: optional(isText),
  ownedFiles: listOf(isOwnedFile),
  otherOwnedFiles: optional(listOf(isOwnedFile)),
  symbols: optional(listOf(isPackageSymbols)),
  changelogFixes: optional(listOf(isChangelogFix)),
  metadata: optional(isMetadata),
  supplier: optional(isPackageParty),
  digests: optional(listOf(isPackageDigest)),
  author: optional(isPackageParty),
  description: optional(isText),
  homepage: optional(isText),
  file: optional(
    recordOf<NonNullable<InventoryPackage['file']>>({
      name: isText,
      isExecutable: isBoolean,
      isArchive: isBoolean,
      isStructured: isBoolean,
    }),
  ),
  neededLibraries: optional(listOf(isText)),
  yieldsToOwner: optional(isBoolean),
  namesItsFile: optional(isBoolean),
});

const isExecutable: Guard<ExecutableFacts> = recordOf<ExecutableFacts>({
  format: oneOf(['elf', 'macho', 'pe']),
  hasExports: isBoolean,
  hasEntrypoint: isBoolean,
  importedLibraries: listOf(isText),
  security: optional(
    recordOf<NonNullable<ExecutableFacts['security']>>({
      symbolTableStripped: isBoolean,
      stackCanary: optional(isBoolean),
      nx: isBoolean,
      relRo: oneOf(['none', 'partial', 'full']),
      pie: isBoolean,
      dso: isBoolean,
      safeStack: optional(isBoolean),
      cfi: optional(isBoolean),
      fortify: optional(isBoolean),
    }),
  ),
  mitigations: optional(
    recordOf<ExecutableMitigations>({
      randomAddress: isBoolean,
      noExecute: isBoolean,
      stackCanary: optional(isBoolean),
      controlFlowGuard: optional(isBoolean),
    }),
  ),
  buildId: optional(isText),
  interpreter: optional(isText),
});

const isOtherDigests = recordOf<NonNullable<InventoryFile['otherDigests']>>({
  md5: optional(isText),
  sha224: optional(isText),
  sha384: optional(isText),
  sha512: optional(isText),
});

export const isFile: Guard<InventoryFile> = recordOf<InventoryFile>({
  path: isText,
  layer: optional(isDigestText),
  type: oneOf(FILE_TYPES),
  mode: isCount,
  uid: isCount,
  gid: isCount,
  sizeBytes: isCount,
  mimeType: isText,
  linkTarget: optional(isText),
  sha256: optional(isText),
  sha1: optional(isText),
  otherDigests: optional(isOtherDigests),
  executable: optional(isExecutable),
  isVisible: optional(isBoolean),
});

type RelationshipOf<Kind extends Relationship['kind']> = Extract<Relationship, { kind: Kind }>;

const RELATIONSHIPS: { readonly [Kind in Relationship['kind']]: Guard<RelationshipOf<Kind>> } = {
  'dependency-of': recordOf<RelationshipOf<'dependency-of'>>({
    kind: oneOf(['dependency-of']),
    from: isText,
    to: isText,
  }),
  'contains-file': recordOf<RelationshipOf<'contains-file'>>({
    kind: oneOf(['contains-file']),
    from: isText,
    path: isText,
    layer: optional(isDigestText),
  }),
  'evident-by': recordOf<RelationshipOf<'evident-by'>>({
    kind: oneOf(['evident-by']),
    from: isText,
    location: isLocation,
  }),
  'owns-package': recordOf<RelationshipOf<'owns-package'>>({
    kind: oneOf(['owns-package']),
    from: isText,
    to: isText,
    paths: listOf(isText),
  }),
};

export const isRelationship: Guard<Relationship> = (value): value is Relationship =>
  Object.values(RELATIONSHIPS).some((guard: Guard<Relationship>) => guard(value));

const isProblemCode: Guard<ProblemCode> = (value): value is ProblemCode =>
  isText(value) && Object.hasOwn(PROBLEM_CODES, value);

export const isProblem: Guard<Problem> = recordOf<Problem>({
  code: isProblemCode,
  message: isText,
  plugin: optional(isText),
  path: optional(isText),
  layer: optional(isText),
  line: optional(isCount),
});

export const isSuppressedPackage: Guard<SuppressedPackage> = recordOf<SuppressedPackage>({
  name: isText,
  version: isText,
  type: isText,
  purl: isText,
  foundBy: isText,
  paths: listOf(isText),
  by: isText,
  reason: isText,
});

export const isScope: Guard<Scope> = oneOf(SCOPES);

export const isCatalogerRun: Guard<CatalogerRun> = recordOf<CatalogerRun>({
  id: isText,
  alias: isText,
  version: isNumber,
});

export const isDistro: Guard<Distro> = recordOf<Distro>({
  id: isText,
  idLike: listOf(isText),
  name: optional(isText),
  prettyName: optional(isText),
  version: optional(isText),
  versionId: optional(isText),
  versionCodename: optional(isText),
  buildId: optional(isText),
  imageId: optional(isText),
  imageVersion: optional(isText),
  variant: optional(isText),
  variantId: optional(isText),
  homeUrl: optional(isText),
  supportUrl: optional(isText),
  bugReportUrl: optional(isText),
  privacyPolicyUrl: optional(isText),
  cpeName: optional(isText),
  supportEnd: optional(isText),
  extendedSupport: optional(isBoolean),
  contentSets: optional(listOf(isText)),
  imageBuilds: optional(listOf(isText)),
  evidencePath: optional(isText),
});

export const isLayer: Guard<LayerDescription> = recordOf<LayerDescription>({
  diffId: isDigestText,
  blobDigest: optional(isDigestText),
  mediaType: isText,
  blobBytes: isCount,
  instruction: optional(isText),
});

/** An image as written: manifest and configuration are base64. */
export type WrittenImage = Omit<ImageDescription, 'manifest' | 'config'> & {
  readonly manifest: string;
  readonly config: string;
};

export const isWrittenImage: Guard<WrittenImage> = recordOf<WrittenImage>({
  kind: oneOf(['image']),
  userInput: isText,
  name: isText,
  version: optional(isText),
  supplier: optional(isText),
  manifestDigest: isDigestText,
  imageId: isDigestText,
  mediaType: isText,
  tags: listOf(isText),
  repoDigests: listOf(isText),
  architecture: isText,
  variant: optional(isText),
  os: isText,
  labels: mapOf(isText),
  layers: listOf(isLayer),
  manifest: isText,
  config: isText,
});

export const isDirectory: Guard<DirectoryDescription> = recordOf<DirectoryDescription>({
  kind: oneOf(['directory']),
  userInput: isText,
  name: isText,
  version: optional(isText),
  supplier: optional(isText),
  path: isText,
});

export const isFileTarget: Guard<FileDescription> = recordOf<FileDescription>({
  kind: oneOf(['file']),
  userInput: isText,
  name: isText,
  version: optional(isText),
  supplier: optional(isText),
  path: isText,
});

export const isSbom: Guard<SbomDescription> = recordOf<SbomDescription>({
  kind: oneOf(['sbom']),
  userInput: isText,
  name: isText,
  version: optional(isText),
  supplier: optional(isText),
  path: isText,
  origin: oneOf(['file', 'stdin', 'argument', 'folder', 'referrer']),
});
