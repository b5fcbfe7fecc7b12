import { type Bytes, readText } from '../../core/bytes.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { getText, toTexts } from '../../syntax/json/member.ts';
import { parseJson } from '../../syntax/json/parse-json.ts';

/** Ranges by name. */
export type Ranges = Readonly<Record<string, string>>;

/** What the `package.json` of a project asks for, as far as a lock does not repeat it. */
export interface ProjectManifest {
  readonly name: string;
  readonly production: Ranges;
  readonly development: Ranges;
  /** What to take instead of what packages ask for. */
  readonly resolutions: Ranges;
  /** Patterns of folders with further projects of the same lock. */
  readonly workspaces: readonly string[];
}

/** `undefined` if the content is not a JSON object. npm documentation, "package.json". */
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
