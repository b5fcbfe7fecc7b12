import { isRecord } from '../../syntax/json/guard.ts';
import { getRecord, toTexts } from '../../syntax/json/member.ts';
import { referencesOf, requirementReferences } from './lock-file.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * Returns the run-time requirements in `pyproject.toml`, without extras and groups. `undefined` if
 * the file does not contain them: a build back end may compute them.
 */
export function projectRoots(document: Members): readonly string[] | undefined {
  const project = getRecord(document, 'project');
  const poetry = getRecord(getRecord(document, 'tool') ?? {}, 'poetry');
  const poetryDependencies = poetry && getRecord(poetry, 'dependencies');
  if (poetryDependencies === undefined) {
    const isComputed = toTexts(project?.['dynamic']).includes('dependencies');
    return project === undefined || isComputed
      ? undefined
      : toTexts(project['dependencies']).flatMap(requirementReferences);
  }
  return [
    ...toTexts(project?.['dependencies']).flatMap(requirementReferences),
    ...Object.entries(poetryDependencies).flatMap(([name, wanted]) =>
      poetryReferences(name, wanted),
    ),
  ];
}

/** Stands for every group. */
export const ALL_GROUPS = '*';

/**
 * Returns the groups besides `dev` that uv installs by default, with or without `--no-dev`. uv
 * documentation, "default-groups".
 */
export function defaultGroups(document: Members): readonly string[] {
  const uv = getRecord(getRecord(document, 'tool') ?? {}, 'uv') ?? {};
  const { 'default-groups': groups } = uv;
  return (groups === 'all' ? [ALL_GROUPS] : toTexts(groups)).filter((group) => group !== 'dev');
}

/** Reads a range, a table with one, or a list of tables for several platforms. */
function poetryReferences(name: string, wanted: unknown): string[] {
  const tables: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  return name.toLowerCase() === 'python'
    ? []
    : tables.flatMap((table) =>
        isRecord(table)
          ? table['optional'] === true
            ? []
            : referencesOf(name, toTexts(table['extras']))
          : referencesOf(name),
      );
}
