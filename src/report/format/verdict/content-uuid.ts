import { hash } from 'node:crypto';

/** Our own namespace for names. RFC 9562, 5.5. */
const NAMESPACE = '5f0a6f3e-7f0b-5c51-9d3a-2f6f8f6a1c77';

/**
 * Returns the UUID of a name, version 5: the same content has the same one. OSCAL only allows
 * versions 4 and 5. RFC 9562, 5.5.
 */
export function computeNameUuid(...names: readonly string[]): string {
  const bytes = Buffer.concat([
    Buffer.from(NAMESPACE.replaceAll('-', ''), 'hex'),
    Buffer.from(names.join('\n')),
  ]);
  const hex = hash('sha1', bytes);
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
