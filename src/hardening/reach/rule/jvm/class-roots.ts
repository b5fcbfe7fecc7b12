import {
  CONFIG_PATH,
  type ReachedFile,
  type ReachStrength,
  type Witness,
} from '../../../../foundation/core/reach.ts';
import { toQualifiedName } from '../../../../inventory/ecosystem/java/class-names.ts';
import { toMemberPath } from '../../member-path.ts';
import type { ReachWorld } from '../../rule-contract.ts';
import { toAbsolutePath } from '../../shell/program-path.ts';
import type { ClassRoot } from './class-closure.ts';
import { type ClassIndex, type ClassUnit, isArchivePath } from './class-index.ts';
import { MANIFEST } from './read-classes.ts';
import { findStartedClasses, isStartedByConfig, type StartedClass } from './started.ts';

export interface RootWorld {
  readonly world: ReachWorld;
  readonly files: ReadonlyMap<string, ReachedFile>;
  readonly index: ClassIndex;
  /** Real path of the launcher. */
  readonly launcher: string;
}

export interface ClassRoots {
  readonly roots: readonly ClassRoot[];
  /** Reason why any other class may be loaded, too, as a clause; absent if there is none. */
  readonly openReason?: string;
}

const BY_SCRIPT = 'a script starts it with options that are not known';
const BY_OPTIONS = 'an option of its command passes it data that may name any class';

/**
 * Returns the classes that the virtual machine starts with: the main classes, classes in its
 * arguments, classes in resources without a known reader, and classes that frameworks find by
 * scanning the application. `undefined` if the started class is unknown.
 */
export function findClassRoots(given: RootWorld): ClassRoots | undefined {
  const { world } = given;
  if (!isStartedByConfig(world)) {
    const mains = findScriptRoots(given);
    const roots = [...mains, ...findCommonRoots(mains, given)];
    return mains.length === 0 ? undefined : { roots, openReason: BY_SCRIPT };
  }
  const started = findStartedClasses(world);
  const agents = started?.agents.map((entry) =>
    findManifestRoots(findUnit(entry, given), ['Premain-Class'], given),
  );
  const mains = started?.classes.map((one) => findMainRoots(one, given)) ?? [];
  if (started === undefined || [...mains, ...(agents ?? [])].some(({ length }) => length === 0)) {
    return undefined;
  }
  const isModular = started.classes.some(({ kind }) => kind === 'module');
  const roots = [
    ...mains.flat(),
    ...(agents ?? []).flat(),
    ...findWordRoots(started.words, 'likely', given),
    ...(isModular ? findModuleRoots(given) : []),
    ...findCommonRoots(mains.flat(), given),
  ];
  return { roots, ...(started.isOpen ? { openReason: BY_OPTIONS } : {}) };
}

function findCommonRoots(mains: readonly ClassRoot[], given: RootWorld): readonly ClassRoot[] {
  return [
    ...findWordRoots([...given.world.config.environment.values()], 'possible', given),
    ...findResourceRoots(given),
    ...(given.index.hasLoading ? findScannedRoots(mains, given) : []),
  ];
}

const STARTED = ['Main-Class', 'Start-Class', 'Launcher-Agent-Class'];

/** Archives that a script passes to the launcher. */
function findScriptRoots(given: RootWorld): readonly ClassRoot[] {
  const { index, files, world } = given;
  return index.units.flatMap((unit) => {
    const step = unit.path === unit.file ? files.get(unit.file)?.step : undefined;
    return step !== undefined && isStartWitness(step.witness, world)
      ? findManifestRoots(unit, STARTED, given).map((root) => ({
          ...root,
          strength: 'likely' as const,
        }))
      : [];
  });
}

/** The rule that keeps the texts of scripts. */
const SCRIPT_RULE = 'shell-script';
const BEFORE_CHARS = 512;

function isStartWitness({ path, token }: Witness, world: ReachWorld): boolean {
  const script = world.getFact(SCRIPT_RULE, path) as { readonly text: string } | undefined;
  const text = path === CONFIG_PATH ? world.config.command.join(' ') : (script?.text ?? '');
  return (
    token !== '' &&
    text
      .split(token)
      .slice(0, -1)
      .some((before) => /(?:^|\s)-jar\s+\S*$/.test(before.slice(-BEFORE_CHARS)))
  );
}

const BOOT_LOADER = 'org/springframework/boot/loader/';

function findMainRoots(started: StartedClass, given: RootWorld): readonly ClassRoot[] {
  switch (started.kind) {
    case 'archive':
      return findManifestRoots(findUnit(started.entry, given), STARTED, given);
    case 'class': {
      const main = findNamedRoots(started.name, { strength: 'required', ...started }, given);
      // A launcher of Spring Boot that is unpacked reads the manifest beside it.
      const units = started.name.startsWith(BOOT_LOADER) ? given.index.units : [];
      const inner = units.flatMap((unit) => findManifestRoots(unit, ['Start-Class'], given));
      return main.length === 0 ? [] : [...main, ...inner];
    }
    case 'module':
      return started.name === undefined
        ? findModuleRoots(given)
        : findNamedRoots(started.name, { strength: 'required', ...started }, given);
  }
}

