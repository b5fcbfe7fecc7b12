import { CPE_CORRECTIONS, type CpeCorrection } from './cpe-corrections.data.ts';

const NONE: CpeCorrection = {};

/** What the table says of a package of that type and name; nothing where it does not know it. */
export function correctionOf(type: string, name: string): CpeCorrection {
  const byName = CPE_CORRECTIONS.get(type);
  return (byName && Object.hasOwn(byName, name) ? byName[name] : undefined) ?? NONE;
}
