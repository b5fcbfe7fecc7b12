import { UserError } from '../core/error.ts';

/** Faults of the network that may be gone a moment later. */
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

/** What OpenSSL and Node call a certificate that is not to be trusted. */
const CERTIFICATE_CODE = /CERT|ISSUER|LEAF_SIGNATURE|ALTNAME/;

/** What systems and TLS say when the other side does not speak TLS. */
const NOT_TLS_CODE = /^(?:EPROTO|ECONNRESET|ECONNREFUSED|ERR_SSL_\w+)$/;

const CREDENTIALS_IN_ADDRESS = /\/\/[^/\s@]{1,1024}@/g;

interface FaultFacts {
  /** Code of the system, of TLS or of Node; empty where there is none. */
  readonly code: string;
  /** Whether the same request may succeed when it is sent again. */
  readonly isPassing: boolean;
  /** What to do, if that is not the usual. */
  readonly hint?: string;
}

/** An exchange with a server that came to nothing. Its message holds no credentials. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly origin: string;
  readonly code: string;
  readonly isPassing: boolean;
  readonly #hint: string | undefined;

  constructor(message: string, url: URL, { code, isPassing, hint }: FaultFacts) {
    super(withoutCredentials(message));
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
 * Takes what Node throws apart. The original is not kept: its message may quote a proxy's password.
 */
export function asHttpFault(error: unknown, url: URL): HttpFault {
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

/** The fault that a `UserError` of the client stems from. */
export function httpFaultOf(error: unknown): HttpFault | undefined {
  const cause = error instanceof UserError ? error.cause : error;
  return cause instanceof HttpFault ? cause : undefined;
}

/** Whether a server was reached, or may have been, that does not speak TLS. */
export function isTlsUnanswered(error: unknown): boolean {
  const fault = httpFaultOf(error);
  return fault !== undefined && !fault.isCertificate && NOT_TLS_CODE.test(fault.code);
}

function withoutCredentials(text: string): string {
  return text.replaceAll(CREDENTIALS_IN_ADDRESS, '//');
}
