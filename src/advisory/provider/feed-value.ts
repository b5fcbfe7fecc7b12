import { type Bytes, readText } from '../../core/bytes.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { type JsonRecord, toTexts } from '../../syntax/json/member.ts';
import type { FeedOmission, OmissionLevel } from './contract.ts';

/** A JSON object with unknown members. */
export type FeedObject = JsonRecord;

/** Returns `undefined` if the value is not an object. */
export function toObject(value: unknown): FeedObject | undefined {
  return isRecord(value) ? value : undefined;
}

/** Returns the elements of a list; empty if the value is not a list. */
export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Returns the objects of a list without its other elements. */
export function listObjects(value: unknown): readonly FeedObject[] {
  return toList(value).filter((element) => isRecord(element));
}

/**
 * Returns the records of a list. Another value is a record without members, so that the reader
 * reports it.
 */
export function listRecords(value: unknown): readonly FeedObject[] {
  return toList(value).map((element) => toObject(element) ?? {});
}

/** Returns the strings of a list without its other elements. */
export function selectTexts(value: unknown): readonly string[] {
  return toTexts(value);
}

export function parseJsonDocument(
  document: Bytes,
): { readonly value: unknown } | FeedOmissionWithProblem {
  try {
    return { value: JSON.parse(readText(document)) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return leaveOutDocument('malformed JSON', message);
  }
}

type FeedOmissionWithProblem = FeedOmission & { readonly problem: ProblemNote };

/** Reports a document without usable content. `message` has the details, the cause has none. */
export function leaveOutDocument(cause: string, message: string): FeedOmissionWithProblem {
  return { leftOut: 'document', cause, problem: { code: 'P_MALFORMED', message } };
}

/** Reports a part of a document. `message` has the details, the cause has none. */
export function leaveOut(
  leftOut: Exclude<OmissionLevel, 'document'>,
  cause: string,
  message: string,
): FeedOmissionWithProblem {
  return { leftOut, cause, problem: { code: 'P_RECORD', message } };
}
