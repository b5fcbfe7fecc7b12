import { assert } from '../../core/assert.ts';

/** A set of bytes. */
export type ByteClass = Uint8Array;

/**
 * One part of a pattern. Text is a literal, one byte a character. There is no repetition of
 * anything but single bytes, and each has a maximum, so that a pattern has a longest match.
 */
export type Part =
  | string
  /** `min` to `max` bytes of a class, as many as possible first, or as few where it says so. */
  | {
      readonly run: ByteClass;
      readonly min: number;
      readonly max: number;
      readonly isShortFirst?: boolean;
    }
  /** One of these sequences, the first that lets the rest of the pattern match. */
  | { readonly oneOf: readonly (readonly Part[])[] }
  /** What these parts match is kept under a name. */
  | { readonly capture: string; readonly parts: readonly Part[] }
  /** Nothing, at the end of the content. */
  | { readonly end: true };

/** @internal One step of a compiled pattern. */
export type Step =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | {
      readonly kind: 'run';
      readonly class: ByteClass;
      readonly min: number;
      readonly max: number;
      readonly isShortFirst: boolean;
    }
  | { readonly kind: 'oneOf'; readonly sequences: readonly (readonly Step[])[] }
  | { readonly kind: 'mark'; readonly name: string; readonly isStart: boolean }
  | { readonly kind: 'end' };

/** What is searched for, as it was written. */
export interface Pattern {
  readonly parts: readonly Part[];
}

/**
 * @internal A pattern that is ready to be searched for. Content is searched for the anchor, a
 * literal of the pattern; around each place that has it, the other steps are tried, backwards
 * before it and forwards after it.
 */
export interface CompiledPattern {
  /** In the order in which they are tried: from the anchor back. */
  readonly before: readonly Step[];
  readonly anchor: Buffer;
  readonly after: readonly Step[];
  /** What the bytes beside the anchor must be, where each match has some there. */
  readonly byteBefore?: ByteClass;
  readonly byteAfter?: ByteClass;
  /** Most bytes that a match has before and after its anchor. */
  readonly reachBefore: number;
  readonly reachAfter: number;
}

/** More could not be searched for window by window. */
const REACH_BYTES_MAX = 8_192;

/** The pattern of these parts, one after the other. */
export function pattern(...parts: readonly Part[]): Pattern {
  return { parts };
}

const compiled = new WeakMap<Pattern, CompiledPattern>();

/** @internal Made when a pattern is first searched for: most of a long list never are. */
export function compiledPattern(written: Pattern): CompiledPattern {
  const before = compiled.get(written);
  const made = before ?? compile(written);
  if (before === undefined) {
    compiled.set(written, made);
  }
  return made;
}

function compile({ parts }: Pattern): CompiledPattern {
  const steps = mergeLiterals(parts.flatMap(stepsOf));
  const place = anchorPlace(steps);
  const anchor = steps[place];
  assert(anchor?.kind === 'bytes', 'a pattern has a literal that is in every match');
  const before = steps.slice(0, place).reverse().map(reversed);
  const after = steps.slice(place + 1);
  const reachBefore = reachOf(before);
  const reachAfter = reachOf(after);
  assert(reachBefore + reachAfter <= REACH_BYTES_MAX, 'a pattern matches few bytes');
  const byteBefore = neighbourOf(before, -1);
  const byteAfter = neighbourOf(after, 0);
  return {
    before,
    anchor: anchor.bytes,
    after,
    ...(byteBefore && { byteBefore }),
    ...(byteAfter && { byteAfter }),
    reachBefore,
    reachAfter,
  };
}

/** The bytes that may stand next to the anchor; `undefined` where there may be none. */
function neighbourOf(steps: readonly Step[], index: number): ByteClass | undefined {
  const step = steps.find(({ kind }) => kind !== 'mark');
  if (step?.kind === 'run' && step.min > 0) {
    return step.class;
  }
  return step?.kind === 'bytes' ? singleByte(step.bytes.at(index)) : undefined;
}

function singleByte(byte: number | undefined): ByteClass | undefined {
  return byte === undefined ? undefined : new Uint8Array(256).fill(1, byte, byte + 1);
}

/** Bytes of a text, and ranges such as `0-9` in it; a hyphen stands first to mean itself. */
export function byteClass(description: string): ByteClass {
  const members = new Uint8Array(256);
  for (let index = 0; index < description.length; index++) {
    const first = description.charCodeAt(index);
    const isRange = description[index + 1] === '-' && index + 2 < description.length;
    const last = isRange ? description.charCodeAt(index + 2) : first;
    members.fill(1, first, last + 1);
    index += isRange ? 2 : 0;
  }
  return members;
}

export function notIn(members: ByteClass): ByteClass {
  return members.map((member) => 1 - member);
}

function stepsOf(part: Part): Step[] {
  if (typeof part === 'string') {
    return [{ kind: 'bytes', bytes: Buffer.from(part, 'latin1') }];
  }
  if ('run' in part) {
    assert(part.min >= 0 && part.max >= part.min, 'a run has at least as many bytes as its least');
    const { run, min, max, isShortFirst = false } = part;
    return [{ kind: 'run', class: run, min, max, isShortFirst }];
  }
  if ('oneOf' in part) {
    const sequences = part.oneOf.map((parts) => mergeLiterals(parts.flatMap(stepsOf)));
    return [{ kind: 'oneOf', sequences }];
  }
  if ('capture' in part) {
    const name = part.capture;
    return [
      { kind: 'mark', name, isStart: true },
      ...part.parts.flatMap(stepsOf),
      { kind: 'mark', name, isStart: false },
    ];
  }
  return [{ kind: 'end' }];
}

function mergeLiterals(steps: readonly Step[]): Step[] {
  const merged: Step[] = [];
  for (const step of steps) {
    const last = merged.at(-1);
    if (step.kind === 'bytes' && last?.kind === 'bytes') {
      merged[merged.length - 1] = {
        kind: 'bytes',
        bytes: Buffer.concat([last.bytes, step.bytes]),
      };
    } else if (step.kind !== 'bytes' || step.bytes.length > 0) {
      merged.push(step);
    }
  }
  return merged;
}

/** The literal that is met least in programs, which are full of NUL bytes. */
function anchorPlace(steps: readonly Step[]): number {
  let place = -1;
  let highest = 0;
  for (const [index, step] of steps.entries()) {
    const rarity = step.kind === 'bytes' ? rarityOf(step.bytes) : 0;
    if (rarity > highest) {
      highest = rarity;
      place = index;
    }
  }
  return place;
}

function rarityOf(bytes: Buffer): number {
  return bytes.reduce((sum, byte) => sum + (byte === 0 ? 1 : 10), 0);
}

function reversed(step: Step): Step {
  if (step.kind !== 'oneOf') {
    return step;
  }
  const sequences = step.sequences.map((steps) => steps.toReversed().map(reversed));
  return { kind: 'oneOf', sequences };
}

function reachOf(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + reachOfStep(step), 0);
}

function reachOfStep(step: Step): number {
  switch (step.kind) {
    case 'bytes':
      return step.bytes.length;
    case 'run':
      return step.max;
    case 'oneOf':
      return Math.max(...step.sequences.map(reachOf));
    default:
      return 0;
  }
}
