import type { HttpClient, HttpOptions } from '../../foundation/http/http-client.ts';

/**
 * Loads HTTP and TLS only if a connection is needed: loading them takes longer than reading a small
 * image.
 */
export async function createHttpClient(options: HttpOptions): Promise<HttpClient> {
  const { HttpClient: Client } = await import('../../foundation/http/http-client.ts');
  return new Client(options);
}
