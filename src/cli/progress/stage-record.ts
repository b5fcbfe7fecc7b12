import type { ProgressEvent, ProgressUnit, Stage } from '../../foundation/core/progress.ts';
import { STAGES } from '../../foundation/core/progress.ts';
import { escapeText, formatBytes, groupDigits } from '../../foundation/core/screen-text.ts';

/** The known facts about one stage. Texts are safe to print. */
export interface StageRecord {
  readonly stage: Stage;
  readonly state: 'running' | 'done' | 'failed';
  readonly detail: string;
  /** Further lines under the stage. */
  readonly lines: readonly string[];
}

/** Returns the stage under which this one is drawn. */
export function findParent(stage: Stage): Stage | undefined {
  const words = STAGES[stage];
  return 'parent' in words ? words.parent : undefined;
}

export function formatTitle(record: StageRecord): string {
  const words = STAGES[record.stage];
  return record.state === 'done' ? words.done : words.running;
}

/** Returns the record of a stage after an event. Notices belong to no stage. */
export function updateRecord(
  event: Exclude<ProgressEvent, { kind: 'notice' }>,
  before: StageRecord | undefined,
): StageRecord {
  const { stage } = event;
  const lines = before?.lines ?? [];
  const known = before?.detail ?? '';
  switch (event.kind) {
    case 'stage-started':
      return { stage, state: 'running', detail: escapeText(event.detail ?? ''), lines: [] };
    case 'stage-advanced':
      return { stage, state: 'running', detail: formatProgress(event), lines };
    case 'stage-finished':
      return {
        stage,
        state: 'done',
        detail: formatResult(event) || (isMeasure(known) ? '' : known),
        lines: (event.children ?? []).map(escapeText),
      };
    case 'stage-failed':
      return { stage, state: 'failed', detail: escapeText(event.message), lines };
  }
}

/** A measure of progress is meaningless once the stage is finished. */
function isMeasure(detail: string): boolean {
  return detail.startsWith('[');
}

function formatResult(event: ProgressEvent & { readonly kind: 'stage-finished' }): string {
  const count =
    event.count === undefined || event.unit === undefined
      ? undefined
      : `[${measure(event.count, event.unit)}]`;
  const detail = event.detail === undefined ? undefined : escapeText(event.detail);
  return [detail, count].filter((part) => part !== undefined && part !== '').join(' ');
}

function formatProgress(event: ProgressEvent & { readonly kind: 'stage-advanced' }): string {
  const { done, total, unit } = event;
  if (total === undefined) {
    return `[${measure(done, unit)}]`;
  }
  return unit === 'bytes'
    ? `[${measure(done, unit)} / ${measure(total, unit)}]`
    : `[${groupDigits(done)} / ${measure(total, unit)}]`;
}

function measure(value: number, unit: ProgressUnit): string {
  return unit === 'bytes' ? formatBytes(value) : `${groupDigits(value)} ${chooseWord(value, unit)}`;
}

function chooseWord(value: number, unit: ProgressUnit): string {
  if (value !== 1) {
    return unit;
  }
  return unit === 'matches' ? 'match' : unit.slice(0, -1);
}
