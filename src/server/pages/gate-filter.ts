import { SEVERITIES } from '../../foundation/core/finding.ts';
import type { Markup } from '../../foundation/present/markup.ts';
import { type Fleet, PRESET_GATE } from '../query/fleet.ts';
import { formatAddress, type PageId } from './address.ts';
import { type Choice, createFilter, createSelect, shortenName } from './parts.ts';

/** Lists the conditions by which images can be judged. */
export function listGates({ policy }: Fleet): readonly Choice[] {
  const preset =
    policy === undefined
      ? `with findings ${describeLeast(PRESET_GATE)}`
      : 'by the policy of the server';
  return [
    { value: '', title: preset },
    ...SEVERITIES.toReversed().map((value) => ({
      value,
      title: `with findings ${describeLeast(value)}`,
    })),
  ];
}

/** Describes a severity and those above it. */
export function describeLeast(severity: string): string {
  if (severity === 'critical') {
    return 'that are critical';
  }
  return severity === 'unknown' ? 'of any severity' : `that are ${severity} or worse`;
}

/** Describes how images are judged, as a sentence without the full stop. */
export function describeGate({ policy }: Fleet, gate: string): string {
  if (gate !== '' || policy === undefined) {
    return `an image fails with findings ${describeLeast(gate === '' ? PRESET_GATE : gate)}, counted before decisions`;
  }
  const parts = [
    ...(policy.severity === undefined ? [] : [`no findings ${describeLeast(policy.severity)}`]),
    ...policy.policies.map(({ name }) => `the rules of ${shortenName(name)}`),
  ];
  return `policy of the server: ${parts.join(', and ')}`;
}

/** @param parts values of the parts of the page's path */
export function createGateFilter(
  page: PageId,
  { fleet, gate }: { readonly fleet: Fleet; readonly gate: string },
  parts: Readonly<Record<string, number>> = {},
): Markup {
  return createFilter(formatAddress(page, parts), [
    createSelect('An image fails', 'gate', {
      choices: listGates(fleet),
      chosen: gate,
    }),
  ]);
}
