import { type Bytes, readText } from '../../../foundation/core/bytes.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseJson } from '../../../foundation/syntax/json/parse-json.ts';

/** Ranges by name. */
export type Ranges = Readonly<Record<string, string>>;

/** Requests in the `package.json` of a project that a lock does not repeat. */
export interface ProjectManifest {
  readonly name: string;
  readonly production: Ranges;
  readonly development: Ranges;
  /** Replacements for packages that others request. */
  readonly resolutions: Ranges;
  /** Patterns of directories with further projects of the same lock. */
  readonly workspaces: readonly string[];
}

/** Returns `undefined` if the content is not a JSON object. npm documentation, "package.json". */
export function parseProjectManifest(content: Bytes): ProjectManifest | undefined {
  const value = parseJson(readText(content));
  if (!isRecord(value)) {
    return undefined;
  }
  const { workspaces } = value;
  return {
    name: getText(value, 'name'),
    production: {
      ...readRanges(value['dependencies']),
      ...readRanges(value['optionalDependencies']),
    },
    development: readRanges(value['devDependencies']),
    resolutions: readRanges(value['resolutions']),
    workspaces: toTexts(isRecord(workspaces) ? workspaces['packages'] : workspaces),
  };
}

function readRanges(value: unknown): Ranges {
  return Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).flatMap(([name, range]) =>
      typeof range === 'string' ? [[name, range]] : [],
    ),
  );
}
