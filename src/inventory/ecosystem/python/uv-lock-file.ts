import { compareText } from '../../../foundation/core/compare-text.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import {
  type LockedDependency,
  listMembers,
  type ReadLocked,
  readConditions,
  readIdentity,
  toExtrasMember,
  toPreciseReferences,
  toReferences,
} from './lock-file.ts';
import { normalizePythonName } from './python-name.ts';

type Members = Readonly<Record<string, unknown>>;

/** `source` has one member, whose name is the kind of source. */
const SOURCES = 'source';

/**
 * A package from a directory, a repository or an archive has no version if the build computes it.
 */
export const readUvEntry: ReadLocked = (entry) => {
  const source = getUvSource(entry);
  const base = readIdentity(entry, source['registry'] === undefined ? [SOURCES] : []);
  if (base === undefined) {
    return undefined;
  }
  const dependencies = readUvDependencies(base.entry['dependencies']);
  const optional = listMembers(base.entry['optional-dependencies']);
  return {
    ...base.identity,
    requires: readUvReferences(base.entry['dependencies']),
    extras: Object.fromEntries(optional.map(([name, list]) => [name, readUvReferences(list)])),
    metadata: {
      index: toTexts(Object.values(source))[0] ?? '',
      dependencies: dependencies.length === 0 ? null : dependencies,
      ...toExtrasMember(
        new Map(
          optional.map(([name, list]) => [name, readUvDependencies(list).map(getDependencyName)]),
        ),
      ),
    },
  };
};

/**
 * Returns the run-time requirements of the projects of the lock: they are packages of it, or it is
 * the lock of a script. `undefined` if no project is found. Extras are omitted, as in `uv export
 * --no-dev`.
 */
export function readUvRoots(document: Members): readonly string[] | undefined {
  const { manifest, package: list } = document;
  if (isRecord(manifest) && PROJECT_MEMBERS.some((member) => manifest[member] !== undefined)) {
    const requirements: readonly unknown[] = Array.isArray(manifest['requirements'])
      ? manifest['requirements']
      : [];
    return [
      ...toTexts(manifest['members']).map(normalizePythonName),
      ...requirements
        .filter(isRecord)
        .flatMap((each) => toReferences(getText(each, 'name'), toTexts(each['extras']))),
    ];
  }
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  const projects = entries.filter(isRecord).filter((entry) => {
    const { editable, virtual } = getUvSource(entry);
    return (editable ?? virtual) === '.';
  });
  return projects.length === 0
    ? undefined
    : projects.map((project) => normalizePythonName(getText(project, 'name')));
}

/** Returns the requirements of the projects' groups, by the name of the group. */
export function readUvGroups(document: Members): Readonly<Record<string, readonly string[]>> {
  const { manifest, package: list } = document;
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  const groups = new Map<string, string[]>();
  for (const [group, wanted] of [
    ...(isRecord(manifest) ? listMembers(manifest['dependency-groups']) : []),
    ...entries.filter(isRecord).flatMap((entry) => listMembers(entry['dev-dependencies'])),
  ]) {
    groups.set(group, [...(groups.get(group) ?? []), ...readUvReferences(wanted)]);
  }
  return Object.fromEntries(groups);
}

const PROJECT_MEMBERS = ['members', 'requirements', 'dependency-groups'];

function getUvSource(entry: unknown): Members {
  const source = isRecord(entry) ? entry[SOURCES] : undefined;
  return isRecord(source) ? source : {};
}

function readUvReferences(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter(isRecord).flatMap((one) => toPreciseReferences(one, toTexts(one['extra'])));
}

function readUvDependencies(value: unknown): LockedDependency[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list
    .filter(isRecord)
    .map((one) => ({
      name: getText(one, 'name'),
      optional: false,
      ...readConditions(one, 'marker', 'extra'),
    }))
    .sort((left, right) => compareText(left.name, right.name));
}

function getDependencyName({ name }: LockedDependency): string {
  return name;
}
