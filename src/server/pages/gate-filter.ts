import { SEVERITIES } from '../../core/finding.ts';
import type { Markup } from '../../present/markup.ts';
import { formatAddress, type PageId } from './address.ts';
import { createFilter, createSelect } from './parts.ts';

/** Choices of the severity from which a finding fails an image. */
export const GATE_CHOICES = SEVERITIES.toReversed().map((value) => ({
  value,
  title: describeLeast(value),
}));

/** Describes a severity and those above it. */
export function describeLeast(severity: string): string {
  if (severity === 'critical') {
    return 'that are critical';
  }
  return severity === 'unknown' ? 'of any severity' : `that are ${severity} or worse`;
}

/** @param parts values of the parts of the page's path */
export function createGateFilter(
  page: PageId,
  gate: string,
  parts: Readonly<Record<string, number>> = {},
): Markup {
  return createFilter(formatAddress(page, parts), [
    createSelect('An image fails with findings', 'gate', { choices: GATE_CHOICES, chosen: gate }),
  ]);
}
