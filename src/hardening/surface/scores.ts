import { present } from '../../foundation/core/assert.ts';
import { isExecutableFile } from '../../foundation/core/executable-file.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import type { ReachStrength } from '../../foundation/core/reach.ts';
import type { SurfaceDimension, SurfaceId, SurfaceScores } from '../../foundation/core/surface.ts';
import { type Command, detectProgramKind } from './programs.ts';

// The weights are documented in `docs/surface.md`; changing one changes the meaning of every score.

const SETUID_DAMAGE = 8;
const CAPABILITY_DAMAGE = 6;
const TOOL_DAMAGE = 4;
const PLAIN_DAMAGE = 1;
/** Kinds of program that an intruder can use without changes. */
const TOOLS: ReadonlySet<SurfaceId> = new Set([
  'shells',
  'package-managers',
  'downloaders',
  'interpreters',
  'compilers',
]);
const EFFORT: Readonly<Record<ReachStrength, number>> = {
  required: 1,
  likely: 1,
  possible: 2,
  data: 2,
};
const EFFORT_ONLY_PRESENT = 4;
const PRIVATE_KEY_DAMAGE = 8;
const SECRET_DAMAGE = 6;
const CODE_PATH_DAMAGE = 4;
const PRIVILEGED_PORT_DAMAGE = 2;
const LISTENER_DAMAGE = 0.5;

export interface ProgramPlaces {
  readonly commands: readonly Command[];
  /** Directories in which commands are searched. */
  readonly folders: readonly string[];
}

/** Methods, channels and data of an attack surface. Manadhata and Wing, 2011, section 4. */
export function computeScores(
  dimensions: readonly SurfaceDimension[],
  inventory: Inventory,
  { commands, folders }: ProgramPlaces,
): SurfaceScores {
  const listItems = (id: SurfaceId): readonly string[] =>
    present(
      dimensions.find((one) => one.id === id),
      id,
    ).items;
  const getValue = (id: SurfaceId): number | undefined =>
    dimensions.find((one) => one.id === id)?.value;
  const capable = listItems('capability-files').map((item) =>
    item.slice(0, item.lastIndexOf(': ')),
  );
  const damage = rateDamages(inventory, commands, {
    setuid: new Set(listItems('setuid-files')),
    capable: new Set(capable),
  });
  const ports = getValue('exposed-ports');
  const download = (getValue('downloaders') ?? 0) > 0 ? 1 : 0;
  const privileged = (getValue('privileged-ports') ?? 0) * (PRIVILEGED_PORT_DAMAGE - 1);
  const unexposed = Math.max(0, (getValue('reachable-listeners') ?? 0) - (ports ?? 0));
  return {
    ...fromEntry(damage, inventory),
    methodsInside: addUp(damage.values()),
    ...(ports === undefined
      ? {}
      : { channels: ports + privileged + download + unexposed * LISTENER_DAMAGE }),
    data:
      addUp([...listItems('secrets'), ...listItems('verified-secrets')].map(rateSecret)) +
      addUp(
        listItems('writable-places').map((path) =>
          folders.some((folder) => path === folder || path.startsWith(`${folder}/`))
            ? CODE_PATH_DAMAGE
            : PLAIN_DAMAGE,
        ),
      ),
  };
}

/** Returns the value of each program to an intruder, by its real path. */
function rateDamages(
  { files }: Inventory,
  commands: readonly Command[],
  {
    setuid,
    capable,
  }: { readonly setuid: ReadonlySet<string>; readonly capable: ReadonlySet<string> },
): ReadonlyMap<string, number> {
  const tools = new Set(
    commands.flatMap(({ name, realPath }) => {
      const kind = detectProgramKind(name);
      return kind !== undefined && TOOLS.has(kind) ? [realPath] : [];
    }),
  );
  const paths = new Set([
    ...files.filter(isExecutableFile).map(({ path }) => path),
    ...commands.map(({ realPath }) => realPath),
  ]);
  const rateDamage = (path: string): number => {
    if (setuid.has(path)) {
      return SETUID_DAMAGE;
    }
    if (capable.has(path)) {
      return CAPABILITY_DAMAGE;
    }
    return tools.has(path) ? TOOL_DAMAGE : PLAIN_DAMAGE;
  };
  return new Map([...paths].map((path) => [path, rateDamage(path)]));
}

function fromEntry(
  damage: ReadonlyMap<string, number>,
  { reach }: Inventory,
): Pick<SurfaceScores, 'methodsFromEntry'> {
  if (reach === undefined || reach.unknown !== undefined) {
    return {};
  }
  const strengths = new Map(reach.files.map(({ path, strength }) => [path, strength]));
  const rateEffort = (path: string): number => {
    const strength = strengths.get(path);
    return strength === undefined ? EFFORT_ONLY_PRESENT : EFFORT[strength];
  };
  return { methodsFromEntry: addUp([...damage].map(([path, each]) => each / rateEffort(path))) };
}

function rateSecret(item: string): number {
  return /^(?:private key|key store)(?: |: )/.test(item) ? PRIVATE_KEY_DAMAGE : SECRET_DAMAGE;
}

function addUp(numbers: Iterable<number>): number {
  let sum = 0;
  for (const each of numbers) {
    sum += each;
  }
  return sum;
}
