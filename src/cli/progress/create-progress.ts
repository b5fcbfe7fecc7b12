import type { Progress } from '../../foundation/core/progress.ts';
import { SILENT } from '../../foundation/core/progress.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { type LiveStream, LiveTree } from './live-tree.ts';
import { PlainLines } from './plain-lines.ts';

export interface ProgressLook {
  readonly isQuiet: boolean;
  readonly isLive: boolean;
  readonly isColoured: boolean;
}

/** Progress that other lines can be written between, and that ends when disposed of. */
export interface Narration extends Progress, Disposable {
  /** Stops redrawing, so that a result can be printed on the same terminal. */
  stopDrawing(): void;
  /** Writes a line that is safe to print. */
  writeLine(line: string): void;
}

/** Chooses the display of progress on a stream: a live tree, one line per stage, or nothing. */
export function createProgress(stream: LiveStream, look: ProgressLook): Narration {
  if (look.isQuiet) {
    return {
      emit: SILENT.emit,
      writeLine: () => undefined,
      stopDrawing: () => undefined,
      [Symbol.dispose]: () => undefined,
    };
  }
  if (look.isLive) {
    return new LiveTree(stream, SYSTEM_CLOCK, look.isColoured);
  }
  const write = (text: string): void => {
    stream.write(text);
  };
  const lines = new PlainLines(write);
  return {
    emit: (event) => lines.emit(event),
    writeLine: (line) => write(`${line}\n`),
    stopDrawing: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
}
