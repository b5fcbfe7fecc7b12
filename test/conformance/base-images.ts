// Makes the base images of `plimsoll demo`: SBOMs of two recorded images, and the statements of
// Debian's feed that lead to their findings. `node test/conformance/base-images.ts` writes them.
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { constants, createZstdDecompress } from 'node:zlib';
import { TarParser } from '../../src/foundation/bytes/tar/tar-parser.ts';
import { present } from '../../src/foundation/core/assert.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import type { Finding } from '../../src/foundation/core/finding.ts';
import type { Inventory, InventoryPackage } from '../../src/foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { buildDatabase } from '../../src/vulnerability/advisory/build-database.ts';
import { ROOT, runProgram } from '../support/run-program.ts';
import { requireSharedMaterial } from './shared-material.ts';

export const BASE_IMAGES = ['debian-trixie-slim', 'alpine-3.20'] as const;

/** Options with which both the images and their SBOMs are compared. */
export const COMPARE_OPTIONS = ['-q', '--offline', '--db-max-age', '0'] as const;

const NOW = '2026-11-29T00:00:00Z';
const FEED = 'advisories/bulk/debian-osv.tar.zst';
const SYSTEMS = ['Debian:13', 'Alpine:v3.20'];

export function listImageFiles(shared: string): readonly string[] {
  return BASE_IMAGES.map((name) => join(shared, 'corpus/images', `${name}.oci.tar`));
}

/** Builds a database from the whole feed, and returns the directory for `--cache-dir`. */
export async function buildFeedDatabase(shared: string, folder: string): Promise<string> {
  const cache = join(folder, 'cache');
  const inputs = [{ provider: 'osv', file: join(shared, FEED) }];
  const options = { limits: DEFAULT_LIMITS, progress: SILENT, now: NOW };
  await buildDatabase(inputs, join(cache, 'db'), options);
  return cache;
}

/** Runs the program with this cache, and returns its standard output. */
export async function runSuccessfully(args: readonly string[], cache: string): Promise<string> {
  const { status, stdout, stderr } = await runProgram(args, { PLIMSOLL_CACHE_DIR: cache });
  if (status !== 0) throw new Error(`plimsoll ${args.join(' ')}: ${stderr}`);
  return stdout;
}

interface ScannedImage {
  readonly inventory: Inventory;
  readonly findings: { readonly findings: readonly Finding[] };
}

/** Returns the contents of all files, by their path below `examples`. */
export async function createBaseImages(
  shared: string,
  cache: string,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const ids = new Set<string>();
  const sources = new Set<string>();
  for (const [index, image] of listImageFiles(shared).entries()) {
    const text = await runSuccessfully(['scan', image, ...COMPARE_OPTIONS, '-o', 'json'], cache);
    const { inventory, findings } = JSON.parse(text) as ScannedImage;
    const name = BASE_IMAGES[index] ?? '';
    files.set(`base-images/${name}.cdx.json`, formatSbom(name, inventory));
    findings.findings.forEach(({ id }) => ids.add(id));
    inventory.packages.flatMap(listSourceNames).forEach((source) => sources.add(source));
  }
  const advisories = await readAdvisories(join(shared, FEED), ids);
  const lines = advisories.map((one) => JSON.stringify(reduceAdvisory(one, sources)));
  files.set('base-images/debian-osv.json', `[\n${lines.join(',\n')}\n]\n`);
  return files;
}

function listSourceNames({ name, upstreams }: InventoryPackage): readonly string[] {
  return [name, ...(upstreams ?? []).map((source) => source.name)];
}

/** Writes names, versions and package URLs, which also name source package and architecture. */
function formatSbom(name: string, { distro, packages }: Inventory): string {
  const { id, name: title, prettyName, versionId } = present(distro, 'an operating system');
  const facts = JSON.stringify({ id, idLike: [], name: title, prettyName, versionId });
  const system = {
    type: 'operating-system',
    name: id,
    version: versionId,
    properties: [{ name: 'plimsoll:distro', value: facts }],
  };
  const components = [system, ...packages.map(toComponent)].map((one) => JSON.stringify(one));
  return [
    '{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,',
    `"metadata":{"component":{"type":"container","name":${JSON.stringify(name)}}},`,
    `"components":[\n${components.join(',\n')}\n]}\n`,
  ].join('\n');
}

function toComponent({ name, version, purl }: InventoryPackage): object {
  return { type: 'library', 'bom-ref': purl, name, version, purl };
}

/** An advisory in the OSV schema, as far as it is used here. */
interface OsvAdvisory {
  readonly id: string;
  readonly affected: readonly {
    readonly package?: { readonly ecosystem: string; readonly name: string };
    readonly ranges?: unknown;
    readonly ecosystem_specific?: unknown;
  }[];
  readonly [member: string]: unknown;
}

async function readAdvisories(archive: string, ids: ReadonlySet<string>): Promise<OsvAdvisory[]> {
  const found: OsvAdvisory[] = [];
  let pieces: Uint8Array[] | undefined;
  const parser = new TarParser(
    {
      onEntry: ({ name }) => {
        pieces = ids.has(basename(name, '.json')) ? [] : undefined;
      },
      onContent: (piece) => void pieces?.push(Buffer.from(piece)),
      onEntryEnd: () => {
        if (pieces !== undefined) found.push(JSON.parse(Buffer.concat(pieces).toString()));
        pieces = undefined;
      },
      onProblem: ({ message }) => {
        throw new Error(message);
      },
    },
    DEFAULT_LIMITS,
  );
  const params = { [constants.ZSTD_d_windowLogMax]: 27 };
  for await (const chunk of createReadStream(archive).pipe(createZstdDecompress({ params }))) {
    parser.push(chunk as Uint8Array);
  }
  parser.end();
  return found.sort((left, right) => compareText(left.id, right.id));
}

/** Keeps the facts about the packages of the images: no text, and no list of versions. */
function reduceAdvisory(advisory: OsvAdvisory, sources: ReadonlySet<string>): object {
  const { schema_version, id, modified, published, aliases, severity, affected } = advisory;
  return {
    schema_version,
    id,
    modified,
    published,
    aliases,
    severity,
    affected: affected.flatMap(({ package: named, ranges, ecosystem_specific }) =>
      named !== undefined && SYSTEMS.includes(named.ecosystem) && sources.has(named.name)
        ? [
            {
              package: { ecosystem: named.ecosystem, name: named.name },
              ranges,
              ecosystem_specific,
            },
          ]
        : [],
    ),
  };
}

if (import.meta.main) {
  const shared = requireSharedMaterial();
  const folder = mkdtempSync(join(tmpdir(), 'base-images-'));
  try {
    const cache = await buildFeedDatabase(shared, folder);
    for (const [name, text] of await createBaseImages(shared, cache)) {
      const file = join(ROOT, 'examples', name);
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, text);
      process.stdout.write(`wrote ${name}, ${readFileSync(file).length} bytes\n`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
