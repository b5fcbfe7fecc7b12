/**
 * Our own mistakes. An assertion that fails is a bug in plimsoll, never the fault of an image or of
 * a user, and it is not caught below the plug-in boundary.
 */
export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure';
}

/** Throws an {@link AssertionFailure} naming what should have held. */
export function assert(condition: unknown, expectation: string): asserts condition {
  if (!condition) {
    throw new AssertionFailure(`expected: ${expectation}`);
  }
}

/** Returns the value, or fails where the program itself promised that there is one. */
export function present<T>(value: T | undefined | null, expectation: string): T {
  assert(value !== undefined && value !== null, expectation);
  return value;
}
