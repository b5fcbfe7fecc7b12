import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export function computeSha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function computeFileSha256(path: string): string {
  return computeSha256(readFileSync(path));
}
