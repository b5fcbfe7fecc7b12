import type { DatabaseDescription } from '../../src/foundation/core/advisory.ts';
import type { Finding } from '../../src/foundation/core/finding.ts';
import type {
  Inventory,
  InventoryFile,
  Relationship,
} from '../../src/foundation/core/inventory.ts';
import {
  SURFACE_IDS,
  type Surface,
  type SurfaceDimension,
  type SurfaceId,
} from '../../src/foundation/core/surface.ts';
import type { LayerDescription, TargetDescription } from '../../src/foundation/core/target.ts';
import type { Result } from '../../src/hardening/compare/finding-changes.ts';
import { createInventory, type InventorySeed, type PackageSeed } from './inventory.ts';
import { IMAGE, SAMPLE_FINDINGS } from './sample-report.ts';

const [SAMPLE] = SAMPLE_FINDINGS.findings as readonly [Finding];
const DATABASE = SAMPLE_FINDINGS.database as DatabaseDescription;

/** A finding with only the members that a test is about. */
export type FindingSeed = Partial<Finding> & { readonly id: string };

/** A target with only the members that a test is about. It is an image by default. */
export interface TargetSeed {
  readonly name?: string;
  readonly packages?: readonly PackageSeed[];
  readonly files?: readonly (Partial<InventoryFile> & { readonly path: string })[];
  /** The member `config` of the image configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly layers?: readonly { readonly digit: string; readonly bytes: number }[];
  /** Findings by package name. */
  readonly found?: Readonly<Record<string, readonly FindingSeed[]>>;
  /** `undefined`: nothing was evaluated. */
  readonly database?: DatabaseDescription | undefined;
  /** Known dimensions, each with its items. */
  readonly surface?: Readonly<Partial<Record<SurfaceId, readonly string[]>>>;
  readonly distro?: InventorySeed['distro'];
  readonly target?: TargetDescription;
  readonly inventory?: Partial<Inventory>;
}

/** Creates the result of scanning the target. Files belong to the packages that own their paths. */
export function createTarget(seed: TargetSeed): Result {
  const inventory = createTargetInventory(seed);
  const findings = Object.entries(seed.found ?? {}).flatMap(([name, list]) =>
    list.map((finding): Finding => {
      const item = inventory.packages.find((one) => one.name === name);
      return { ...SAMPLE, aliases: [], packageKey: item?.key ?? '', ...finding };
    }),
  );
  const database = 'database' in seed ? seed.database : DATABASE;
  return {
    inventory,
    findings: {
      ...SAMPLE_FINDINGS,
      database,
      findings,
      alerts: [],
      dispositioned: [],
      ignored: [],
      unevaluated: [],
    },
    toolVersion: '1.0.0',
  };
}

function createTargetInventory(seed: TargetSeed): Inventory {
  const { packages = [], files = [], layers = [], distro, surface } = seed;
  const relationships = packages.flatMap(({ key, name, type, ownedFiles = [] }): Relationship[] =>
    ownedFiles.map(({ path }) => ({
      kind: 'contains-file',
      from: key ?? `key-of-${name}-${type}`,
      path,
    })),
  );
  const target = seed.target ?? createImage(seed);
  return {
    ...createInventory({
      packages,
      target,
      relationships,
      ...(distro === undefined ? {} : { distro }),
    }),
    files: files.map(createFile),
    layerBytes: layers.map(({ bytes }) => bytes),
    ...(surface === undefined ? {} : { surface: createSurface(surface) }),
    ...seed.inventory,
  };
}

function createImage({
  name = 'example/shop',
  config = {},
  layers = [],
  packages = [],
}: TargetSeed): TargetDescription {
  return {
    ...IMAGE,
    imageId: JSON.stringify(packages),
    name,
    tags: [],
    layers: layers.map(
      ({ digit }): LayerDescription => ({
        diffId: `sha256:${digit.repeat(64)}`,
        mediaType: '',
        blobBytes: 10,
      }),
    ),
    config: Buffer.from(JSON.stringify({ created: '2025-11-01T00:00:00Z', config })),
  };
}

/** Creates a file; by default a regular file of ten bytes. */
export function createFile(
  seed: Partial<InventoryFile> & { readonly path: string },
): InventoryFile {
  return {
    type: 'regular',
    mode: 0o644,
    uid: 0,
    gid: 0,
    sizeBytes: 10,
    mimeType: '',
    ...seed,
  };
}

/** Properties of a typical modern ELF program. */
export const PROGRAM: NonNullable<InventoryFile['executable']> = {
  format: 'elf',
  hasExports: false,
  hasEntrypoint: true,
  importedLibraries: ['libc.so.6'],
  security: {
    symbolTableStripped: true,
    stackCanary: true,
    nx: true,
    relRo: 'full',
    pie: true,
    dso: false,
    fortify: true,
  },
};

function createSurface(known: NonNullable<TargetSeed['surface']>): Surface {
  return {
    dimensions: SURFACE_IDS.map((id): SurfaceDimension => {
      const items = known[id];
      return items === undefined
        ? { id, items: [], note: 'not stated' }
        : { id, value: items.length, items };
    }),
  };
}
