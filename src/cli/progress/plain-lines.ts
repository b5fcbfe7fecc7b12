import type { Progress, ProgressEvent } from '../../core/progress.ts';
import { noticeText } from './live-tree.ts';
import { parentOf, type StageRecord, titleOf } from './stage-record.ts';
import { StageTree } from './stage-tree.ts';

/**
 * Writes one line per finished stage, for logs. A stage that belongs to another one is part of the
 * line of that one.
 */
export class PlainLines implements Progress {
  readonly #write: (text: string) => void;
  readonly #tree = new StageTree();

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  emit(event: ProgressEvent): void {
    if (event.kind === 'notice') {
      this.#write(`${noticeText(event)}\n`);
      return;
    }
    const record = this.#tree.apply(event);
    if (record.state !== 'running' && parentOf(record.stage) === undefined) {
      this.#write(`${this.#lineOf(record)}\n`);
    }
  }

  #lineOf(record: StageRecord): string {
    const children = this.#tree
      .childrenOf(record.stage)
      .map((child) => bare(child.detail) || titleOf(child));
    const facts = [bare(record.detail), ...children].filter((fact) => fact !== '');
    const lines = record.lines.map((line) => line.replaceAll(/ {2,}/g, ' '));
    const suffix = lines.length === 0 ? '' : ` (${lines.join('; ')})`;
    const word = record.state === 'failed' ? ' failed' : '';
    const told = facts.length === 0 ? '' : `: ${facts.join(', ')}`;
    return `${titleOf(record)}${word}${told}${suffix}`;
  }
}

/** Removes brackets, which separate counts in a column but are not needed in a sentence. */
function bare(detail: string): string {
  return detail.startsWith('[') && detail.endsWith(']') ? detail.slice(1, -1) : detail;
}