interface Named {
  readonly strength: ReachStrength;
  readonly token: string;
  /** Path of the file that contains it. */
  readonly path: string;
}

/** Classes that the configuration of the image names. */
function findNamedRoots(
  name: string,
  { strength, token, path }: Named,
  { index, files, launcher }: RootWorld,
): readonly ClassRoot[] {
  return index.findWritten(name).map((id) => ({
    id,
    strength,
    from: launcher,
    hops: (files.get(launcher)?.hops ?? 0) + 1,
    witnessPath: path,
    token,
  }));
}

function findUnit(entry: string, { index, world }: RootWorld): ClassUnit | undefined {
  const path = world.view.resolve(toAbsolutePath(entry, world))?.path;
  return index.units.find((unit) => unit.path === path);
}

function findManifestRoots(
  unit: ClassUnit | undefined,
  attributes: readonly string[],
  given: RootWorld,
): readonly ClassRoot[] {
  return unit === undefined
    ? []
    : attributes.flatMap((attribute) => {
        const token = unit.starts[attribute];
        const path = isArchivePath(unit.path) ? toMemberPath(unit.path, MANIFEST) : unit.path;
        return token === undefined
          ? []
          : fromUnit(
              unit,
              token.replaceAll('.', '/'),
              { strength: 'required', token, path },
              given,
            );
      });
}

function fromUnit(
  { file }: ClassUnit,
  name: string,
  { strength, token, path }: Named,
  { index, files }: RootWorld,
): readonly ClassRoot[] {
  const hops = (files.get(file)?.hops ?? 0) + 1;
  return index
    .findWritten(name)
    .map((id) => ({ id, strength, from: file, hops, witnessPath: path, token }));
}

function findWordRoots(
  words: readonly string[],
  strength: ReachStrength,
  given: RootWorld,
): readonly ClassRoot[] {
  return words
    .flatMap((word) => word.split(/[=,:;\s]/))
    .flatMap((token) => {
      const name = toQualifiedName(token);
      return name === undefined
        ? []
        : findNamedRoots(name, { strength, token, path: CONFIG_PATH }, given);
    });
}

/**
 * Only resources that are certainly on the class path; a weak step must not start at the others.
 */
function findResourceRoots(given: RootWorld): readonly ClassRoot[] {
  const { index } = given;
  return index.units
    .filter(({ place }) => place === 'certain')
    .flatMap((unit) =>
      unit.named
        .filter(({ by }) => by === undefined || index.findClasses(by).length === 0)
        .flatMap(({ name, token, witnessPath: path }) =>
          fromUnit(unit, name, { strength: 'possible', token, path }, given),
        ),
    );
}

/** All providers of resolved modules may be loaded. */
function findModuleRoots(given: RootWorld): readonly ClassRoot[] {
  return given.index.findClasses('module-info').map((id) => placeRoot(id, 'likely', given));
}

/** It follows from the location of the class. */
function placeRoot(
  id: number,
  strength: ReachStrength,
  { index, files }: Pick<RootWorld, 'index' | 'files'>,
): ClassRoot {
  const { file } = index.getUnit(id);
  const hops = (files.get(file)?.hops ?? 0) + 1;
  return { id, strength, from: file, hops, witnessPath: index.getPath(id), token: '' };
}

const APPLICATION = /(?:BOOT|WEB)-INF\/classes\//;

/**
 * Frameworks scan an application for annotated classes: in directories with only classes, and in
 * the package of the started class and below. Any string may name a class without a package.
 */
function findScannedRoots(
  mains: readonly ClassRoot[],
  given: Pick<RootWorld, 'index' | 'files'>,
): readonly ClassRoot[] {
  const { index } = given;
  const homes = mains
    .filter(({ id }) => !index.getName(id).startsWith(BOOT_LOADER))
    .map(({ id }) => findHome(id, index));
  const found: ClassRoot[] = [];
  for (const { place, classes } of index.units) {
    for (const id of place === 'certain' ? classes : []) {
      const path = index.getPath(id);
      if (APPLICATION.test(path) || homes.some((home) => path.startsWith(home))) {
        found.push(placeRoot(id, 'likely', given));
      } else if (!index.getName(id).includes('/') && index.getName(id) !== 'module-info') {
        found.push(placeRoot(id, 'possible', given));
      }
    }
  }
  return found;
}

/** Returns the path of a class's folder. For a class without a package, returns the path itself. */
function findHome(id: number, index: ClassIndex): string {
  const path = index.getPath(id);
  return index.getName(id).includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : path;
}
