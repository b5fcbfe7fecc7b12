import type { Progress, ProgressEvent } from '../../foundation/core/progress.ts';
import { formatNotice } from './live-tree.ts';
import { findParent, formatTitle, type StageRecord } from './stage-record.ts';
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
      this.#write(`${formatNotice(event)}\n`);
      return;
    }
    const record = this.#tree.apply(event);
    if (record.state !== 'running' && findParent(record.stage) === undefined) {
      this.#write(`${this.#formatLine(record)}\n`);
    }
  }

  #formatLine(record: StageRecord): string {
    const children = this.#tree
      .listChildren(record.stage)
      .map((child) => stripBrackets(child.detail) || formatTitle(child));
    const facts = [stripBrackets(record.detail), ...children].filter((fact) => fact !== '');
    const lines = record.lines.map((line) => line.replaceAll(/ {2,}/g, ' '));
    const suffix = lines.length === 0 ? '' : ` (${lines.join('; ')})`;
    const word = record.state === 'failed' ? ' failed' : '';
    const details = facts.length === 0 ? '' : `: ${facts.join(', ')}`;
    return `${formatTitle(record)}${word}${details}${suffix}`;
  }
}

/** Removes brackets, which separate counts in a column but are not needed in a sentence. */
function stripBrackets(detail: string): string {
  return detail.startsWith('[') && detail.endsWith(']') ? detail.slice(1, -1) : detail;
}
