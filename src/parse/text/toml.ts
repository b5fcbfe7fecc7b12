import { parse } from 'smol-toml';
import type { Limits } from '../../core/limits.ts';

/** The value of a TOML document; `undefined` where it is not well formed or is nested too deep. */
export function parseToml(
  text: string,
  limits: Limits,
): Readonly<Record<string, unknown>> | undefined {
  try {
    return parse(text, { maxDepth: limits.documentDepthMax });
  } catch {
    return undefined;
  }
}
