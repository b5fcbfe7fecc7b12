import { UserError } from '../core/error.ts';

/** Network errors that may be temporary. */
const PASSING_CODES = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/** Codes of OpenSSL and Node for an untrusted certificate. */
const CERTIFICATE_CODE = /CERT|ISSUER|LEAF_SIGNATURE|ALTNAME/;

/** Codes of the system and of TLS if the other side does not support TLS. */
const NOT_TLS_CODE = /^(?:EPROTO|ECONNRESET|ECONNREFUSED|ERR_SSL_\w+)$/;

const CREDENTIALS_IN_ADDRESS = /\/\/[^/\s@]{1,1024}@/g;

interface FaultFacts {
  /** Code from the system, TLS or Node; empty if there is none. */
  readonly code: string;
  /** Whether the same request may succeed if it is sent again. */
  readonly isPassing: boolean;
  /** Hint, if it differs from the default one. */
  readonly hint?: string;
}

/** A failed exchange with a server. Its message never contains credentials. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly origin: string;
  readonly code: string;
  readonly isPassing: boolean;
  readonly #hint: string | undefined;

  constructor(message: string, url: URL, { code, isPassing, hint }: FaultFacts) {
    super(stripCredentials(message));
    this.origin = url.origin;
    this.code = code;
    this.isPassing = isPassing;
    this.#hint = hint;
  }

  get isCertificate(): boolean {
    return CERTIFICATE_CODE.test(this.code);
  }

  toUserError(): UserError {
    const message = `request to ${this.origin} failed: ${this.message}`;
    return new UserError('E_NETWORK', message, {
      hint:
        this.#hint ??
        (this.isCertificate
          ? 'name the file of its certificate authority with --ca-file if you trust the certificate'
          : 'check the host name, the network and, behind a proxy, HTTPS_PROXY and NO_PROXY'),
      cause: this,
    });
  }
}

/**
 * Converts an error of Node. The original is not kept, because its message may contain a proxy's
 * password.
 */
export function toHttpFault(error: unknown, url: URL): HttpFault {
  if (error instanceof HttpFault) {
    return error;
  }
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_PROXY_INVALID_CONFIG') {
    return new HttpFault('invalid proxy URL in HTTPS_PROXY or HTTP_PROXY', url, {
      code,
      isPassing: false,
    });
  }
  return new HttpFault(message === '' ? code : message, url, {
    code,
    isPassing: PASSING_CODES.has(code),
  });
}

/** Returns the network error that caused a `UserError` of the client. */
export function findHttpFault(error: unknown): HttpFault | undefined {
  const cause = error instanceof UserError ? error.cause : error;
  return cause instanceof HttpFault ? cause : undefined;
}

/** Returns whether the server, if any was reached, may not support TLS. */
export function isTlsUnanswered(error: unknown): boolean {
  const fault = findHttpFault(error);
  return fault !== undefined && !fault.isCertificate && NOT_TLS_CODE.test(fault.code);
}

function stripCredentials(text: string): string {
  return text.replaceAll(CREDENTIALS_IN_ADDRESS, '//');
}
