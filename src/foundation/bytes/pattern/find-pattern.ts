import { type Bytes, toBuffer } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import { type CompiledPattern, compilePattern, type Pattern, type Step } from './pattern.ts';

/** Captured texts of the first match by name, one character per byte. */
export type Captures = Readonly<Record<string, string>>;

/** Work that a search may do, shared by all searches of a file. */
export interface SearchBudget {
  /** Bytes to compare and places to remember around anchors. */
  stepsLeft: number;
}

/** Returns the budget of a search through a file of this size; it grows at most linearly. */
export function searchBudget(sizeBytes: number, limits: Limits): SearchBudget {
  return { stepsLeft: limits.patternStepsMax + limits.patternStepsPerByteMax * sizeBytes };
}

const WINDOW_BYTES = 1024 * 1024;

/**
 * Returns the first match of a pattern by the position of its anchor, or `undefined` if there is
 * none or the budget is used up. Content is read in windows, so memory is bounded.
 */
export function findPattern(
  content: Bytes,
  written: Pattern,
  budget: SearchBudget,
): Captures | undefined {
  const pattern = compilePattern(written);
  const { anchor, reachBefore, reachAfter } = pattern;
  for (let offset = 0; offset < content.sizeBytes; offset += WINDOW_BYTES) {
    const start = Math.max(0, offset - reachBefore);
    const length = offset - start + WINDOW_BYTES + anchor.length + reachAfter;
    const bytes = content.read(start, length);
    const window = {
      buffer: toBuffer(bytes),
      isLast: start + bytes.length >= content.sizeBytes,
      budget,
    };
    const captures = findInWindow(window, pattern, offset - start);
    if (captures !== undefined || budget.stepsLeft <= 0) {
      return captures;
    }
  }
  return undefined;
}

interface Window {
  readonly buffer: Buffer;
  /** Whether the end of the buffer is the end of the content. */
  readonly isLast: boolean;
  readonly budget: SearchBudget;
}

/** Tries the anchors that start in one window's own bytes. */
function findInWindow(
  window: Window,
  pattern: CompiledPattern,
  from: number,
): Captures | undefined {
  const { buffer, budget } = window;
  const { anchor } = pattern;
  let at = buffer.indexOf(anchor, from);
  while (at >= 0 && at < from + WINDOW_BYTES && budget.stepsLeft > 0) {
    budget.stepsLeft -= 1;
    if (hasNeighbours(buffer, at, pattern)) {
      const captures = matchPattern(window, pattern, at);
      if (captures !== undefined) {
        return captures;
      }
    }
    at = buffer.indexOf(anchor, at + 1);
  }
  return undefined;
}

/** Rejects most anchors before anything is remembered about them. */
function hasNeighbours(buffer: Buffer, at: number, pattern: CompiledPattern): boolean {
  const { anchor, byteBefore, byteAfter } = pattern;
  return (
    (byteBefore === undefined || byteBefore[buffer[at - 1] ?? -1] === 1) &&
    (byteAfter === undefined || byteAfter[buffer[at + anchor.length] ?? -1] === 1)
  );
}

function matchPattern(window: Window, pattern: CompiledPattern, at: number): Captures | undefined {
  const { anchor, before, after } = pattern;
  const [start] = follow([{ at, marks: undefined }], before, { ...window, isForward: false });
  if (start === undefined) {
    return undefined;
  }
  const end = { at: at + anchor.length, marks: start.marks };
  const [found] = follow([end], after, { ...window, isForward: true });
  return found && readCaptures(found.marks, window.buffer);
}

interface Mark {
  readonly name: string;
  readonly isStart: boolean;
  readonly at: number;
  readonly others: Mark | undefined;
}

/** Progress of a match attempt. */
interface Place {
  readonly at: number;
  readonly marks: Mark | undefined;
}

interface Direction extends Window {
  readonly isForward: boolean;
}

/**
 * Returns the places that the steps lead to, the preferred one first. Of several paths to one place
 * only the preferred one is kept, so there are never more places than bytes.
 */
function follow(places: readonly Place[], steps: readonly Step[], direction: Direction): Place[] {
  let current = [...places];
  for (const step of steps) {
    current = removeDuplicates(
      current.flatMap((place) => reach(place, step, direction)),
      direction,
    );
    if (current.length === 0) {
      break;
    }
  }
  return current;
}

function removeDuplicates(places: Place[], { budget }: Direction): Place[] {
  if (places.length < 2) {
    return places;
  }
  budget.stepsLeft -= places.length;
  const seen = new Set<number>();
  return places.filter(({ at }) => !seen.has(at) && seen.add(at));
}

function reach(place: Place, step: Step, direction: Direction): Place[] {
  if (direction.budget.stepsLeft <= 0) {
    return [];
  }
  switch (step.kind) {
    case 'bytes':
      return stepOverBytes(place, step.bytes, direction);
    case 'run':
      return stepOverRun(place, step, direction);
    case 'oneOf':
      return step.sequences.flatMap((steps) => follow([place], steps, direction));
    case 'mark': {
      const { name, isStart } = step;
      return [{ at: place.at, marks: { name, isStart, at: place.at, others: place.marks } }];
    }
    case 'end':
      return direction.isLast && place.at === direction.buffer.length ? [place] : [];
  }
}

function stepOverBytes({ at, marks }: Place, bytes: Buffer, direction: Direction): Place[] {
  const { buffer, isForward, budget } = direction;
  const start = isForward ? at : at - bytes.length;
  for (let index = 0; index < bytes.length; index++) {
    budget.stepsLeft -= 1;
    if (buffer[start + index] !== bytes[index]) {
      return [];
    }
  }
  return [{ at: isForward ? at + bytes.length : start, marks }];
}

function stepOverRun(
  { at, marks }: Place,
  step: Extract<Step, { readonly kind: 'run' }>,
  direction: Direction,
): Place[] {
  const { buffer, isForward, budget } = direction;
  const places: Place[] = [];
  for (let count = 0; ; count++) {
    const end = isForward ? at + count : at - count;
    if (count >= step.min) {
      places.push({ at: end, marks });
    }
    const byte = buffer[isForward ? end : end - 1];
    if (count === step.max || byte === undefined || step.class[byte] === 0) {
      break;
    }
  }
  budget.stepsLeft -= 1 + places.length;
  return step.isLazy ? places : places.reverse();
}

function readCaptures(marks: Mark | undefined, buffer: Buffer): Captures {
  const starts = new Map<string, number>();
  const ends = new Map<string, number>();
  for (let mark = marks; mark !== undefined; mark = mark.others) {
    (mark.isStart ? starts : ends).set(mark.name, mark.at);
  }
  return Object.fromEntries(
    [...starts].map(([name, start]) => [name, buffer.toString('latin1', start, ends.get(name))]),
  );
}
