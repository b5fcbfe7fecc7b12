import type { Progress, ProgressEvent } from '../../foundation/core/progress.ts';
import { escapeText } from '../../foundation/core/screen-text.ts';
import { cutText, measureWidth } from '../../foundation/present/text-width.ts';
import type { Clock } from './clock.ts';
import { formatTreeLine, StageTree, type TreeLine } from './stage-tree.ts';

/** A terminal that text is written to. */
export interface LiveStream {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const FRAME_MS = 100;
const COLUMNS_FALLBACK = 80;
const ROWS_FALLBACK = 24;

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_TO_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const COLOURS = { green: '32', red: '31', magenta: '35', grey: '90', yellow: '33' } as const;

/**
 * Draws the tree of stages and redraws it in place. Each frame is one write that overwrites the
 * lines of the frame before, so that nothing flickers. No line is as wide as the terminal, so that
 * none wraps. No frame is as high as the terminal, because scrolled lines cannot be overwritten.
 * Only the last frame is complete.
 */
export class LiveTree implements Progress, Disposable {
  readonly #stream: LiveStream;
  readonly #clock: Clock;
  readonly #isColoured: boolean;
  #tree = new StageTree();
  readonly #onResize = (): void => this.#draw();
  #stopTicking: (() => void) | undefined;
  #drawn: readonly string[] = [];
  #drawnAtMs = Number.NEGATIVE_INFINITY;
  #isEnded = false;

  constructor(stream: LiveStream, clock: Clock, isColoured: boolean) {
    this.#stream = stream;
    this.#clock = clock;
    this.#isColoured = isColoured;
  }

  emit(event: ProgressEvent): void {
    if (this.#isEnded) {
      return;
    }
    if (event.kind === 'notice') {
      this.writeLine(formatNotice(event));
      return;
    }
    this.#tree.apply(event);
    this.#begin();
    const isDue = this.#clock.readMs() - this.#drawnAtMs >= FRAME_MS;
    if (event.kind !== 'stage-advanced' || isDue) {
      this.#draw();
    }
  }

  /** Writes a line above the tree, where it stays. The caller escapes the text. */
  writeLine(line: string): void {
    this.#stream.write(`${this.#toTop()}${line}${CLEAR_BELOW}\n`);
    this.#drawn = [];
    if (!this.#tree.isEmpty && !this.#isEnded) {
      this.#draw();
    }
  }

  /**
   * Writes the complete tree a last time and stops redrawing it, so that a result printed on the
   * same terminal is not overwritten. Later events start a new tree below.
   */
  stopDrawing(): void {
    this.#finishTree(SPINNER[0]);
  }

  /**
   * Writes the complete tree a last time, with running stages as failed, and restores the cursor.
   */
  [Symbol.dispose](): void {
    this.#finishTree('✘');
    this.#isEnded = true;
  }

  #finishTree(runningMark: string): void {
    this.#stopTicking?.();
    this.#stopTicking = undefined;
    this.#stream.off('resize', this.#onResize);
    if (!this.#tree.isEmpty && !this.#isEnded) {
      this.#writeLines(this.#tree.listLines(runningMark));
      this.#stream.write(SHOW_CURSOR);
      this.#tree = new StageTree();
      this.#drawn = [];
    }
  }

  #begin(): void {
    if (this.#stopTicking === undefined) {
      this.#stopTicking = this.#clock.repeat(FRAME_MS, () => this.#draw());
      this.#stream.on('resize', this.#onResize);
      this.#stream.write(HIDE_CURSOR);
    }
  }

  #draw(): void {
    if (this.#isEnded) {
      return;
    }
    this.#drawnAtMs = this.#clock.readMs();
    const frame = Math.floor(this.#drawnAtMs / FRAME_MS) % SPINNER.length;
    const rows = Math.max(1, (this.#stream.rows || ROWS_FALLBACK) - 1);
    this.#writeLines(this.#tree.listLines(SPINNER[frame] ?? SPINNER[0]).slice(-rows));
  }

  #writeLines(lines: readonly TreeLine[]): void {
    const columns = this.#getColumns() - 1;
    const texts = lines.map((line) => cutText(fitLine(formatTreeLine(line), columns), columns));
    const painted = texts.map((text, index) => this.#paint(text, lines[index]));
    const body = painted.map((text) => `${text}${CLEAR_TO_LINE_END}\n`).join('');
    this.#stream.write(`${this.#toTop()}${body}${CLEAR_BELOW}`);
    this.#drawn = texts;
  }

  /**
   * Moves to the first row of the last frame. A terminal that became narrower has wrapped its
   * lines, so each is counted with its current number of rows.
   */
  #toTop(): string {
    const columns = this.#getColumns();
    const rows = this.#drawn.reduce(
      (sum, text) => sum + Math.max(1, Math.ceil(measureWidth(text) / columns)),
      0,
    );
    return rows === 0 ? '\r' : `\r\u001b[${Math.min(rows, this.#getRows() - 1)}A`;
  }

  #getColumns(): number {
    // A pseudo-terminal whose size was never set reports zero for both.
    return Math.max(2, this.#stream.columns || COLUMNS_FALLBACK);
  }

  #getRows(): number {
    return Math.max(2, this.#stream.rows || ROWS_FALLBACK);
  }

  /** Colors a line that may have been cut: the mark, and the part after the title. */
  #paint(text: string, line: TreeLine | undefined): string {
    if (!this.#isColoured || line === undefined) {
      return text;
    }
    const markEnd = line.branch.length + line.mark.length;
    const titleEnd = line.mark === '' ? markEnd : markEnd + 1 + line.title.length;
    const branch = text.slice(0, line.branch.length);
    const mark = text.slice(line.branch.length, markEnd);
    const title = text.slice(markEnd, titleEnd);
    return (
      colorText(branch, 'grey') +
      colorText(mark, markColour(line.mark)) +
      title +
      colorText(text.slice(titleEnd), 'grey')
    );
  }
}

/** Shortens a line that is too long, first by omitting zero counts. */
function fitLine(text: string, columns: number): string {
  return measureWidth(text) <= columns ? text : text.replaceAll(/\b0 [a-z]+, /g, '');
}

function markColour(mark: string): keyof typeof COLOURS {
  if (mark === '✔') {
    return 'green';
  }
  return mark === '✘' ? 'red' : 'magenta';
}

function colorText(text: string, colour: keyof typeof COLOURS): string {
  return text.trim() === '' ? text : `\u001b[${COLOURS[colour]}m${text}\u001b[0m`;
}

/** Returns a notice as human-readable text. */
export function formatNotice(event: ProgressEvent & { readonly kind: 'notice' }): string {
  const message = escapeText(event.message);
  return event.level === 'warning' ? `warning: ${message}` : message;
}
