import { hash } from 'node:crypto';
import type { SeverityWord } from '../../core/finding.ts';
import {
  findPrimaryLocation,
  type LocatedFinding,
  type SuppressedFinding,
} from '../../core/located-finding.ts';
import type { Location } from '../../core/package.ts';
import { escapeUriComponent } from '../../core/uri-component.ts';

type Level = 'error' | 'warning' | 'note';

/** An unrated finding is not harmless. */
const LEVELS: Readonly<Record<SeverityWord, Level>> = {
  unknown: 'warning',
  negligible: 'note',
  low: 'note',
  medium: 'warning',
  high: 'error',
  critical: 'error',
};

/** Returns one finding. `ruleIndex` is the number of its rule in the list of rules. */
export function toResultMembers(
  located: LocatedFinding | SuppressedFinding,
  ruleIndex: number,
): object {
  const { finding, package: pkg } = located;
  const location = findPrimaryLocation(pkg);
  const print = computeFingerprint(located, location);
  return {
    ruleId: finding.id,
    ruleIndex,
    level: LEVELS[finding.severity],
    message: { text: formatMessage(located) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: toUri(location?.path ?? '/') },
          region: { startLine: location?.line ?? 1 },
        },
        logicalLocations: [
          {
            name: pkg.name,
            fullyQualifiedName: pkg.purl || `${pkg.type}/${pkg.name}`,
            kind: 'package',
          },
        ],
      },
    ],
    suppressions: 'decisions' in located ? [toSuppression(located)] : undefined,
    partialFingerprints: { 'plimsollFinding/v1': print, primaryLocationLineHash: `${print}:1` },
    properties: {
      packageName: pkg.name,
      packageVersion: pkg.version,
      packageType: pkg.type,
      purl: pkg.purl,
      layer: location?.layer,
      severity: finding.severity,
      fixState: finding.fixState,
      fixVersions: finding.fixVersions,
      risk: finding.risk,
      aliases: finding.aliases,
      notes: finding.notes,
    },
  };
}

/** The decision is external to the target, and is already in effect. SARIF 2.1.0, 3.35. */
function toSuppression({ decisions, reason }: SuppressedFinding): object {
  const [decision] = decisions;
  const words = [decision?.status, decision?.justification].flatMap((word) => word ?? []);
  return {
    kind: 'external',
    status: 'accepted',
    justification: words.length === 0 ? reason : `${words.join(', ')}: ${reason}`,
    properties:
      decision === undefined
        ? undefined
        : {
            decision: decision.kind,
            author: decision.author,
            source: decision.source,
            expiresAt: decision.expiresAt,
          },
  };
}

const FINGERPRINT_DIGITS = 32;

/**
 * Is the same for a vulnerability of a package in one place, regardless of its version: an update
 * without a fix is not a new finding.
 */
function computeFingerprint(
  { finding, package: { type, name } }: LocatedFinding,
  location: Location | undefined,
): string {
  const parts = [finding.id, type, name, location?.path ?? ''];
  return hash('sha256', parts.join('\0'), 'hex').slice(0, FINGERPRINT_DIGITS);
}

/** Readers of results require a relative address; paths from an image may contain any character. */
function toUri(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  const text = parts.map((part) => escapeUriComponent(part)).join('/');
  return text === '' ? '.' : text;
}

function formatMessage({ finding, package: pkg }: LocatedFinding): string {
  const fixes = finding.fixVersions.join(', ');
  const fix = fixes === '' ? `No fix is available (${finding.fixState}).` : `Fixed in ${fixes}.`;
  const notes = (finding.notes ?? []).map((note) => ` Note: ${note}.`).join('');
  const { name, version, type } = pkg;
  const start = `${name} ${version} (${type}) has ${finding.id} (severity: ${finding.severity}).`;
  return escapeLinks(`${start} ${fix}${notes}`);
}

/** A name must not become a link in the message. SARIF 2.1.0, 3.11.6. */
function escapeLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
