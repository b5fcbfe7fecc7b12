/** Exit statuses. See DESIGN: 0 is success, and each other status has one meaning. */
export const EXIT_STATUS = {
  fine: 0,
  toolError: 1,
  gateFailed: 2,
  usage: 3,
  incomplete: 4,
  unreachable: 5,
  /** Of `plimsoll db check`, as in Grype. */
  updateAvailable: 100,
} as const;

export type ExitStatus = (typeof EXIT_STATUS)[keyof typeof EXIT_STATUS];

interface ErrorKind {
  readonly title: string;
  readonly status: ExitStatus;
}

/**
 * Every code of a {@link UserError} or of a failed start, with its title and exit status.
 * `docs/errors.md` has one section per code; a test requires that both agree.
 */
export const ERROR_CODES = {
  E_USAGE: { title: 'The command line could not be understood', status: EXIT_STATUS.usage },
  E_CONFIG: { title: 'A configuration file is wrong', status: EXIT_STATUS.usage },
  E_FORMAT: { title: 'No such output format', status: EXIT_STATUS.usage },
  E_TEMPLATE: { title: 'A template cannot be used', status: EXIT_STATUS.usage },
  E_UNSUPPORTED: {
    title: 'Plimsoll has nothing like it',
    status: EXIT_STATUS.usage,
  },
  E_TARGET_UNKNOWN: { title: 'The target was not found', status: EXIT_STATUS.unreachable },
  E_TARGET_UNREADABLE: { title: 'The target could not be read', status: EXIT_STATUS.unreachable },
  E_IMAGE_INVALID: { title: 'The image is not well formed', status: EXIT_STATUS.toolError },
  E_DOCUMENT_UNKNOWN: {
    title: 'The content is of no kind that can be read',
    status: EXIT_STATUS.toolError,
  },
  E_DOCUMENT_INVALID: { title: 'The document is not well formed', status: EXIT_STATUS.toolError },
  E_DIGEST_MISMATCH: { title: 'Content does not fit its digest', status: EXIT_STATUS.toolError },
  E_PLATFORM: { title: 'The image has no such platform', status: EXIT_STATUS.usage },
  E_LIMIT: { title: 'A limit was passed', status: EXIT_STATUS.toolError },
  E_MEMORY: { title: 'The run needs more memory than it may take', status: EXIT_STATUS.toolError },
  E_SPILL: { title: 'The temporary folder cannot be used', status: EXIT_STATUS.toolError },
  E_NOTHING_STATED: {
    title: 'A VEX document would have no statement',
    status: EXIT_STATUS.toolError,
  },
  E_NODE: { title: 'This Node is too old', status: EXIT_STATUS.toolError },
  E_OUTPUT: { title: 'An output could not be written', status: EXIT_STATUS.toolError },
  E_DB_MISSING: { title: 'There is no advisory database', status: EXIT_STATUS.incomplete },
  E_DB_INVALID: { title: 'The advisory database is damaged', status: EXIT_STATUS.toolError },
  E_DB_UPDATE: {
    title: 'The advisory database cannot be updated',
    status: EXIT_STATUS.toolError,
  },
  E_DB_LOSS: {
    title: 'The new database lost more than half of the statements',
    status: EXIT_STATUS.toolError,
  },
  E_DB_IMPORT: { title: 'The database archive cannot be imported', status: EXIT_STATUS.toolError },
  E_NETWORK: { title: 'A server does not answer', status: EXIT_STATUS.unreachable },
  E_OFFLINE: { title: 'The network is not to be used', status: EXIT_STATUS.unreachable },
  E_UNAUTHORIZED: { title: 'Access was refused', status: EXIT_STATUS.unreachable },
  E_INTERRUPTED: { title: 'The run was interrupted', status: EXIT_STATUS.toolError },
  E_INTERNAL: { title: 'A mistake of plimsoll itself', status: EXIT_STATUS.toolError },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * An error of the user or the environment, with a code and a message; `hint` is the next step.
 * `cause` keeps the original error.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }

  get status(): ExitStatus {
    return ERROR_CODES[this.code].status;
  }
}
