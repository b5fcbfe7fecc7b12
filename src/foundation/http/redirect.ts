import { type AddressScope, chooseNarrowerScope } from './address-scope.ts';
import { HttpFault } from './http-fault.ts';
import type { HttpRequest } from './http-request.ts';

const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308]);
const REFUSED = { code: 'E_REDIRECT', isPassing: false } as const;

/** A redirect response. */
export interface Redirect {
  readonly location: string;
  readonly status: number;
  /** Scope of the redirecting server. */
  readonly scope: AddressScope;
}

export function isRedirect(status: number): boolean {
  return REDIRECT_STATUSES.has(status);
}

/**
 * Returns the redirected request. RFC 9110, 15.4. Credentials stay with the origin that they belong
 * to, and TLS is never left for plain HTTP.
 */
export function createRedirectRequest(
  request: HttpRequest,
  { location, status, scope }: Redirect,
): HttpRequest {
  const url = URL.canParse(location, request.url.href) ? new URL(location, request.url) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === undefined || !isWeb) {
    throw new HttpFault('it redirects to an invalid URL', request.url, REFUSED);
  }
  if (request.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new HttpFault('it redirects from TLS to plain HTTP', request.url, REFUSED);
  }
  if (url.username !== '' || url.password !== '') {
    throw new HttpFault('it redirects to a URL with credentials', request.url, REFUSED);
  }
  const { authorization, body, method = 'GET', ...rest } = request;
  const isSameOrigin = url.origin === request.url.origin;
  const isRepeated = status === 307 || status === 308;
  if (isRepeated && !isSameOrigin && body !== undefined) {
    throw new HttpFault(
      'it redirects a request with a body to another server',
      request.url,
      REFUSED,
    );
  }
  return {
    ...rest,
    url,
    namingScope: chooseNarrowerScope(request.namingScope, scope),
    method: isRepeated || method === 'HEAD' ? method : 'GET',
    ...(isRepeated && body !== undefined ? { body } : {}),
    ...(isSameOrigin && authorization !== undefined ? { authorization } : {}),
  };
}
