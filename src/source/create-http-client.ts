import type { HttpClient, HttpOptions } from '../http/http-client.ts';

/**
 * Loads HTTP and TLS only where a connection is to be made: it takes longer than to read a small
 * image.
 */
export async function createHttpClient(options: HttpOptions): Promise<HttpClient> {
  const { HttpClient: Client } = await import('../http/http-client.ts');
  return new Client(options);
}
