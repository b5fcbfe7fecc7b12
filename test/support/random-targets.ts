import type { Finding } from '../../src/foundation/core/finding.ts';
import type { InventoryFile, Relationship } from '../../src/foundation/core/inventory.ts';
import type { ImageDescription } from '../../src/foundation/core/target.ts';
import type { Result } from '../../src/hardening/compare/finding-changes.ts';
import { createInventory, type PackageSeed } from './inventory.ts';
import { isLucky, pick, type Random } from './random-version.ts';
import { IMAGE, SAMPLE_FINDINGS } from './sample-report.ts';

const [SAMPLE] = SAMPLE_FINDINGS.findings;
const NAMES = ['acl', 'bash', 'curl', 'dash', 'expat', 'file', 'gzip', 'libssl3', 'zlib'];
const TYPES = ['deb', 'npm'];
const VERSIONS = ['1.0', '1.1', '1.10', '1:0.9', 'not a version'];
const SOURCES = ['one', 'two', 'three'];
const CVES = ['CVE-2024-1', 'CVE-2024-2', 'CVE-2024-3'];

/** The content of one target, as parts that can be redrawn one by one. */
interface Draft {
  readonly packages: readonly PackageSeed[];
  readonly files: readonly InventoryFile[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly layers: readonly string[];
  readonly found: readonly (readonly [packageKey: string, id: string])[];
}

/** Creates two targets with much in common, the same for the same random numbers. */
export function drawTargets(random: Random): readonly [Result, Result] {
  const first = drawDraft(random);
  return [toResult(first), toResult(changeDraft(first, random))];
}

function drawDraft(random: Random): Draft {
  const packages = createList(12, () => drawPackage(random));
  return {
    packages: dropDuplicates(packages, ({ key = '' }) => key),
    files: dropDuplicates([ROOT, ...createList(20, () => drawFile(random))], ({ path }) => path),
    config: drawConfig(random),
    layers: dropDuplicates(
      createList(4, () => `sha256:${pick(random, '123456'.split('')).repeat(64)}`),
      (one) => one,
    ),
    found: dropDuplicates(
      createList(6, () => [pick(random, packages).key ?? '', pick(random, CVES)] as const),
      (one) => one.join(' '),
    ),
  };
}

function changeDraft(draft: Draft, random: Random): Draft {
  const other = drawDraft(random);
  const mixItems = <Item>(one: readonly Item[], another: readonly Item[]): readonly Item[] => [
    ...one.filter(() => isLucky(random, 70)),
    ...another.filter(() => isLucky(random, 40)),
  ];
  const packages = dropDuplicates(mixItems(draft.packages, other.packages), ({ key = '' }) => key);
  const keys = new Set(packages.map(({ key }) => key));
  return {
    packages,
    files: dropDuplicates([ROOT, ...mixItems(draft.files, other.files)], ({ path }) => path),
    config: isLucky(random, 50) ? draft.config : other.config,
    layers: dropDuplicates(mixItems(draft.layers, other.layers), (one) => one),
    found: dropDuplicates(mixItems(draft.found, other.found), (one) => one.join(' ')).filter(
      ([key]) => keys.has(key),
    ),
  };
}

function createList<Item>(count: number, make: () => Item): readonly Item[] {
  return Array.from({ length: count }, make);
}

function dropDuplicates<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly Item[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

function drawPackage(random: Random): PackageSeed {
  const [name, type, version] = [pick(random, NAMES), pick(random, TYPES), pick(random, VERSIONS)];
  const path = type === 'deb' ? '/var/lib/dpkg/status' : `/app/${pick(random, SOURCES)}.json`;
  return {
    key: [type, name, version, path].join(' '),
    name,
    type,
    version,
    language: type === 'deb' ? '' : 'javascript',
    purl: `pkg:${type}/${name}@${version}`,
    upstreams: isLucky(random, 50) ? [{ name: pick(random, SOURCES) }] : [],
    locations: [{ path, accessPath: path, evidence: 'primary' }],
    ownedFiles: type === 'deb' ? [{ path: `/usr/bin/${pick(random, NAMES)}` }] : [],
  };
}

/** If directories are listed, all files are. */
const ROOT: InventoryFile = {
  path: '/usr',
  type: 'directory',
  mode: 0o755,
  uid: 0,
  gid: 0,
  sizeBytes: 0,
  mimeType: '',
};

function drawFile(random: Random): InventoryFile {
  const type = pick(random, ['regular', 'regular', 'symlink', 'directory'] as const);
  const folder = pick(random, ['/usr/bin', '/usr/lib', '/var/log']);
  const digit = pick(random, '0123'.split(''));
  return {
    path: `${folder}/${pick(random, NAMES)}`,
    type,
    mode: pick(random, [0o644, 0o755, 0o4755, 0o777]),
    uid: pick(random, [0, 1000]),
    gid: 0,
    sizeBytes: type === 'regular' ? 10 : 0,
    mimeType: '',
    ...(type === 'symlink' ? { linkTarget: pick(random, SOURCES) } : {}),
    ...(type === 'regular' ? { sha256: digit.repeat(64) } : {}),
    ...(type === 'regular' && folder !== '/var/log' ? { executable: drawElf(random) } : {}),
  };
}

function drawElf(random: Random): NonNullable<InventoryFile['executable']> {
  return {
    format: 'elf',
    hasExports: false,
    hasEntrypoint: true,
    importedLibraries: SOURCES.filter(() => isLucky(random, 50)).map((name) => `lib${name}.so.1`),
    security: {
      symbolTableStripped: true,
      nx: isLucky(random, 80),
      relRo: pick(random, ['none', 'partial', 'full'] as const),
      pie: isLucky(random, 50),
      dso: false,
    },
  };
}

function drawConfig(random: Random): Readonly<Record<string, unknown>> {
  return {
    User: pick(random, ['', 'root', '1000']),
    Entrypoint: [pick(random, ['/bin/sh', '/app'])],
    Env: [`PATH=/usr/bin:/${pick(random, SOURCES)}`, `API_TOKEN=${pick(random, SOURCES)}`],
    ExposedPorts: isLucky(random, 50) ? { [`${pick(random, ['80', '8080'])}/tcp`]: {} } : {},
    ...(isLucky(random, 50) ? { Healthcheck: { Test: ['CMD', 'true'] } } : {}),
  };
}

function toResult({ packages, files, config, layers, found }: Draft): Result {
  const target: ImageDescription = {
    ...IMAGE,
    imageId: JSON.stringify([packages.map(({ key }) => key), layers]),
    layers: layers.map((diffId) => ({ diffId, mediaType: '', blobBytes: 10 })),
    config: Buffer.from(JSON.stringify({ config })),
  };
  const relationships = packages.flatMap(({ key = '', ownedFiles = [] }): Relationship[] =>
    ownedFiles.map(({ path }) => ({ kind: 'contains-file', from: key, path })),
  );
  const findings = found.map(
    ([packageKey, id]): Finding => ({ ...(SAMPLE as Finding), packageKey, id, aliases: [] }),
  );
  return {
    inventory: {
      ...createInventory({ packages, target, relationships }),
      files: files.toSorted((left, right) => (left.path < right.path ? -1 : 1)),
      layerBytes: layers.map((_, index) => index + 1),
    },
    findings: { ...SAMPLE_FINDINGS, findings, dispositioned: [], ignored: [], unevaluated: [] },
    toolVersion: '1.0.0',
  };
}
