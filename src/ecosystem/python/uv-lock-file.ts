import { compareText } from '../../core/compare-text.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { getText, toTexts } from '../../syntax/json/member.ts';
import {
  conditionsOf,
  extrasMember,
  identityOf,
  type LockedDependency,
  membersOf,
  preciseReferences,
  type ReadLocked,
  referencesOf,
} from './lock-file.ts';
import { pythonName } from './python-name.ts';

type Members = Readonly<Record<string, unknown>>;

/** A source is one member of `source`, whose name tells its kind. */
const SOURCES = 'source';

/** One from a folder, a repository or an archive has no version if it computes that when built. */
export const readUvEntry: ReadLocked = (entry) => {
  const source = sourceOf(entry);
  const base = identityOf(entry, source['registry'] === undefined ? [SOURCES] : []);
  if (base === undefined) {
    return undefined;
  }
  const dependencies = uvDependencies(base.entry['dependencies']);
  const optional = membersOf(base.entry['optional-dependencies']);
  return {
    ...base.identity,
    requires: uvReferences(base.entry['dependencies']),
    extras: Object.fromEntries(optional.map(([name, list]) => [name, uvReferences(list)])),
    metadata: {
      index: toTexts(Object.values(source))[0] ?? '',
      dependencies: dependencies.length === 0 ? null : dependencies,
      ...extrasMember(
        new Map(optional.map(([name, list]) => [name, uvDependencies(list).map(nameOf)])),
      ),
    },
  };
};

/**
 * What the projects of the lock ask for to run: they are packages of it, or it is the lock of a
 * script. `undefined` if no project is found. Their extras are left out, as `uv export --no-dev`
 * does.
 */
export function uvRoots(document: Members): readonly string[] | undefined {
  const { manifest, package: list } = document;
  if (isRecord(manifest) && PROJECT_MEMBERS.some((member) => manifest[member] !== undefined)) {
    const requirements: readonly unknown[] = Array.isArray(manifest['requirements'])
      ? manifest['requirements']
      : [];
    return [
      ...toTexts(manifest['members']).map(pythonName),
      ...requirements
        .filter(isRecord)
        .flatMap((each) => referencesOf(getText(each, 'name'), toTexts(each['extras']))),
    ];
  }
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  const projects = entries.filter(isRecord).filter((entry) => {
    const { editable, virtual } = sourceOf(entry);
    return (editable ?? virtual) === '.';
  });
  return projects.length === 0
    ? undefined
    : projects.map((project) => pythonName(getText(project, 'name')));
}

/** What the projects of the lock ask for in groups, by the name of the group. */
export function uvGroups(document: Members): Readonly<Record<string, readonly string[]>> {
  const { manifest, package: list } = document;
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  const groups = new Map<string, string[]>();
  for (const [group, wanted] of [
    ...(isRecord(manifest) ? membersOf(manifest['dependency-groups']) : []),
    ...entries.filter(isRecord).flatMap((entry) => membersOf(entry['dev-dependencies'])),
  ]) {
    groups.set(group, [...(groups.get(group) ?? []), ...uvReferences(wanted)]);
  }
  return Object.fromEntries(groups);
}

const PROJECT_MEMBERS = ['members', 'requirements', 'dependency-groups'];

function sourceOf(entry: unknown): Members {
  const source = isRecord(entry) ? entry[SOURCES] : undefined;
  return isRecord(source) ? source : {};
}

function uvReferences(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter(isRecord).flatMap((one) => preciseReferences(one, toTexts(one['extra'])));
}

function uvDependencies(value: unknown): LockedDependency[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list
    .filter(isRecord)
    .map((one) => ({
      name: getText(one, 'name'),
      optional: false,
      ...conditionsOf(one, 'marker', 'extra'),
    }))
    .sort((left, right) => compareText(left.name, right.name));
}

function nameOf({ name }: LockedDependency): string {
  return name;
}
