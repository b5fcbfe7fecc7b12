import type { Severity } from '../../core/advisory.ts';

const VERSION = /^CVSS:(\d\.\d)\//;

/**
 * Returns the severity of a CVSS vector of version 3 or later, which states its version; empty for
 * any other text.
 */
export function readCvssVector(text: string, rank: number): readonly Severity[] {
  const vector = text.trim();
  const version = VERSION.exec(vector)?.[1];
  return version === undefined ? [] : [{ scheme: 'CVSS', value: { vector, version }, rank }];
}
