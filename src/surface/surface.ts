import type { FileView } from '../core/cataloger.ts';
import { compareText } from '../core/compare-text.ts';
import { measureCoverage } from '../core/coverage.ts';
import { isExecutableFile } from '../core/executable-file.ts';
import type { Inventory } from '../core/inventory.ts';
import { isSecretName, maskSecrets } from '../core/secret-name.ts';
import {
  SURFACE_IDS,
  type Surface,
  type SurfaceDimension,
  type SurfaceId,
} from '../core/surface.ts';
import type { TargetDescription } from '../core/target.ts';
import { type ProcessConfig, processConfig, searchPath } from '../reach/process-config.ts';
import { movingBase } from './base-tag.ts';
import { fileFlaws, foreignFolders } from './file-flaws.ts';
import { type Checked, hardeningOf } from './hardening.ts';
import { openFoldersOf } from './library-folders.ts';
import { liveInterfaceOf } from './live-interface.ts';
import type { Probed } from './probes.ts';
import { type Command, commandsIn, kindOfProgram } from './programs.ts';
import { scoresOf } from './scores.ts';

/** Where commands are looked for in a target that does not say. */
const USUAL_FOLDERS = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
];

/** What of a target invites attack, each dimension with the list behind its number. */
export function surfaceOf(view: FileView, inventory: Inventory, probed: Probed): Surface {
  const config = inventory.target.kind === 'image' ? processConfig(inventory.target) : undefined;
  const folders = config === undefined ? USUAL_FOLDERS : searchPath(config);
  const commands = commandsIn(view, folders);
  const found = new Map<SurfaceId, Omit<SurfaceDimension, 'id'>>([
    ...packageDimensions(inventory),
    ...programDimensions(commands),
    ...fileDimensions(view, inventory, { folders, probed }),
    ...listenerDimensions(inventory, probed),
    liveInterface(inventory, probed),
    ...configDimensions(inventory, config, commands),
    unknown('packages-behind', 'requires an advisory database, which knows later releases'),
    unknown('age-days', 'requires an advisory database, whose date is the end of the period'),
    unknown(
      'end-of-life-days',
      'requires an advisory database, whose date is the end of the period',
    ),
  ]);
  const dimensions = SURFACE_IDS.map((id) => ({ id, items: [], ...found.get(id) }));
  return { dimensions, scores: scoresOf(dimensions, inventory, { commands, folders }) };
}

type Entry = readonly [SurfaceId, Omit<SurfaceDimension, 'id'>];

function counted(id: SurfaceId, items: readonly string[], note?: string): Entry {
  return [id, { value: items.length, items, ...(note === undefined ? {} : { note }) }];
}

function unknown(id: SurfaceId, note: string): Entry {
  return [id, { items: [], note }];
}

function packageDimensions(inventory: Inventory): readonly Entry[] {
  const { packages, files, relationships } = inventory;
  const executables = files.filter(isExecutableFile);
  const paths = new Set(executables.map(({ path }) => path));
  const withCode = new Set(
    relationships.flatMap((edge) =>
      edge.kind === 'contains-file' && paths.has(edge.path) ? [edge.from] : [],
    ),
  );
  const nameOf = ({ name, version }: Inventory['packages'][number]): string => `${name} ${version}`;
  const reached = reachedPaths(inventory);
  return [
    counted('packages', packages.map(nameOf).toSorted(compareText)),
    counted(
      'packages-with-code',
      packages
        .filter(({ key }) => withCode.has(key))
        .map(nameOf)
        .toSorted(compareText),
    ),
    counted('executables', [...paths].toSorted(compareText)),
    reached === undefined
      ? unknown('reachable-executables', unknownReach(inventory))
      : counted(
          'reachable-executables',
          [...paths].filter((path) => reached.has(path)).toSorted(compareText),
        ),
  ];
}

function programDimensions(commands: readonly Command[]): readonly Entry[] {
  const byKind = Map.groupBy(commands, ({ name }) => kindOfProgram(name));
  const kinds = [
    'shells',
    'package-managers',
    'downloaders',
    'interpreters',
    'compilers',
    'network-tools',
  ] as const;
  const textOf = ({ path, realPath }: Command): string =>
    path === realPath ? path : `${path} → ${realPath}`;
  return [
    counted('commands', commands.map(textOf)),
    ...kinds.map((kind) => counted(kind, (byKind.get(kind) ?? []).map(textOf))),
  ];
}

/** Where loaders look for libraries in the end. */
const LIBRARY_FOLDERS = ['/lib', '/usr/lib', '/lib64', '/usr/lib64', '/usr/local/lib'];

