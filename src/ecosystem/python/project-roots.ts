import { isRecord } from '../../syntax/json/guard.ts';
import { getRecord, toTexts } from '../../syntax/json/member.ts';
import { referencesOf, requirementReferences } from './lock-file.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * What `pyproject.toml` asks for to run the project, without extras and groups. `undefined` if the
 * file does not tell: a build back end may compute it.
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
 * Groups besides `dev` that uv installs unless told otherwise, `--no-dev` or not. uv
 * documentation, "default-groups".
 */
export function defaultGroups(document: Members): readonly string[] {
  const uv = getRecord(getRecord(document, 'tool') ?? {}, 'uv') ?? {};
  const { 'default-groups': groups } = uv;
  return (groups === 'all' ? [ALL_GROUPS] : toTexts(groups)).filter((group) => group !== 'dev');
}

/** A range, a table with one, or a list of tables for several platforms. */
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
