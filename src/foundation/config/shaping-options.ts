import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts';
import { OPTION_LIST } from './option-table.ts';
import { LIMIT_NAMES, type SetLimits } from './read-value.ts';
import type { ResolvedOptions } from './resolve-options.ts';

/** Returns the options that affect a result and were set, by name, for reports. */
export function listShapingOptions(resolved: ResolvedOptions): Readonly<Record<string, unknown>> {
  const shaping: Record<string, unknown> = {};
  for (const { name, spec } of OPTION_LIST) {
    if (spec.isShaping === true && resolved.origins[name] !== 'default') {
      shaping[name] =
        spec.kind === 'limits' ? listChangedLimits(resolved.values.limits) : resolved.values[name];
    }
  }
  return shaping;
}

/** Returns the limits that differ from their defaults. */
export function listChangedLimits(limits: Limits): SetLimits {
  const changed: SetLimits = {};
  for (const name of LIMIT_NAMES) {
    if (limits[name] !== DEFAULT_LIMITS[name]) {
      changed[name] = limits[name];
    }
  }
  return changed;
}
