import { createHash } from 'node:crypto';
import type { Advisory, OperatingSystem } from '../../core/advisory.ts';
import { compareText } from '../../core/compare-text.ts';
import type { EvidenceInput } from '../../core/decision.ts';
import type { Finding } from '../../core/finding.ts';
import type { InventoryPackage } from '../../core/inventory.ts';

export function toPackageInput({ key, purl }: InventoryPackage): EvidenceInput {
  return { kind: 'package', packageKey: key, purl };
}

/** Returns the parts of a statement that a conclusion depends on. */
export function toAdvisoryInput(advisory: Advisory, says: string): EvidenceInput {
  const { provider, ecosystem, operatingSystem, vulnerability } = advisory;
  const system = operatingSystem;
  const release = system && [system.name, formatRelease(system)].join(' ').trim();
  return {
    kind: 'advisory',
    provider,
    namespace: release ?? ecosystem ?? '',
    vulnerability,
    says,
  };
}

function formatRelease({ label, majorVersion, minorVersion }: OperatingSystem): string {
  return label || [majorVersion, minorVersion].filter(Boolean).join('.');
}

/** Returns every statement that led to a finding, with its range. */
export function listAdvisoryInputs({ matches }: Finding): readonly EvidenceInput[] {
  return matches.flatMap(({ reasons }) =>
    reasons.map(({ advisory, range }) => toAdvisoryInput(advisory, range)),
  );
}

/** Represents a long list by its length and the SHA-256 of its sorted lines. */
export function toListInput(name: string, lines: readonly string[]): EvidenceInput {
  const text = lines.toSorted(compareText).join('\n');
  const digest = createHash('sha256').update(text).digest('hex');
  return { kind: 'configuration', name, value: `${lines.length} lines, sha256:${digest}` };
}

export function toConfigurationInput(name: string, value: string): EvidenceInput {
  return { kind: 'configuration', name, value };
}
