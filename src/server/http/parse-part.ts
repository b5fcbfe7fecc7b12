import type { ZodType, z } from 'zod';
import type { PartCode } from '../engine/invalid-parts.ts';
import { InvalidRequest } from './problem.ts';

/**
 * Parses a part of a request by its schema.
 *
 * @throws InvalidRequest with each invalid part
 */
export function parsePart<Schema extends ZodType>(
  schema: Schema,
  value: unknown,
  part: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    return parsed.data;
  }
  throw new InvalidRequest(
    parsed.error.issues.map((issue) => {
      const pointer = ['', part, ...issue.path.map(String)].join('/');
      return { pointer, code: findPartCode(issue, value), message: issue.message };
    }),
  );
}

const PART_CODES_BY_ISSUE: ReadonlyMap<z.core.$ZodIssue['code'], PartCode> = new Map([
  ['invalid_type', 'wrong-type'],
  ['too_big', 'wrong-size'],
  ['too_small', 'wrong-size'],
  ['unrecognized_keys', 'unknown-member'],
]);

/** Returns `missing` for an absent member, whichever type its schema expects. */
function findPartCode({ code, path }: z.core.$ZodIssue, value: unknown): PartCode {
  let at = value;
  for (const name of path) {
    at = typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined;
  }
  return at === undefined ? 'missing' : (PART_CODES_BY_ISSUE.get(code) ?? 'wrong-value');
}
