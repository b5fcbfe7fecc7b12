/**
 * Content of one file that could not be read, while the scan continued. Each one makes the
 * inventory incomplete, is shown in every format, and is never dropped silently.
 */
export const PROBLEM_CODES = {
  P_LIMIT: 'a limit was passed, the rest of the file was not looked at',
  P_TRUNCATED: 'the content ends before it should',
  P_MALFORMED: 'the content is not well formed',
  P_RECORD: 'one record could not be understood and was left out',
  P_UNSUPPORTED: 'the content is of a kind that is not read',
  P_UNREADABLE: 'the file could not be opened',
  P_NAME: 'the name is not one that a file system can hold',
  P_LINK: 'the link leads nowhere, in circles, or out of the image',
  P_AMBIGUOUS: 'the target can be read as two different images, and runtimes differ in which',
  P_CONFIGURATION: 'a configuration file that nobody named leaves out what others would see',
  P_CHANGED: 'a file differs from the digest that the record of its package states',
  P_VERSION: 'a version could not be understood, so it could not be compared',
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
