/**
 * Content of one file that could not be read, while the scan continued. Each one makes the
 * inventory incomplete, is shown in every format, and is never dropped silently.
 */
export const PROBLEM_CODES = {
  P_LIMIT: 'the rest of the file was not read: a limit was exceeded',
  P_TRUNCATED: 'the content is truncated',
  P_MALFORMED: 'the content is malformed',
  P_RECORD: 'a record was left out: it is malformed',
  P_UNSUPPORTED: 'the content is of an unsupported kind',
  P_UNREADABLE: 'the file could not be opened',
  P_NAME: 'the name is not valid in a file system',
  P_LINK: 'the link is dangling, circular, or leads out of the image',
  P_AMBIGUOUS:
    'the target can be read as two different images, and runtimes disagree about which one',
  P_CONFIGURATION: 'a discovered configuration file leaves out content that others would see',
  P_CHANGED: 'a file differs from the digest that the record of its package states',
  P_MISSING: 'a record or file is missing that other content of the target points to',
  P_VERSION: 'a version is malformed, so it could not be compared',
} as const;

export type ProblemCode = keyof typeof PROBLEM_CODES;

export interface Problem {
  readonly code: ProblemCode;
  /** One sentence for a person without path and layer. */
  readonly message: string;
  /** The plug-in that reported it, such as `apk-db`; absent if the reading pass did. */
  readonly plugin?: string;
  /** Absolute path in the target. */
  readonly path?: string;
  /** Diff ID of the layer. */
  readonly layer?: string;
  /** Line of the record in a text file, from 1. */
  readonly line?: number;
}

/** A problem from a plug-in; the engine adds plug-in, path and layer. */
export type ProblemNote = Pick<Problem, 'code' | 'message' | 'line'>;
