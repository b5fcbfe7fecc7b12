import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

/**
 * The recorded output of an ecosystem's tool for one project, with the files it was derived from.
 */
export interface NativeAnswer {
  /** `pnpm/web`: the format and the project. */
  readonly name: string;
  /** Origin of the manifests, and how the lock was created. */
  readonly origin: string;
  /** Includes its version. */
  readonly tool: string;
  readonly command: string;
  /** The lock and the manifests, reduced to the relevant parts. */
  readonly files: Readonly<Record<string, string>>;
  /** Names of the projects themselves and of packages in their directories. */
  readonly local: readonly string[];
  /** `name@version`, sorted; without local ones. */
  readonly packages: readonly string[];
  /** `dependent@version > needed@version`, sorted; absent if the tool reports none. */
  readonly edges?: readonly string[];
}

export const ANSWERS = join(import.meta.dirname, 'answers');

/** Reads all recorded answers below a directory: `FORMAT/PROJECT.json`, large ones compressed. */
export function readAnswers(folder: string = ANSWERS): NativeAnswer[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json') || path.endsWith('.json.br'))
    .sort()
    .map((path) => {
      const content = readFileSync(join(folder, path));
      const text = path.endsWith('.br') ? brotliDecompressSync(content) : content;
      return JSON.parse(text.toString('utf8')) as NativeAnswer;
    });
}
