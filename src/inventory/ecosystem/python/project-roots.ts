import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getRecord, toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseReferences, toReferences } from './lock-file.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * Returns the run-time requirements in `pyproject.toml`, without extras and groups. `undefined` if
 * the file does not contain them: a build back end may compute them.
 */
export function readProjectRoots(document: Members): readonly string[] | undefined {
  const project = getRecord(document, 'project');
  const poetry = getRecord(getRecord(document, 'tool') ?? {}, 'poetry');
  const poetryDependencies = poetry && getRecord(poetry, 'dependencies');
  if (poetryDependencies === undefined) {
    const isComputed = toTexts(project?.['dynamic']).includes('dependencies');
    return project === undefined || isComputed
      ? undefined
      : toTexts(project['dependencies']).flatMap(parseReferences);
  }
  return [
    ...toTexts(project?.['dependencies']).flatMap(parseReferences),
    ...Object.entries(poetryDependencies).flatMap(([name, wanted]) =>
      toPoetryReferences(name, wanted),
    ),
  ];
}

/** Stands for every group. */
export const ALL_GROUPS = '*';

/**
 * Returns the groups other than `dev` that uv installs by default, with or without `--no-dev`. uv
 * documentation, "default-groups".
 */
export function readDefaultGroups(document: Members): readonly string[] {
  const uv = getRecord(getRecord(document, 'tool') ?? {}, 'uv') ?? {};
  const { 'default-groups': groups } = uv;
  return (groups === 'all' ? [ALL_GROUPS] : toTexts(groups)).filter((group) => group !== 'dev');
}

/** Reads a range, a table with one, or a list of tables for several platforms. */
function toPoetryReferences(name: string, wanted: unknown): string[] {
  const tables: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  return name.toLowerCase() === 'python'
    ? []
    : tables.flatMap((table) =>
        isRecord(table)
          ? table['optional'] === true
            ? []
            : toReferences(name, toTexts(table['extras']))
          : toReferences(name),
      );
}
