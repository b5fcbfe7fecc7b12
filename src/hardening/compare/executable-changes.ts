import { compareText } from '../../foundation/core/compare-text.ts';
import { isExecutableFile } from '../../foundation/core/executable-file.ts';
import type {
  ExecutableFacts,
  ExecutableMitigations,
  Inventory,
  InventoryFile,
} from '../../foundation/core/inventory.ts';
import { computeChangeId } from './change-id.ts';
import type { ExecutableChange, ExecutableChangeKind } from './difference.ts';
import { type ComparableFiles, detectFileOrigin } from './file-changes.ts';

/**
 * Returns the change of each executable that can be determined from the file itself. Sorted by
 * path.
 */
export function listExecutableChanges(
  { before, after, isOneSided = false }: ComparableFiles,
  sides: { readonly before: Inventory; readonly after: Inventory },
): readonly ExecutableChange[] {
  const left = mapExecutables(before);
  const right = mapExecutables(after);
  const isKnown = [sides.before, sides.after].every(
    (one) => detectFileOrigin(one) === 'itself' || one.files.some(isExecutableFile),
  );
  if (isOneSided || !isKnown) {
    return [];
  }
  const reached = { before: findReached(sides.before), after: findReached(sides.after) };
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort(compareText);
  return paths.flatMap((path) => {
    const [was, is] = [left.get(path), right.get(path)];
    const libraries = diffLists(was?.importedLibraries ?? [], is?.importedLibraries ?? []);
    const hardening = diffLists(listPassedChecks(was), listPassedChecks(is));
    const kinds = listKinds(
      { was, is },
      {
        libraries: libraries.count > 0,
        hardening: hardening.count > 0,
        reach: reachChange(path, reached),
      },
    );
    return kinds.length === 0
      ? []
      : [
          {
            kinds,
            path,
            librariesBefore: libraries.before,
            librariesAfter: libraries.after,
            hardeningBefore: hardening.before,
            hardeningAfter: hardening.after,
          },
        ];
  });
}

export function computeExecutableChangeId({ path }: ExecutableChange): string {
  return computeChangeId('executables', path, path);
}

function mapExecutables(files: readonly InventoryFile[]): ReadonlyMap<string, ExecutableFacts> {
  return new Map(files.filter(isExecutableFile).map(({ path, executable }) => [path, executable]));
}

interface Facts {
  readonly was: ExecutableFacts | undefined;
  readonly is: ExecutableFacts | undefined;
}

interface Changed {
  readonly libraries: boolean;
  readonly hardening: boolean;
  readonly reach: ExecutableChangeKind | undefined;
}

function listKinds({ was, is }: Facts, changed: Changed): readonly ExecutableChangeKind[] {
  if (was === undefined || is === undefined) {
    return [was === undefined ? 'added' : 'removed'];
  }
  return [
    ...(changed.libraries ? (['libraries'] as const) : []),
    ...(changed.hardening ? (['hardening'] as const) : []),
    ...(changed.reach === undefined ? [] : [changed.reach]),
  ];
}

type Reached = ReadonlySet<string> | undefined;

/** Returns `undefined` if reachability was not requested or is unknown. */
function findReached({ reach }: Inventory): Reached {
  return reach === undefined || reach.unknown !== undefined
    ? undefined
    : new Set(reach.files.map(({ path }) => path));
}

function reachChange(
  path: string,
  { before, after }: { readonly before: Reached; readonly after: Reached },
): ExecutableChangeKind | undefined {
  if (before === undefined || after === undefined || before.has(path) === after.has(path)) {
    return undefined;
  }
  return after.has(path) ? 'newly-reachable' : 'newly-unreachable';
}

function listPassedChecks(facts: ExecutableFacts | undefined): readonly string[] {
  const { security, mitigations } = facts ?? {};
  if (security === undefined) {
    return mitigations === undefined ? [] : listPassedMitigations(mitigations);
  }
  const known = PASSED.get(security) ?? listPassedSecurity(security);
  PASSED.set(security, known);
  return known;
}

type Security = NonNullable<ExecutableFacts['security']>;

/** A cached inventory shares one object between all executables with equal values. */
const PASSED = new WeakMap<Security, readonly string[]>();

function listPassedSecurity(security: Security): readonly string[] {
  const { pie, nx, relRo, stackCanary, fortify } = security;
  return [
    ...(pie ? ['position-independent'] : []),
    ...(nx ? ['non-executable stack'] : []),
    ...(relRo === 'none' ? [] : [`read-only relocations: ${relRo}`]),
    ...(stackCanary === true ? ['stack canary'] : []),
    ...(fortify === true ? ['fortified'] : []),
  ];
}

function listPassedMitigations({
  randomAddress,
  noExecute,
  stackCanary,
  controlFlowGuard,
}: ExecutableMitigations): readonly string[] {
  return [
    ...(randomAddress ? ['address space layout randomization'] : []),
    ...(noExecute ? ['data execution prevention'] : []),
    ...(stackCanary === true ? ['stack canary'] : []),
    ...(controlFlowGuard === true ? ['control flow guard'] : []),
  ];
}

interface Only {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly count: number;
}

/** Returns the items that only one of two lists has, sorted. */
function diffLists(before: readonly string[], after: readonly string[]): Only {
  if (before.length === after.length && before.every((one, index) => one === after[index])) {
    return { before: [], after: [], count: 0 };
  }
  const [was, is] = [new Set(before), new Set(after)];
  const gone = [...was].filter((one) => !is.has(one)).sort(compareText);
  const come = [...is].filter((one) => !was.has(one)).sort(compareText);
  return { before: gone, after: come, count: gone.length + come.length };
}
