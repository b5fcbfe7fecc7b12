import { readWhole, toBuffer } from '../../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { SCRIPT_MAGIC } from '../../../../foundation/core/executable-file.ts';
import { CONFIG_PATH } from '../../../../foundation/core/reach.ts';
import { getElfWords } from '../../elf-words.ts';
import { listDescendantFiles } from '../../folder-index.ts';
import { UseCollector } from '../../language/program-use.ts';
import { ZONE_CODEC } from '../../language/use-codec.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { findZoneNames, isZoneName } from '../../time-zone-names.ts';

/**
 * Files of the time zone database that programs, scripts and settings name, such as
 * `Europe/Berlin`. A script that computes the name needs all of them.
 */
export const timeZone: ReachRule<string> = {
  id: 'time-zone',
  version: 1,
  title: 'it is the time zone that a literal names',
  spec: 'tzfile(5); documentation of zoneinfo, dateutil and DateTimeZone',
  wants: [
    {
      role: 'source',
      paths: ['**/*.py', '**/*.pm', '**/*.pl', '**/*.rb', '**/*.php', '**/*.tcl', '**/*.lua'],
      maxBytes: 'programFileBytesMax',
      isHeadOnly: true,
      isDeferrable: true,
    },
    { role: 'script', magic: [SCRIPT_MAGIC], maxBytes: 'programFileBytesMax', isHeadOnly: true },
    {
      role: 'settings',
      paths: [
        '/etc/*',
        '/etc/*/*',
        '/etc/*/*/*',
        '/etc/*/*/*/*',
        '**/*.conf',
        '**/*.cnf',
        '**/*.cfg',
        '**/*.ini',
        '**/*.properties',
        '**/*.yaml',
        '**/*.yml',
        '**/*.toml',
        '**/*.json',
        '**/*.env',
        '**/.env',
        '**/*.sh',
      ],
      maxBytes: 'reachTextBytesMax',
      isHeadOnly: true,
      isByOwnPath: true,
      isDeferrable: true,
    },
  ],
  extract,
  followsData: true,
  findEdges,
};

function extract({ path, content, limits }: WantedFile): Extraction<string> {
  const usesMax = limits.programUsesMax;
  const make = ([bytes]: readonly Uint8Array[]): string | undefined =>
    readZones(toBuffer(bytes), usesMax, path);
  return { deferred: { content: [readWhole(content)], make } };
}

/** Python's `ZoneInfo` and `gettz` with a name that is not a literal, or a list of all names. */
const COMPUTED =
  /(?<!\b(?:def|class)\s)\b(?:(ZoneInfo|gettz)\s{0,4}\((?!\s{0,80}["')])|(available_timezones)\s{0,4}\()/;
/** Modules that define these functions. */
const DEFINING = /\/(?:zoneinfo|dateutil)\/|\/_strptime\.py$/;

function readZones(bytes: Buffer, usesMax: number, path: string): string | undefined {
  const text = bytes.toString('latin1');
  const computed = DEFINING.test(path) ? undefined : COMPUTED.exec(text);
  // Line numbers are counted in the order of the uses, so each kind has its own collector.
  const [named, open] = [createCollector(bytes, usesMax), createCollector(bytes, 1)];
  for (const { name, offset } of findZoneNames(text)) {
    named.add('zone', offset, name);
  }
  if (computed !== undefined && computed !== null) {
    open.add('any', computed.index, computed[1] ?? computed[2] ?? '');
  }
  const uses = [...named.uses, ...open.uses];
  return uses.length === 0 ? undefined : ZONE_CODEC.encode(uses);
}

function createCollector(bytes: Buffer, usesMax: number): UseCollector<'zone' | 'any'> {
  return new UseCollector(bytes, usesMax);
}

const SYSTEM = '/usr/share/zoneinfo';

function findEdges(
  { path, fact, listAncestors }: ReachNode<string>,
  world: ReachWorld,
): readonly ReachEdge[] {
  const uses = fact === undefined ? [] : ZONE_CODEC.decode(fact);
  const places = findZoneFolders(world);
  if (places.length === 0) {
    return [];
  }
  const literals = getElfWords(path, world)?.names.filter(([text]) => isZoneName(text)) ?? [];
  const isRoot = listAncestors().length === 0;
  return [
    ...uses.flatMap(({ kind, line, text: token }) => {
      const witness = { path, line, token };
      return kind === 'zone'
        ? findZoneEdges(token, witness, places)
        : places.flatMap((folder) =>
            listDescendantFiles(folder, world).map(
              (to): ReachEdge => ({ to, strength: 'data', witness }),
            ),
          );
    }),
    ...literals.flatMap(([token, offset]) => findZoneEdges(token, { path, offset, token }, places)),
    ...(isRoot ? listConfigured(world) : []).flatMap((token) =>
      findZoneEdges(token, { path: CONFIG_PATH, token }, places),
    ),
  ];
}

function findZoneEdges(
  name: string,
  witness: ReachEdge['witness'],
  places: readonly string[],
): readonly ReachEdge[] {
  return places.map((folder) => ({ to: `${folder}/${name}`, strength: 'data', witness }));
}

/** Names in the command and in the variables of the image. */
function listConfigured({ config }: ReachWorld): readonly string[] {
  const words = [...config.command, ...config.environment.values()];
  return words.flatMap((word) => findZoneNames(word).map(({ name }) => name));
}

const folders = new WeakMap<ReachWorld, readonly string[]>();

/** Returns the directory of the system, and those of Python's package `tzdata`. */
function findZoneFolders(world: ReachWorld): readonly string[] {
  const known = folders.get(world);
  if (known !== undefined) {
    return known;
  }
  const marks = [...world.view.listPaths()].filter((path) => path.endsWith(PACKAGE_MARK));
  const made = [
    ...(world.exists(SYSTEM) ? [SYSTEM] : []),
    ...marks.map((path) => path.slice(0, path.lastIndexOf('/'))),
  ];
  folders.set(world, made);
  return made;
}

const PACKAGE_MARK = '/tzdata/zoneinfo/__init__.py';
