import type { ProgressEvent, Stage } from '../../foundation/core/progress.ts';
import { measureWidth } from '../../foundation/present/text-width.ts';
import { findParent, formatTitle, type StageRecord, updateRecord } from './stage-record.ts';

/**
 * A line of the tree in two forms: as text, to measure it, and with the offsets of its parts, to
 * color it.
 */
export interface TreeLine {
  readonly branch: string;
  readonly mark: string;
  readonly title: string;
  readonly detail: string;
}

const DETAIL_COLUMN = 32;
const LEAF_INDENT = '   ';

/** All stages of a run in the order in which they began, with their records. */
export class StageTree {
  readonly #records = new Map<Stage, StageRecord>();

  /** Applies an event and returns the updated record. */
  apply(event: Exclude<ProgressEvent, { kind: 'notice' }>): StageRecord {
    const record = updateRecord(event, this.#records.get(event.stage));
    this.#records.set(event.stage, record);
    return record;
  }

  get isEmpty(): boolean {
    return this.#records.size === 0;
  }

  listChildren(stage: Stage): readonly StageRecord[] {
    return [...this.#records.values()].filter((record) => findParent(record.stage) === stage);
  }

  listLines(spinner: string): TreeLine[] {
    const tops = [...this.#records.values()].filter(({ stage }) => !this.#hasShownParent(stage));
    return tops.flatMap((record) => [
      createLine(record, ' ', spinner),
      ...this.#listBranches(record, spinner),
    ]);
  }

  #hasShownParent(stage: Stage): boolean {
    const parent = findParent(stage);
    return parent !== undefined && this.#records.has(parent);
  }

  #listBranches(record: StageRecord, spinner: string): TreeLine[] {
    const children = this.listChildren(record.stage);
    const count = children.length + record.lines.length;
    const drawBranch = (index: number): string =>
      `${LEAF_INDENT}${index === count - 1 ? '└── ' : '├── '}`;
    return [
      ...children.map((child, index) => createLine(child, drawBranch(index), spinner)),
      ...record.lines.map((text, index) => ({
        branch: drawBranch(children.length + index),
        mark: '',
        title: text,
        detail: '',
      })),
    ];
  }
}

const MARKS = { done: '✔', failed: '✘' } as const;

function createLine(record: StageRecord, branch: string, spinner: string): TreeLine {
  const mark = record.state === 'running' ? spinner : MARKS[record.state];
  return { branch, mark, title: formatTitle(record), detail: record.detail };
}

/** Formats a line without colors: branch, mark, title, and the detail in its own column. */
export function formatTreeLine(line: TreeLine): string {
  const mark = line.mark === '' ? '' : `${line.mark} `;
  const head = `${line.branch}${mark}${line.title}`;
  if (line.detail === '') {
    return head;
  }
  return `${head}${' '.repeat(Math.max(2, DETAIL_COLUMN - measureWidth(head)))}${line.detail}`;
}