function fileDimensions(
  view: FileView,
  inventory: Inventory,
  { folders, probed }: { readonly folders: readonly string[]; readonly probed: Probed },
): readonly Entry[] {
  const { privileged, capable, writable, scripts, secrets, verified } = fileFlaws(view, probed);
  const { explainedShare, unexplained } = measureCoverage(inventory);
  const reached = reachedPaths(inventory);
  const checkedAt = (path: string): Checked => {
    const traits = probed.traits.get(path);
    return { traits, openFolders: traits === undefined ? [] : openFoldersOf(path, traits, view) };
  };
  return [
    counted('setuid-files', privileged),
    inventory.target.kind === 'image'
      ? counted('capability-files', capable)
      : unknown('capability-files', 'requires the layers of an image'),
    counted('scripts', scripts),
    counted('writable-places', writable),
    counted('foreign-code-folders', foreignFolders(view, [...folders, ...LIBRARY_FOLDERS])),
    counted(
      'secrets',
      secrets,
      'detected by file name; the content can neither confirm nor refute it',
    ),
    counted('verified-secrets', verified, 'detected in the file content, which is never printed'),
    hardeningDimension('unhardened-share', inventory.files, checkedAt),
    reached === undefined
      ? unknown('unhardened-reachable-share', unknownReach(inventory))
      : hardeningDimension(
          'unhardened-reachable-share',
          inventory.files.filter(({ path }) => reached.has(path)),
          checkedAt,
        ),
    explainedShare === undefined
      ? unknown('unexplained-share', 'there are no executables')
      : [
          'unexplained-share',
          {
            value: 1 - explainedShare,
            items: unexplained.map(({ path }) => path).toSorted(compareText),
          },
        ],
  ];
}

/** Interpreters count by the libraries with which the code that they run listens. */
function listenerDimensions(inventory: Inventory, { traits }: Probed): readonly Entry[] {
  const listeners = [...traits].flatMap(([path, { listens }]) => (listens ? [path] : []));
  const reached = reachedPaths(inventory);
  return [
    counted('listeners', listeners.toSorted(compareText)),
    reached === undefined
      ? unknown('reachable-listeners', unknownReach(inventory))
      : counted(
          'reachable-listeners',
          listeners.filter((path) => reached.has(path)).toSorted(compareText),
        ),
  ];
}

/** Of what the entry point can load: what nobody loads calls for nothing. */
function liveInterface(inventory: Inventory, { interfaceOf }: Probed): Entry {
  const id = 'live-interface-share';
  const reached = reachedPaths(inventory);
  if (reached === undefined) {
    return unknown(id, unknownReach(inventory));
  }
  const { share, items } = liveInterfaceOf(
    new Map(
      inventory.files.filter(isExecutableFile).flatMap(({ path }) => {
        const found = reached.has(path) && interfaceOf(path);
        return found ? [[path, found] as const] : [];
      }),
    ),
  );
  return share === undefined
    ? unknown(id, 'the entry point loads no libraries')
    : [id, { value: share, items, note: LIVE_INTERFACE_NOTE }];
}

const LIVE_INTERFACE_NOTE =
  'based on file imports: calls within a library and dynamic lookups are not counted';

function hardeningDimension(
  id: SurfaceId,
  files: Inventory['files'],
  checkedAt: (path: string) => Checked,
): Entry {
  const { missingShare, lacks } = hardeningOf(files, checkedAt);
  return missingShare === undefined
    ? unknown(id, 'there are no ELF files')
    : [id, { value: missingShare, items: lacks }];
}

/** `undefined` where it was not asked for or cannot be told. */
function reachedPaths({ reach }: Inventory): ReadonlySet<string> | undefined {
  return reach === undefined || reach.unknown !== undefined
    ? undefined
    : new Set(reach.files.map(({ path }) => path));
}

function unknownReach({ reach }: Inventory): string {
  return reach?.unknown ?? 'not measured (--reach)';
}

const FIRST_UNPRIVILEGED_PORT = 1_024;

function configDimensions(
  { target }: Inventory,
  config: ProcessConfig | undefined,
  commands: readonly Command[],
): readonly Entry[] {
  const ids = ['runs-as-root', 'exposed-ports', 'privileged-ports', 'configuration-flaws'] as const;
  if (config === undefined) {
    return ids.map((id) => unknown(id, 'only images have a run configuration'));
  }
  const [name = ''] = config.user.split(':');
  const isRoot = name === '' || name === '0' || name === 'root';
  const ports = config.exposedPorts;
  return [
    counted('runs-as-root', isRoot ? [name === '' ? 'no user is set' : `user ${name}`] : []),
    counted('exposed-ports', ports),
    counted(
      'privileged-ports',
      ports.filter((port) => Number.parseInt(port, 10) < FIRST_UNPRIVILEGED_PORT),
    ),
    counted('configuration-flaws', flawsOf(target, config, commands)),
  ];
}

/** An instruction that fetches a file of the network into the image, as history tells it. */
const REMOTE_ADD = /\bADD\s+(?:--\S+\s+)*(https?:\/\/[^\s@]+)(?:\s|$)/i;

/** CIS Docker Benchmark, section 4. Of a variable only the name is told. */
function flawsOf(
  target: TargetDescription,
  { healthcheck, environment }: ProcessConfig,
  commands: readonly Command[],
): readonly string[] {
  const variables = [...environment.keys()].filter(isSecretName);
  const layers = target.kind === 'image' ? target.layers : [];
  const fetched = layers.flatMap(({ instruction = '' }) => REMOTE_ADD.exec(instruction)?.[1] ?? []);
  const escalators = commands.filter(({ name }) => name === 'sudo' || name === 'doas');
  const base = movingBase(target);
  return [
    ...(healthcheck.length === 0 || healthcheck[0] === 'NONE' ? ['no health check'] : []),
    ...escalators.map(({ path }) => `${path} gives root privileges to others`),
    ...fetched.map((address) => `ADD of ${maskSecrets(address)} is not pinned by digest`),
    ...(base === undefined ? [] : [`built on ${base}, a mutable tag`]),
    ...variables.map((name) => `the variable ${name} may contain a secret`).toSorted(compareText),
  ];
}
