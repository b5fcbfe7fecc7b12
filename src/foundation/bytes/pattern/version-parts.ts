import { createByteClass, negateClass, type Part } from './pattern.ts';

/** Building blocks of patterns for versions in programs. */
export const DIGIT = createByteClass('0-9');
export const LOWER_OR_DIGIT = createByteClass('0-9a-z');
export const LETTER_OR_DIGIT = createByteClass('0-9A-Za-z');
export const DOT_OR_DIGIT = createByteClass('.0-9');
/** Bytes allowed in a free-form version, such as the name of a toolchain. */
export const VERSION_BYTE = createByteClass('-._a-zA-Z0-9');
export const SPACE = createByteClass(' \t\n\v\f\r');
export const NOT_DIGIT = negateClass(DIGIT);
export const NOT_SPACE = negateClass(SPACE);
export const NOT_NUL = negateClass(createByteClass('\0'));
const NOT_NEWLINE = negateClass(createByteClass('\n'));
const ANY = createByteClass('\0-\u00ff');

export const NUL = '\0';
/** Padding that compilers write between two values of the data section. */
export const NULS: Part = run(createByteClass('\0'), 1, 500);

const DIGITS_MAX = 12;

export function run(members: Uint8Array, min: number, max: number): Part {
  return { run: members, min, max };
}

export function one(members: Uint8Array): Part {
  return run(members, 1, 1);
}

export function digits(min = 1, max = DIGITS_MAX): Part {
  return run(DIGIT, min, max);
}

export const DIGITS: Part = digits();

/** Any bytes. */
export function gap(min: number, max: number): Part {
  return run(ANY, min, max);
}

/** Any bytes of one line, as many as possible. */
export function line(min: number, max: number): Part {
  return run(NOT_NEWLINE, min, max);
}

/** Any bytes, as few as possible. */
export function shortGap(min: number, max: number): Part {
  return { run: ANY, min, max, isLazy: true };
}

export function oneOf(...sequences: readonly (string | readonly Part[])[]): Part {
  return {
    oneOf: sequences.map((sequence) => (typeof sequence === 'string' ? [sequence] : sequence)),
  };
}

export function maybe(...parts: readonly Part[]): Part {
  return { oneOf: [parts, []] };
}

/** `min` to `max` numbers separated by dots. */
export function dotted(min: number, max = min): Part[] {
  const needed = Array.from({ length: min - 1 }, (): Part[] => ['.', DIGITS]).flat();
  const optional = Array.from({ length: max - min }).reduce<Part[]>(
    (rest) => [maybe('.', DIGITS, ...rest)],
    [],
  );
  return [DIGITS, ...needed, ...optional];
}

export function version(...parts: readonly Part[]): Part {
  return { capture: 'version', parts };
}

/** Three numbers with an optional suffix. */
export function version3(...suffix: readonly Part[]): Part {
  return version(...dotted(3), ...suffix);
}

/** `-alpha1`, `-beta2` or `-rc3`, or nothing. */
export const DASHED_STAGE: Part = maybe('-', oneOf('alpha', 'beta', 'rc'), digits(1, 1));
/** `alpha1`, `beta2` or `rc3`, or nothing. */
export const STAGE: Part = maybe(oneOf('alpha', 'beta', 'rc'), digits(1, 1));
