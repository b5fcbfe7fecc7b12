import type { ShellScript } from '../../parse/shell/shell-script.ts';
import { expandPattern, isExecutable } from '../file-tree.ts';
import { searchPath } from '../process-config.ts';
import type { ReachWorld } from '../rule-contract.ts';
import { constantOf, type ProgramPart, type ShellValues } from './shell-values.ts';

const NOTHING: ShellScript = { commands: [], functions: [] };
const FOLDERS_MAX = 16;

/** Which files the words of a program may mean, from the folders that it may be in. */
export class ShellPaths {
  readonly #world: ReachWorld;
  readonly #parts: readonly ProgramPart[];
  readonly #values: ShellValues;

  constructor(parts: readonly ProgramPart[], values: ShellValues, world: ReachWorld) {
    this.#parts = parts;
    this.#values = values;
    this.#world = world;
  }

  /** Existing paths that texts may mean: absolute, relative, or patterns. */
  pathsOf(texts: readonly string[]): readonly string[] {
    const world = this.#world;
    return texts
      .flatMap((text) => (text.includes('/') || text.includes('.') ? this.#absolute(text) : []))
      .flatMap((path) => expandPattern(path, world))
      .filter((path) => world.isThere(path));
  }

  /** A relative path from each folder that the program may be in. */
  #absolute(text: string): readonly string[] {
    if (text.startsWith('/')) {
      return [text];
    }
    return this.#folders().map((folder) => `${folder === '/' ? '' : folder}/${text}`);
  }

  #folders(): readonly string[] {
    const moved = this.#parts.flatMap((at) =>
      at.script.commands
        .filter(({ words }) => constantOf(words[0] ?? []) === 'cd')
        .flatMap(({ words }) => this.#values.of(words[1] ?? [], at).texts),
    );
    const folders = [this.#world.config.workingFolder, ...moved];
    return [...new Set(folders.filter((folder) => folder.startsWith('/')))].slice(0, FOLDERS_MAX);
  }

  programPath(name: string): string | undefined {
    if (name.includes('/')) {
      return this.#absolute(name).find((path) => this.#world.isThere(path));
    }
    const own = this.#values
      .of([{ kind: 'variable', name: 'PATH', isQuoted: true }], { path: '', script: NOTHING })
      .texts.flatMap((text) => text.split(':'))
      .filter((folder) => folder.startsWith('/'));
    const folders = [...own, ...searchPath(this.#world.config)];
    return folders
      .map((folder) => `${folder}/${name}`)
      .find((path) => isExecutable(path, this.#world));
  }
}
