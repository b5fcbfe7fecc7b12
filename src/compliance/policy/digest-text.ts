import { hash } from 'node:crypto';

/** Returns the digest of a text or of bytes as `sha256:…`. */
export function digestText(content: string | Uint8Array): string {
  return `sha256:${hash('sha256', content, 'hex')}`;
}
