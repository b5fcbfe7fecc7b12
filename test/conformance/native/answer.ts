import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the tool of an ecosystem answers about one project, with the files it answers from. */
export interface NativeAnswer {
  /** `pnpm/web`: the format and the project. */
  readonly name: string;
  /** Where the manifests are from, and how the lock was made. */
  readonly origin: string;
  /** With its version. */
  readonly tool: string;
  readonly command: string;
  /** The lock and the manifests, cut to what decides. */
  readonly files: Readonly<Record<string, string>>;
  /** Names of the projects themselves and of what lies in their folders. */
  readonly local: readonly string[];
  /** `name@version`, sorted; without local ones. */
  readonly packages: readonly string[];
  /** `dependent@version > needed@version`, sorted; absent if the tool does not tell. */
  readonly edges?: readonly string[];
}

export const ANSWERS = join(import.meta.dirname, 'answers');

/** All recorded answers below a folder: `FORMAT/PROJECT.json`. */
export function readAnswers(folder: string = ANSWERS): NativeAnswer[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort()
    .map((path) => JSON.parse(readFileSync(join(folder, path), 'utf8')) as NativeAnswer);
}
