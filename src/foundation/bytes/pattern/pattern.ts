import { assert } from '../../core/assert.ts';

/** A set of bytes. */
export type ByteClass = Uint8Array;

/**
 * One part of a pattern. Text is a literal with one byte per character. Only single bytes can
 * repeat, and each repetition has a maximum, so a pattern has a longest match.
 */
export type Part =
  | string
  /** `min` to `max` bytes of a class, as many as possible first, or as few if it is lazy. */
  | {
      readonly run: ByteClass;
      readonly min: number;
      readonly max: number;
      readonly isLazy?: boolean;
    }
  /** One of these sequences: the first that lets the rest of the pattern match. */
  | { readonly oneOf: readonly (readonly Part[])[] }
  /** Captures the match of these parts under a name. */
  | { readonly capture: string; readonly parts: readonly Part[] }
  /** Matches the empty string at the end of the content. */
  | { readonly end: true };

/** @internal One step of a compiled pattern. */
export type Step =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | {
      readonly kind: 'run';
      readonly class: ByteClass;
      readonly min: number;
      readonly max: number;
      readonly isLazy: boolean;
    }
  | { readonly kind: 'oneOf'; readonly sequences: readonly (readonly Step[])[] }
  | { readonly kind: 'mark'; readonly name: string; readonly isStart: boolean }
  | { readonly kind: 'end' };

/** A pattern as written. */
export interface Pattern {
  readonly parts: readonly Part[];
}

/**
 * @internal A compiled pattern. Content is searched for the anchor, a literal of the pattern;
 *   around each occurrence the other steps are tried, backwards before it and forwards after it.
 */
export interface CompiledPattern {
  /** In matching order: from the anchor backwards. */
  readonly before: readonly Step[];
  readonly anchor: Buffer;
  readonly after: readonly Step[];
  /** Required bytes beside the anchor, if every match has a byte there. */
  readonly byteBefore?: ByteClass;
  readonly byteAfter?: ByteClass;
  /** Maximum bytes of a match before and after its anchor. */
  readonly reachBefore: number;
  readonly reachAfter: number;
}

/** A longer match could not be found window by window. */
const REACH_BYTES_MAX = 8_192;

/** Creates a pattern of these parts in sequence. */
export function pattern(...parts: readonly Part[]): Pattern {
  return { parts };
}

const compiled = new WeakMap<Pattern, CompiledPattern>();

/** @internal Compiled on first use: most patterns of a long list are never used. */
export function compilePattern(written: Pattern): CompiledPattern {
  const before = compiled.get(written);
  const made = before ?? compile(written);
  if (before === undefined) {
    compiled.set(written, made);
  }
  return made;
}

function compile({ parts }: Pattern): CompiledPattern {
  const steps = mergeLiterals(parts.flatMap(toSteps));
  const place = findAnchor(steps);
  const anchor = steps[place];
  assert(anchor?.kind === 'bytes', 'a pattern has a literal that is in every match');
  const before = steps.slice(0, place).reverse().map(reverseStep);
  const after = steps.slice(place + 1);
  const reachBefore = measureReach(before);
  const reachAfter = measureReach(after);
  assert(reachBefore + reachAfter <= REACH_BYTES_MAX, 'a pattern matches few bytes');
  const byteBefore = findNeighbor(before, -1);
  const byteAfter = findNeighbor(after, 0);
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

/** Returns the bytes allowed next to the anchor; `undefined` if there may be none. */
function findNeighbor(steps: readonly Step[], index: number): ByteClass | undefined {
  const step = steps.find(({ kind }) => kind !== 'mark');
  if (step?.kind === 'run' && step.min > 0) {
    return step.class;
  }
  return step?.kind === 'bytes' ? createSingleByte(step.bytes.at(index)) : undefined;
}

function createSingleByte(byte: number | undefined): ByteClass | undefined {
  return byte === undefined ? undefined : new Uint8Array(256).fill(1, byte, byte + 1);
}

/** Parses the bytes of a text and ranges such as `0-9`; a leading hyphen is literal. */
export function createByteClass(description: string): ByteClass {
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

export function negateClass(members: ByteClass): ByteClass {
  return members.map((member) => 1 - member);
}

function toSteps(part: Part): Step[] {
  if (typeof part === 'string') {
    return [{ kind: 'bytes', bytes: Buffer.from(part, 'latin1') }];
  }
  if ('run' in part) {
    assert(part.min >= 0 && part.max >= part.min, 'a run has at least as many bytes as its least');
    const { run, min, max, isLazy = false } = part;
    return [{ kind: 'run', class: run, min, max, isLazy }];
  }
  if ('oneOf' in part) {
    const sequences = part.oneOf.map((parts) => mergeLiterals(parts.flatMap(toSteps)));
    return [{ kind: 'oneOf', sequences }];
  }
  if ('capture' in part) {
    const name = part.capture;
    return [
      { kind: 'mark', name, isStart: true },
      ...part.parts.flatMap(toSteps),
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

/** Returns the literal that is rarest in programs, which are full of NUL bytes. */
function findAnchor(steps: readonly Step[]): number {
  let place = -1;
  let highest = 0;
  for (const [index, step] of steps.entries()) {
    const rarity = step.kind === 'bytes' ? rateRarity(step.bytes) : 0;
    if (rarity > highest) {
      highest = rarity;
      place = index;
    }
  }
  return place;
}

function rateRarity(bytes: Buffer): number {
  return bytes.reduce((sum, byte) => sum + (byte === 0 ? 1 : 10), 0);
}

function reverseStep(step: Step): Step {
  if (step.kind !== 'oneOf') {
    return step;
  }
  const sequences = step.sequences.map((steps) => steps.toReversed().map(reverseStep));
  return { kind: 'oneOf', sequences };
}

function measureReach(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + reachOfStep(step), 0);
}

function reachOfStep(step: Step): number {
  switch (step.kind) {
    case 'bytes':
      return step.bytes.length;
    case 'run':
      return step.max;
    case 'oneOf':
      return Math.max(...step.sequences.map(measureReach));
    default:
      return 0;
  }
}
