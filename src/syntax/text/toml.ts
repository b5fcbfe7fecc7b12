import type * as SmolToml from 'smol-toml';
import type { Limits } from '../../core/limits.ts';
import { loadPackage } from '../load-package.ts';

/** The value of a TOML document; `undefined` where it is not well formed or is nested too deep. */
export function parseToml(
  text: string,
  limits: Limits,
): Readonly<Record<string, unknown>> | undefined {
  const { parse } = loadPackage('smol-toml') as typeof SmolToml;
  try {
    return parse(text, { maxDepth: limits.documentDepthMax });
  } catch {
    return undefined;
  }
}
