import type { AddressScope } from './address-scope.ts';

/** One request, as it is first sent; redirects are followed from there. */
export interface HttpRequest {
  readonly url: URL;
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Value of the `Authorization` header. It is sent to the origin of `url` only, never beyond a
   * redirect to another.
   */
  readonly authorization?: string;
  readonly body?: string;
  /**
   * Scope of the server that named the URL, which bounds where it may lead; absent if the user
   * named it. Redirects are bounded by the servers that they come from.
   */
  readonly namedBy?: AddressScope;
  /** Instead of `httpTriesMax`, for questions whose answer "no" is as good. */
  readonly triesMax?: number;
}
