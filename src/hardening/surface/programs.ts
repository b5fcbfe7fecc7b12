import type { FileView } from '../../foundation/core/cataloger.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { hasExecuteBit } from '../../foundation/core/executable-file.ts';
import type { SurfaceId } from '../../foundation/core/surface.ts';
import { PROGRAMS } from './program.data.ts';

/** A name that a user can type, and the file it runs. */
export interface Command {
  readonly name: string;
  readonly path: string;
  readonly realPath: string;
}

/** A version at the end of a program's name, as in `python3.12` and `php8`. */
const VERSION_END = /-?[0-9]+(?:\.[0-9]+)*$/;

const KINDS: ReadonlyMap<string, SurfaceId> = new Map(
  PROGRAMS.flatMap(([id, names]) => names.map((name) => [name, id] as const)),
);

/** Returns every command in the search path; if several directories have a name, the first one. */
export function listCommands(view: FileView, folders: readonly string[]): readonly Command[] {
  const found = new Map<string, Command>();
  for (const folder of folders) {
    const real = view.findRealFolder(folder);
    for (const name of real === undefined ? [] : view.list(real)) {
      const path = `${real}/${name}`;
      const file = found.has(name) ? undefined : view.resolve(path);
      const files = file && view.layers[file.ref.layer]?.files;
      const isProgram =
        file !== undefined &&
        files?.getType(file.ref.row) === 'regular' &&
        hasExecuteBit(files.getMode(file.ref.row));
      if (isProgram) {
        found.set(name, { name, path, realPath: file.path });
      }
    }
  }
  return [...found.values()].toSorted((left, right) => compareText(left.name, right.name));
}

/** Returns the use of a command for an intruder; `undefined` if none is listed. */
export function detectProgramKind(name: string): SurfaceId | undefined {
  return KINDS.get(name) ?? KINDS.get(name.replace(VERSION_END, ''));
}
