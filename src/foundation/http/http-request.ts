import type { AddressScope } from './address-scope.ts';

/** One request before any redirects. */
export interface HttpRequest {
  readonly url: URL;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Value of the `Authorization` header. It is sent to the origin of `url` only, never to another
   * origin after a redirect.
   */
  readonly authorization?: string;
  readonly body?: string | Uint8Array;
  /**
   * Scope of the server that named the URL, which limits its allowed addresses; absent if the user
   * named it. Redirects are limited by the scope of the redirecting server.
   */
  readonly namingScope?: AddressScope;
  /** Replaces `httpTriesMax` for optional requests. */
  readonly triesMax?: number;
}
