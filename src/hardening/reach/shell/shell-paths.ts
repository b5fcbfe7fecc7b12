import { isExecutable } from '../folder-index.ts';
import type { ShellScript } from '../language/shell/shell-script.ts';
import { searchPath } from '../process-config.ts';
import type { ReachWorld } from '../rule-contract.ts';
import { expandPattern } from '../shell-pattern.ts';
import { getConstant, type ProgramPart, type ShellValues } from './shell-values.ts';

interface Place {
  /** Number of parts of the program at that time. */
  readonly parts: number;
  /** Possible absolute working directories. */
  readonly folders: readonly string[];
  /** Command search path, and the commands already found in it by name. */
  readonly search: readonly string[];
  readonly found: Map<string, string | undefined>;
}

const NOTHING: ShellScript = { commands: [], functions: [] };
const FOLDERS_MAX = 16;

/** Resolves the words of a program to files, from its possible working directories. */
export class ShellPaths {
  readonly #world: ReachWorld;
  readonly #parts: readonly ProgramPart[];
  readonly #values: ShellValues;
  #place: Place | undefined;

  constructor(parts: readonly ProgramPart[], values: ShellValues, world: ReachWorld) {
    this.#parts = parts;
    this.#values = values;
    this.#world = world;
  }

  /** Returns the existing paths that texts may name: absolute, relative, or patterns. */
  findPaths(texts: readonly string[]): readonly string[] {
    const world = this.#world;
    return texts
      .flatMap((text) =>
        text.includes('/') || text.includes('.') ? this.#toAbsolutePaths(text) : [],
      )
      .flatMap((path) => expandPattern(path, world))
      .filter((path) => world.exists(path));
  }

  /** Resolves a relative path from each possible working directory. */
  #toAbsolutePaths(text: string): readonly string[] {
    if (text.startsWith('/')) {
      return [text];
    }
    return this.#getCurrent().folders.map((folder) => `${folder === '/' ? '' : folder}/${text}`);
  }

  /** Used for every word; unchanged until the program sources another part. */
  #getCurrent(): Place {
    if (this.#place?.parts !== this.#parts.length) {
      const { length } = this.#parts;
      this.#place = {
        parts: length,
        folders: this.#listFolders(),
        search: this.#search(),
        found: new Map(),
      };
    }
    return this.#place;
  }

  #listFolders(): readonly string[] {
    const moved = this.#parts.flatMap((at) =>
      at.script.commands
        .filter(({ words }) => getConstant(words[0] ?? []) === 'cd')
        .flatMap(({ words }) => this.#values.evaluate(words[1] ?? [], at).texts),
    );
    const folders = [this.#world.config.workingFolder, ...moved];
    return [...new Set(folders.filter((folder) => folder.startsWith('/')))].slice(0, FOLDERS_MAX);
  }

  #search(): readonly string[] {
    const own = this.#values
      .evaluate([{ kind: 'variable', name: 'PATH', isQuoted: true }], { path: '', script: NOTHING })
      .texts.flatMap((text) => text.split(':'))
      .filter((folder) => folder.startsWith('/'));
    return [...new Set([...own, ...searchPath(this.#world.config)])];
  }

  findProgramPath(name: string): string | undefined {
    if (name.includes('/')) {
      return this.#toAbsolutePaths(name).find((path) => this.#world.exists(path));
    }
    const { search, found } = this.#getCurrent();
    const known = found.get(name);
    if (known !== undefined || found.has(name)) {
      return known;
    }
    const path = search
      .map((folder) => `${folder}/${name}`)
      .find((one) => isExecutable(one, this.#world));
    found.set(name, path);
    return path;
  }
}
