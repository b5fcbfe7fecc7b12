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
  /** Instead of `httpTriesMax`, for questions whose answer "no" is as good. */
  readonly triesMax?: number;
}
