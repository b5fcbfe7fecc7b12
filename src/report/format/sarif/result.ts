import { hash } from 'node:crypto';
import type { SeverityWord } from '../../../foundation/core/finding.ts';
import {
  findPrimaryLocation,
  type LocatedFinding,
  type SuppressedFinding,
} from '../../../foundation/core/located-finding.ts';
import type { Location } from '../../../foundation/core/package.ts';
import { escapeUriComponent } from '../../../foundation/core/uri-component.ts';
import { describeFix } from './fix-text.ts';

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

/** The place of a result in a run. */
export interface ResultContext {
  /** Number of its rule in the list of rules. */
  readonly ruleIndex: number;
  /** Name of the target for people. */
  readonly target: string;
}

/** Returns one finding. */
export function toResultMembers(
  located: LocatedFinding | SuppressedFinding,
  { ruleIndex, target }: ResultContext,
): object {
  const { finding, package: pkg } = located;
  const location = findPrimaryLocation(pkg);
  const print = computeFingerprint(located, location);
  return {
    ruleId: finding.id,
    ruleIndex,
    level: LEVELS[finding.severity],
    message: { text: formatMessage(located, location, target) },
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
      origin: pkg.origin,
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

/**
 * Readers show the message alone, so it names package, image, path and layer; lists show only its
 * first sentence. SARIF 2.1.0, 3.11.3.
 */
function formatMessage(
  { finding, package: { name, version, type } }: LocatedFinding,
  location: Location | undefined,
  target: string,
): string {
  const { id, severity, notes = [] } = finding;
  const layer = location?.layer === undefined ? '' : ` (layer ${shortenDigest(location.layer)})`;
  const place = location === undefined ? target : `${target} at ${location.path}${layer}`;
  const more = notes.map((note) => ` Note: ${note}.`).join('');
  const start = `${name} ${version} (${type}) has ${id} (severity: ${severity}), ${describeFix(finding)}.`;
  return escapeLinks(`${start} Found in ${place}.${more}`);
}

const DIGEST_CHARS = 'sha256:'.length + 12;

function shortenDigest(digest: string): string {
  return digest.slice(0, DIGEST_CHARS);
}

/** A name must not become a link in the message. SARIF 2.1.0, 3.11.6. */
function escapeLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
