/**
 * A bug in plimsoll: a failed assertion is never caused by an image or a user, and is not caught
 * below the plug-in boundary.
 */
export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure';
}

/** Throws an {@link AssertionFailure} that names the expected condition. */
export function assert(condition: unknown, expectation: string): asserts condition {
  if (!condition) {
    throw new AssertionFailure(`expected: ${expectation}`);
  }
}

/** Returns the value, or fails if it is missing although the program guarantees it. */
export function present<T>(value: T | undefined | null, expectation: string): T {
  assert(value !== undefined && value !== null, expectation);
  return value;
}
