import type { Advisory, OperatingSystem, SystemCoverage } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import { defined } from '../core/defined.ts';
import { foldCase } from '../core/fold-case.ts';
import type { ReleaseTables, SystemOverride } from './resolve-release.ts';
import { toReleaseKey } from './schema.ts';
import { encodeStatement } from './statement.ts';

/**
 * Merges the statements of several layers about one package. Of equal statements, the one of the
 * first layer is used; all others are kept, in the order of a single layer.
 */
export function mergeAdvisories(lists: readonly (readonly Advisory[])[]): readonly Advisory[] {
  const [first = [], ...others] = lists.filter((list) => list.length > 0);
  if (others.length === 0) {
    return first;
  }
  const byContent = new Map<string, Advisory>();
  for (const advisory of [first, ...others].flat()) {
    const { ecosystem, packageName } = advisory;
    const content = JSON.stringify([ecosystem, packageName, encodeStatement(advisory)]);
    if (!byContent.has(content)) {
      byContent.set(content, advisory);
    }
  }
  return [...byContent.values()].sort(
    (left, right) =>
      compareText(left.vulnerability, right.vulnerability) ||
      compareText(left.provider, right.provider) ||
      compareText(left.effect, right.effect),
  );
}

/**
 * Merges the releases and rules of several layers. `tables`: the base comes first, because the
 * order of its systems and rules determines results; systems of other layers get new IDs. The dates
 * of a release are those of the last layer that has any, which is the first in precedence.
 */
export function mergeReleases(tables: readonly ReleaseTables[]): ReleaseTables {
  const [only, ...others] = tables;
  if (only !== undefined && others.length === 0) {
    return only;
  }
  const systems = new Map<string, OperatingSystem>();
  const coverage = new Map<number, SystemCoverage | undefined>();
  let nextId = 1;
  for (const table of tables) {
    for (const system of table.systems) {
      const key = `${foldCase(system.name)}\0${toReleaseKey(system)}`;
      const counts = table.coverage?.get(system.id);
      const known = systems.get(key);
      if (known === undefined) {
        const merged = { ...system, id: nextId++ };
        systems.set(key, merged);
        coverage.set(merged.id, counts);
      } else {
        coverage.set(known.id, addCoverage(coverage.get(known.id), counts));
        if (system.endOfLife !== undefined) {
          systems.set(key, { ...known, ...pickDates(system) });
        }
      }
    }
  }
  const overrides = new Map(
    tables
      .flatMap((table) => table.overrides.map((rule) => keepOwnReleases(rule, table, tables)))
      .map((rule) => [JSON.stringify(rule), rule]),
  );
  return {
    systems: inheritDates([...systems.values()]),
    coverage,
    overrides: [...overrides.values()],
  };
}

/**
 * Marks a rule that replaces a system with another one, if a layer besides that of the rule has
 * statements about the replaced system: its vendor's own errata must not be ignored.
 */
function keepOwnReleases(
  rule: SystemOverride,
  origin: ReleaseTables,
  tables: readonly ReleaseTables[],
): SystemOverride {
  const alias = foldCase(rule.alias);
  const isRenamed = rule.name !== undefined && foldCase(rule.name) !== alias;
  const isStated = ({ systems, coverage }: ReleaseTables): boolean =>
    systems.some(({ id, name }) => foldCase(name) === alias && coverage?.get(id)?.statements !== 0);
  return isRenamed && tables.some((table) => table !== origin && isStated(table))
    ? { ...rule, keepsOwn: true }
    : rule;
}

function pickDates({
  endOfLife,
  endOfActiveSupport,
}: OperatingSystem): Pick<OperatingSystem, 'endOfLife' | 'endOfActiveSupport'> {
  return defined({ endOfLife, endOfActiveSupport });
}

/**
 * Gives minor releases without dates those of their major release, if the vendor maintains major
 * releases: no minor release has a date of its own.
 */
function inheritDates(systems: readonly OperatingSystem[]): readonly OperatingSystem[] {
  const toMajor = ({ name, majorVersion }: OperatingSystem): string => `${name}\0${majorVersion}`;
  const majors = new Map(
    systems
      .filter((one) => one.minorVersion === '' && one.channel === '' && one.endOfLife !== undefined)
      .map((one) => [toMajor(one), one]),
  );
  for (const one of systems) {
    const major = majors.get(toMajor(one));
    if (one.endOfLife !== undefined && one.endOfLife !== major?.endOfLife) {
      majors.delete(toMajor(one));
    }
  }
  return systems.map((one) => {
    const major = one.endOfLife === undefined ? majors.get(toMajor(one)) : undefined;
    return major === undefined ? one : { ...one, ...pickDates(major) };
  });
}

/** The sum is unknown if one of the counts is. */
function addCoverage(
  left: SystemCoverage | undefined,
  right: SystemCoverage | undefined,
): SystemCoverage | undefined {
  return left === undefined || right === undefined
    ? undefined
    : { statements: left.statements + right.statements, unfixed: left.unfixed + right.unfixed };
}

/** Joins lists without repeating elements of equal content. */
export function mergeEqual<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const [first = [], ...others] = lists.filter((list) => list.length > 0);
  if (others.length === 0) {
    return first;
  }
  const byContent = new Map<string, T>();
  for (const each of [first, ...others].flat()) {
    const content = JSON.stringify(each);
    byContent.set(content, byContent.get(content) ?? each);
  }
  return [...byContent.values()];
}
