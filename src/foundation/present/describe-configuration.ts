import type { Report } from '../core/format.ts';

/**
 * Returns path and digest of the configuration file that affected a report, unless it is the user's
 * own: a reader must see whether, and which, rules of a working directory applied.
 */
export function describeConfiguration({ configuration }: Report): string | undefined {
  const { path, sha256, isNamed } = (configuration['config'] ?? {}) as Record<string, unknown>;
  if (typeof path !== 'string' || typeof sha256 !== 'string') {
    return undefined;
  }
  const origin = isNamed === true ? 'named' : 'found in the working directory';
  return `${path}, ${origin}, sha256:${sha256}`;
}
