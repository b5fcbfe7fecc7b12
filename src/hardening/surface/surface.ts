import type { FileView } from '../../foundation/core/cataloger.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { measureCoverage } from '../../foundation/core/coverage.ts';
import { defined } from '../../foundation/core/defined.ts';
import { isExecutableFile } from '../../foundation/core/executable-file.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { isSecretName, maskSecrets } from '../../foundation/core/secret-name.ts';
import {
  SURFACE_IDS,
  type Surface,
  type SurfaceDimension,
  type SurfaceId,
} from '../../foundation/core/surface.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';
import { type ProcessConfig, processConfig, searchPath } from '../reach/process-config.ts';
import { findMovingBase } from './base-tag.ts';
import { type FileFlaws, findFileFlaws, findForeignFolders } from './file-flaws.ts';
import { type Checked, measureHardening } from './hardening.ts';
import { listOpenFolders } from './library-folders.ts';
import { measureLiveInterface } from './live-interface.ts';
import type { Probed } from './probes.ts';
import { type Command, detectProgramKind, listCommands } from './programs.ts';
import { computeScores } from './scores.ts';

/** Default search path of a target that does not declare one. */
const USUAL_FOLDERS = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
];

/** Computes the attack surface of a target, each dimension with the list behind its number. */
export function measureSurface(
  view: FileView,
  inventory: Inventory,
  probed: Probed,
  fingerprintKey?: Uint8Array,
): Surface {
  const config = inventory.target.kind === 'image' ? processConfig(inventory.target) : undefined;
  const folders = config === undefined ? USUAL_FOLDERS : searchPath(config);
  const commands = listCommands(view, folders);
  const flaws = findFileFlaws(view, probed, fingerprintKey);
  const found = new Map<SurfaceId, Omit<SurfaceDimension, 'id'>>([
    ...measurePackages(inventory),
    ...measurePrograms(commands),
    ...measureFiles(view, inventory, { folders, probed, flaws }),
    ...measureListeners(inventory, probed),
    measureLive(inventory, probed),
    ...measureConfig(inventory, config, commands),
    createUnknown('packages-behind', 'requires an advisory database, which knows later releases'),
    createUnknown('age-days', 'requires an advisory database, whose date is the end of the period'),
    createUnknown(
      'end-of-life-days',
      'requires an advisory database, whose date is the end of the period',
    ),
  ]);
  const dimensions = SURFACE_IDS.map((id) => ({ id, items: [], ...found.get(id) }));
  const scores = computeScores(dimensions, inventory, { commands, folders });
  const { secretFiles: secrets } = flaws;
  return { dimensions, scores, ...defined({ accounts: probed.accounts }), secrets };
}

type Entry = readonly [SurfaceId, Omit<SurfaceDimension, 'id'>];

function createCounted(id: SurfaceId, items: readonly string[], note?: string): Entry {
  return [id, { value: items.length, items, ...defined({ note }) }];
}

function createUnknown(id: SurfaceId, note: string): Entry {
  return [id, { items: [], note }];
}

function measurePackages(inventory: Inventory): readonly Entry[] {
  const { packages, files, relationships } = inventory;
  const executables = files.filter(isExecutableFile);
  const paths = new Set(executables.map(({ path }) => path));
  const withCode = new Set(
    relationships.flatMap((edge) =>
      edge.kind === 'contains-file' && paths.has(edge.path) ? [edge.from] : [],
    ),
  );
  const formatName = ({ name, version }: Inventory['packages'][number]): string =>
    `${name} ${version}`;
  const reached = listReachedPaths(inventory);
  return [
    createCounted('packages', packages.map(formatName).toSorted(compareText)),
    createCounted(
      'packages-with-code',
      packages
        .filter(({ key }) => withCode.has(key))
        .map(formatName)
        .toSorted(compareText),
    ),
    createCounted('executables', [...paths].toSorted(compareText)),
    reached === undefined
      ? createUnknown('reachable-executables', explainUnknownReach(inventory))
      : createCounted(
          'reachable-executables',
          [...paths].filter((path) => reached.has(path)).toSorted(compareText),
        ),
  ];
}

function measurePrograms(commands: readonly Command[]): readonly Entry[] {
  const byKind = Map.groupBy(commands, ({ name }) => detectProgramKind(name));
  const kinds = [
    'shells',
    'package-managers',
    'downloaders',
    'interpreters',
    'compilers',
    'network-tools',
  ] as const;
  const formatCommand = ({ path, realPath }: Command): string =>
    path === realPath ? path : `${path} → ${realPath}`;
  return [
    createCounted('commands', commands.map(formatCommand)),
    ...kinds.map((kind) => createCounted(kind, (byKind.get(kind) ?? []).map(formatCommand))),
  ];
}

/** The loader's default library directories. */
const LIBRARY_FOLDERS = ['/lib', '/usr/lib', '/lib64', '/usr/lib64', '/usr/local/lib'];

interface FileParts {
  readonly folders: readonly string[];
  readonly probed: Probed;
  readonly flaws: FileFlaws;
}

