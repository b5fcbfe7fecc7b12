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
  E_USAGE: { title: 'Invalid command line or request', status: EXIT_STATUS.usage },
  E_CONFIG: { title: 'Invalid configuration', status: EXIT_STATUS.usage },
  E_POLICY: { title: 'Invalid policy', status: EXIT_STATUS.usage },
  E_POLICY_DIGEST: { title: 'Changed policy', status: EXIT_STATUS.usage },
  E_JUSTIFICATION: { title: 'Invalid justification', status: EXIT_STATUS.usage },
  E_FORMAT: { title: 'Unknown output format', status: EXIT_STATUS.usage },
  E_TEMPLATE: { title: 'Invalid template', status: EXIT_STATUS.usage },
  E_UNSUPPORTED: {
    title: 'Not supported',
    status: EXIT_STATUS.usage,
  },
  E_TARGET_UNKNOWN: { title: 'Target not found', status: EXIT_STATUS.unreachable },
  E_TARGET_UNREADABLE: { title: 'Target not readable', status: EXIT_STATUS.unreachable },
  E_IMAGE_INVALID: { title: 'Malformed image', status: EXIT_STATUS.toolError },
  E_DISK_UNSUPPORTED: { title: 'Unsupported disk image', status: EXIT_STATUS.toolError },
  E_DOCUMENT_UNKNOWN: {
    title: 'Unsupported content',
    status: EXIT_STATUS.toolError,
  },
  E_DOCUMENT_INVALID: { title: 'Malformed document', status: EXIT_STATUS.toolError },
  E_VERSION: { title: 'Written by another version', status: EXIT_STATUS.toolError },
  E_DIGEST_MISMATCH: { title: 'Digest mismatch', status: EXIT_STATUS.toolError },
  E_PLATFORM: { title: 'No image for the platform', status: EXIT_STATUS.usage },
  E_LIMIT: { title: 'Limit exceeded', status: EXIT_STATUS.toolError },
  E_MEMORY: { title: 'Memory limit exceeded', status: EXIT_STATUS.toolError },
  E_SPILL: { title: 'Temporary directory not usable', status: EXIT_STATUS.toolError },
  E_NOTHING_STATED: {
    title: 'Nothing to state',
    status: EXIT_STATUS.toolError,
  },
  E_NODE: { title: 'Node.js too old', status: EXIT_STATUS.toolError },
  E_PACKAGE_MISSING: { title: 'Package not installed', status: EXIT_STATUS.toolError },
  E_MANIFEST_MISSING: { title: 'Program without a manifest', status: EXIT_STATUS.toolError },
  E_TRIAL: { title: 'Images cannot be run', status: EXIT_STATUS.toolError },
  E_OUTPUT: { title: 'Output not writable', status: EXIT_STATUS.toolError },
  E_DB_MISSING: { title: 'No advisory database', status: EXIT_STATUS.incomplete },
  E_DB_INVALID: { title: 'Damaged advisory database', status: EXIT_STATUS.toolError },
  E_DB_UPDATE: {
    title: 'Advisory database not updated',
    status: EXIT_STATUS.toolError,
  },
  E_DB_UNTRUSTED: {
    title: 'Signed database not trusted',
    status: EXIT_STATUS.toolError,
  },
  E_DB_LOSS: {
    title: 'The new database lost more than half of the statements',
    status: EXIT_STATUS.toolError,
  },
  E_SERVER_UNKNOWN: { title: 'No server found', status: EXIT_STATUS.unreachable },
  E_IMAGE_UNKNOWN: { title: 'Unknown image', status: EXIT_STATUS.unreachable },
  E_UPDATE_UNKNOWN: { title: 'Unknown update', status: EXIT_STATUS.unreachable },
  E_DECISION_UNKNOWN: { title: 'Unknown decision', status: EXIT_STATUS.unreachable },
  E_DECISION: { title: 'Invalid decision', status: EXIT_STATUS.usage },
  E_STATEMENT_UNKNOWN: { title: 'Unknown statement', status: EXIT_STATUS.unreachable },
  E_STATEMENT: { title: 'Invalid statement', status: EXIT_STATUS.usage },
  E_STORE_DAMAGED: { title: 'Damaged store', status: EXIT_STATUS.toolError },
  E_SECRETS_KEY: { title: 'Wrong key', status: EXIT_STATUS.toolError },
  E_STORE_FULL: { title: 'Full disk', status: EXIT_STATUS.toolError },
  E_STORE_UNREACHABLE: { title: 'Store not reachable', status: EXIT_STATUS.unreachable },
  E_BASE_UNKNOWN: { title: 'Unknown base image', status: EXIT_STATUS.usage },
  E_BASE_INVALID: { title: 'Damaged base image file', status: EXIT_STATUS.toolError },
  E_PROOF_INVALID: { title: 'Invalid proof', status: EXIT_STATUS.toolError },
  E_DB_IMPORT: { title: 'Database archive not imported', status: EXIT_STATUS.toolError },
  E_NETWORK: { title: 'Server not responding', status: EXIT_STATUS.unreachable },
  E_OFFLINE: { title: 'Network access disabled', status: EXIT_STATUS.unreachable },
  E_FORBIDDEN: { title: 'Not permitted', status: EXIT_STATUS.unreachable },
  E_UNAUTHORIZED: { title: 'Access denied', status: EXIT_STATUS.unreachable },
  E_INTERRUPTED: { title: 'Interrupted', status: EXIT_STATUS.toolError },
  E_INTERNAL: { title: 'Internal error', status: EXIT_STATUS.toolError },
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
