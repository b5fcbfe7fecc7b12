import type { Report } from '../core/format.ts';

/**
 * Path and digest of the configuration file that shaped a report, unless it is the user's own:
 * someone who reads the report must see that, and which, rules of a working directory applied.
 */
export function describeConfiguration({ configuration }: Report): string | undefined {
  const { path, sha256, isNamed } = (configuration['config'] ?? {}) as Record<string, unknown>;
  if (typeof path !== 'string' || typeof sha256 !== 'string') {
    return undefined;
  }
  const origin = isNamed === true ? 'named' : 'found in the working directory';
  return `${path}, ${origin}, sha256:${sha256}`;
}