function measureFiles(
  view: FileView,
  inventory: Inventory,
  { folders, probed, flaws }: FileParts,
): readonly Entry[] {
  const { privileged, capable, writable, scripts, secrets, verified } = flaws;
  const { explainedShare, unexplained } = measureCoverage(inventory);
  const reached = listReachedPaths(inventory);
  const getChecked = (path: string): Checked => {
    const traits = probed.traits.get(path);
    return { traits, openFolders: traits === undefined ? [] : listOpenFolders(path, traits, view) };
  };
  return [
    createCounted('setuid-files', privileged),
    inventory.target.kind === 'image'
      ? createCounted('capability-files', capable)
      : createUnknown('capability-files', 'requires the layers of an image'),
    createCounted('scripts', scripts),
    createCounted('writable-places', writable),
    createCounted(
      'foreign-code-folders',
      findForeignFolders(view, [...folders, ...LIBRARY_FOLDERS]),
    ),
    createCounted(
      'secrets',
      secrets,
      'detected by file name; the content can neither confirm nor refute it',
    ),
    createCounted(
      'verified-secrets',
      verified,
      'detected in the file content, which is never printed',
    ),
    measureHardeningShare('unhardened-share', inventory.files, getChecked),
    reached === undefined
      ? createUnknown('unhardened-reachable-share', explainUnknownReach(inventory))
      : measureHardeningShare(
          'unhardened-reachable-share',
          inventory.files.filter(({ path }) => reached.has(path)),
          getChecked,
        ),
    explainedShare === undefined
      ? createUnknown('unexplained-share', 'the target has no executables')
      : [
          'unexplained-share',
          {
            value: 1 - explainedShare,
            items: unexplained.map(({ path }) => path).toSorted(compareText),
          },
        ],
  ];
}

/** Interpreters count by the libraries with which their code listens. */
function measureListeners(inventory: Inventory, { traits }: Probed): readonly Entry[] {
  const listeners = [...traits].flatMap(([path, { listens }]) => (listens ? [path] : []));
  const reached = listReachedPaths(inventory);
  return [
    createCounted('listeners', listeners.toSorted(compareText)),
    reached === undefined
      ? createUnknown('reachable-listeners', explainUnknownReach(inventory))
      : createCounted(
          'reachable-listeners',
          listeners.filter((path) => reached.has(path)).toSorted(compareText),
        ),
  ];
}

/** Only considers files that the entry point can load: unloaded files call nothing. */
function measureLive(inventory: Inventory, { getInterface }: Probed): Entry {
  const id = 'live-interface-share';
  const reached = listReachedPaths(inventory);
  if (reached === undefined) {
    return createUnknown(id, explainUnknownReach(inventory));
  }
  const { share, items } = measureLiveInterface(
    new Map(
      inventory.files.filter(isExecutableFile).flatMap(({ path }) => {
        const found = reached.has(path) && getInterface(path);
        return found ? [[path, found] as const] : [];
      }),
    ),
  );
  return share === undefined
    ? createUnknown(id, 'the entry point loads no libraries')
    : [id, { value: share, items, note: LIVE_INTERFACE_NOTE }];
}

const LIVE_INTERFACE_NOTE =
  'based on file imports: calls within a library and dynamic lookups are not counted';

function measureHardeningShare(
  id: SurfaceId,
  files: Inventory['files'],
  getChecked: (path: string) => Checked,
): Entry {
  const { missingShare, missingProtections } = measureHardening(files, getChecked);
  return missingShare === undefined
    ? createUnknown(id, 'the target has no ELF files')
    : [id, { value: missingShare, items: missingProtections }];
}

/** Returns `undefined` if reachability was not requested or is unknown. */
function listReachedPaths({ reach }: Inventory): ReadonlySet<string> | undefined {
  return reach === undefined || reach.unknown !== undefined
    ? undefined
    : new Set(reach.files.map(({ path }) => path));
}

function explainUnknownReach({ reach }: Inventory): string {
  return reach?.unknown ?? 'not measured (--reach)';
}

const FIRST_UNPRIVILEGED_PORT = 1_024;

function measureConfig(
  { target }: Inventory,
  config: ProcessConfig | undefined,
  commands: readonly Command[],
): readonly Entry[] {
  const ids = ['runs-as-root', 'exposed-ports', 'privileged-ports', 'configuration-flaws'] as const;
  if (config === undefined) {
    return ids.map((id) => createUnknown(id, 'only images have a run configuration'));
  }
  const [name = ''] = config.user.split(':');
  const isRoot = name === '' || name === '0' || name === 'root';
  const ports = config.exposedPorts;
  return [
    createCounted('runs-as-root', isRoot ? [name === '' ? 'no user is set' : `user ${name}`] : []),
    createCounted('exposed-ports', ports),
    createCounted(
      'privileged-ports',
      ports.filter((port) => Number.parseInt(port, 10) < FIRST_UNPRIVILEGED_PORT),
    ),
    createCounted('configuration-flaws', listFlaws(target, config, commands)),
  ];
}

/** An instruction in the history of the image that downloads a file. */
const REMOTE_ADD = /\bADD\s+(?:--\S+\s+)*(https?:\/\/[^\s@]+)(?:\s|$)/i;

/** CIS Docker Benchmark, section 4. Only the names of variables are reported. */
function listFlaws(
  target: TargetDescription,
  { healthcheck, environment }: ProcessConfig,
  commands: readonly Command[],
): readonly string[] {
  const variables = [...environment.keys()].filter(isSecretName);
  const layers = target.kind === 'image' ? target.layers : [];
  const fetched = layers.flatMap(({ instruction = '' }) => REMOTE_ADD.exec(instruction)?.[1] ?? []);
  const escalators = commands.filter(({ name }) => name === 'sudo' || name === 'doas');
  const base = findMovingBase(target);
  return [
    ...(healthcheck.length === 0 || healthcheck[0] === 'NONE' ? ['no health check'] : []),
    ...escalators.map(({ path }) => `${path} gives root privileges to others`),
    ...fetched.map((address) => `ADD of ${maskSecrets(address)} is not pinned by digest`),
    ...(base === undefined ? [] : [`built on ${base}, a mutable tag`]),
    ...variables.map((name) => `the variable ${name} may contain a secret`).toSorted(compareText),
  ];
}
