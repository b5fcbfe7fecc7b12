import type { FileView } from '../core/cataloger.ts';
import { coverageOf } from '../core/coverage.ts';
import { compareText } from '../core/digest.ts';
import type { Inventory } from '../core/inventory.ts';
import {
  SURFACE_IDS,
  type Surface,
  type SurfaceDimension,
  type SurfaceId,
} from '../core/surface.ts';
import { type ProcessConfig, processConfig, searchPath } from '../reach/process-config.ts';
import { fileFlaws } from './file-flaws.ts';
import { hardeningOf } from './hardening.ts';
import { type Command, commandsIn, kindOfProgram } from './programs.ts';

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
export function surfaceOf(view: FileView, inventory: Inventory): Surface {
  const config = inventory.target.kind === 'image' ? processConfig(inventory.target) : undefined;
  const commands = commandsIn(view, config === undefined ? USUAL_FOLDERS : searchPath(config));
  const found = new Map<SurfaceId, Omit<SurfaceDimension, 'id'>>([
    ...packageDimensions(inventory),
    ...programDimensions(commands),
    ...fileDimensions(view, inventory),
    ...configDimensions(config),
  ]);
  return {
    dimensions: SURFACE_IDS.map((id) => ({ id, items: [], ...found.get(id) })),
  };
}

type Entry = readonly [SurfaceId, Omit<SurfaceDimension, 'id'>];

function counted(id: SurfaceId, items: readonly string[], note?: string): Entry {
  return [id, { value: items.length, items, ...(note === undefined ? {} : { note }) }];
}

function unknown(id: SurfaceId, note: string): Entry {
  return [id, { items: [], note }];
}

function packageDimensions({ packages, files, relationships, reach }: Inventory): readonly Entry[] {
  const executables = files.filter(({ executable }) => executable !== undefined);
  const paths = new Set(executables.map(({ path }) => path));
  const withCode = new Set(
    relationships.flatMap((edge) =>
      edge.kind === 'contains-file' && paths.has(edge.path) ? [edge.from] : [],
    ),
  );
  const nameOf = ({ name, version }: Inventory['packages'][number]): string => `${name} ${version}`;
  const reached = new Set(reach?.files.map(({ path }) => path));
  const isReachKnown = reach !== undefined && reach.unknown === undefined;
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
    isReachKnown
      ? counted(
          'reachable-executables',
          [...paths].filter((path) => reached.has(path)).toSorted(compareText),
        )
      : unknown('reachable-executables', reach?.unknown ?? 'not asked for (--reach)'),
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

function fileDimensions(view: FileView, inventory: Inventory): readonly Entry[] {
  const { privileged, writable, secrets } = fileFlaws(view);
  const { missingShare, lacks } = hardeningOf(inventory.files);
  const { explainedShare, unexplained } = coverageOf(inventory);
  return [
    counted('setuid-files', privileged),
    counted('writable-places', writable),
    counted('secrets', secrets, 'by the name of the file; what is in it was not looked at'),
    missingShare === undefined
      ? unknown('unhardened-share', 'there is no ELF file')
      : ['unhardened-share', { value: missingShare, items: lacks }],
    explainedShare === undefined
      ? unknown('unexplained-share', 'there is no executable')
      : [
          'unexplained-share',
          {
            value: 1 - explainedShare,
            items: unexplained.map(({ path }) => path).toSorted(compareText),
          },
        ],
  ];
}

const FIRST_UNPRIVILEGED_PORT = 1_024;
const SECRET_VARIABLE = /(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL)/i;

function configDimensions(config: ProcessConfig | undefined): readonly Entry[] {
  const ids = ['runs-as-root', 'exposed-ports', 'privileged-ports', 'configuration-flaws'] as const;
  if (config === undefined) {
    return ids.map((id) => unknown(id, 'only an image says how it is run'));
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
    counted('configuration-flaws', flawsOf(config)),
  ];
}

/** CIS Docker Benchmark, section 4. Of a variable only the name is told. */
function flawsOf({ healthcheck, environment }: ProcessConfig): readonly string[] {
  const variables = [...environment.keys()].filter((name) => SECRET_VARIABLE.test(name));
  return [
    ...(healthcheck.length === 0 || healthcheck[0] === 'NONE' ? ['no health check'] : []),
    ...variables.map((name) => `the variable ${name} may hold a secret`).toSorted(compareText),
  ];
}
