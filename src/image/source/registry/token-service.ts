import type { Limits } from '../../../foundation/core/limits.ts';
import type { AddressScope } from '../../../foundation/http/address-scope.ts';
import type { HttpClient } from '../../../foundation/http/http-client.ts';
import type { HttpRequest } from '../../../foundation/http/http-request.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { parseJson } from '../../../foundation/syntax/json/parse-json.ts';
import type { Credentials } from './credentials/login.ts';

export interface TokenRequest {
  /** The realm, with service and scope. */
  readonly url: URL;
  /** Scope of the registry that named the realm. */
  readonly namingScope: AddressScope;
  readonly credentials: Credentials | undefined;
  readonly limits: Limits;
}

export type TokenAnswer =
  | { readonly token: string }
  | { readonly token: undefined; readonly reason: string };

const TOKEN = /^[\x21-\x7e]{1,65536}$/;
const CLIENT_ID = 'plimsoll';

/** Docker registry, "Token Authentication Specification" and "OAuth2 Token Authentication". */
export async function requestToken(
  http: HttpClient,
  { url, namingScope, credentials, limits }: TokenRequest,
): Promise<TokenAnswer> {
  const request =
    credentials?.kind === 'identity-token'
      ? refreshRequest(url, credentials.token)
      : chooseAuthorization(url, credentials);
  const response = await http.send({ ...request, namingScope });
  if (response.status !== 200) {
    response.discard();
    return { token: undefined, reason: `it returned ${response.status}` };
  }
  const bytes = await http.readBody(response, limits.httpAnswerBytesMax);
  const answer = parseJson(Buffer.from(bytes).toString('utf8'));
  const { token, access_token: accessToken } = isRecord(answer) ? answer : {};
  const found = token ?? accessToken;
  return typeof found === 'string' && TOKEN.test(found)
    ? { token: found }
    : { token: undefined, reason: 'its response has no token' };
}

/** RFC 7617. */
export function toBasicAuthorization(login: Credentials & { readonly kind: 'password' }): string {
  return `Basic ${Buffer.from(`${login.user}:${login.secret}`).toString('base64')}`;
}

function chooseAuthorization(url: URL, credentials: Credentials | undefined): HttpRequest {
  return credentials?.kind === 'password'
    ? { url, authorization: toBasicAuthorization(credentials) }
    : { url };
}

function refreshRequest(url: URL, token: string): HttpRequest {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: token,
    client_id: CLIENT_ID,
    service: url.searchParams.get('service') ?? '',
    scope: url.searchParams.get('scope') ?? '',
  });
  const bare = new URL(url);
  bare.search = '';
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { url: bare, method: 'POST', headers, body: body.toString() };
}
