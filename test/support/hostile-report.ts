import type { Decision } from '../../src/foundation/core/decision.ts';
import type { Findings } from '../../src/foundation/core/finding.ts';
import type { Report } from '../../src/foundation/core/format.ts';
import { SAMPLE_FINDINGS, SAMPLE_INVENTORY, SAMPLE_REPORT } from './sample-report.ts';

const DECISION: Decision = {
  kind: 'vex',
  effect: 'set-aside',
  status: 'not_affected',
  justification: 'component_not_present',
  detail: 'a finer word',
  reason: 'nothing calls it',
  author: 'somebody',
  source: 'a.json, statement 1',
  actionStatement: 'nothing',
  ticket: 'T-1',
  madeAt: '2026-01-01T00:00:00Z',
  expiresAt: '2027-01-01T00:00:00Z',
  trace: ['the product fits'],
};

const [FIRST, SECOND, ...OTHERS] = SAMPLE_FINDINGS.findings;

/** Includes decisions, notes, a baseline and a verdict in every text member. */
export function createFullReport(): Report {
  const [evil] = SAMPLE_FINDINGS.ignored;
  const findings: Findings = {
    ...SAMPLE_FINDINGS,
    findings: [
      ...(FIRST === undefined
        ? []
        : [
            {
              ...FIRST,
              notes: ['read this'],
              decisions: [{ ...DECISION, effect: 'suggestion' as const, kind: 'derived' as const }],
            },
          ]),
      ...(SECOND === undefined ? [] : [{ ...SECOND, aliases: ['GHSA-1'] }]),
      ...OTHERS,
    ],
    dispositioned: evil === undefined ? [] : [{ finding: evil.finding, decisions: [DECISION] }],
  };
  const [item] = SAMPLE_INVENTORY.packages;
  const { target } = SAMPLE_INVENTORY;
  return {
    ...SAMPLE_REPORT,
    inventory: {
      ...SAMPLE_INVENTORY,
      distro: {
        id: 'alpine',
        idLike: ['linux'],
        name: 'Alpine',
        versionId: '3.20.3',
        prettyName: 'Alpine 3',
      },
      target:
        target.kind === 'image'
          ? {
              ...target,
              version: '2',
              supplier: 'shop',
              variant: 'v8',
              repoDigests: [`example/shop@sha256:${'1'.repeat(64)}`],
              layers: target.layers.map((layer) => ({ ...layer, instruction: 'RUN make' })),
            }
          : target,
    },
    findings,
    changes:
      FIRST === undefined || item === undefined
        ? []
        : (['introduced', 'resolved', 'kept'] as const).map((kind) => ({
            kind,
            cause: 'image',
            detail: 'the package came',
            after: { finding: FIRST, package: item },
          })),
    verdict: {
      outcome: 'fail',
      gates: [{ gate: 'fail-on', outcome: 'fail', reason: 'one finding', failedBy: [] }],
    },
  };
}

/**
 * Members whose values are this program's own words or numbers, or validated digests and dates: no
 * image controls them.
 */
const OWN_WORDS: ReadonlySet<string> = new Set([
  'kind',
  'type',
  'key',
  'packageKey',
  'packageKeys',
  'from',
  'to',
  'severity',
  'fixState',
  'state',
  'effect',
  'status',
  'justification',
  'why',
  'code',
  'outcome',
  'gate',
  'cause',
  'scope',
  'scheme',
  'layer',
  'introducedIn',
  'diffId',
  'blobDigest',
  'manifestDigest',
  'imageId',
  'sha256',
  'sha1',
  'evidence',
  'format',
  'relRo',
  'operator',
  'comparator',
  'matcher',
  'foundBy',
  'plugin',
  'id_',
  'timestamp',
  'builtAt',
  'madeAt',
  'expiresAt',
  'date',
  'shard',
  'schema',
  'sourceSchema',
  'tool',
  'configuration',
  'manifest',
  'config',
  'catalogers',
  'repoDigests',
  'mediaType',
  'urls',
  'language',
]);

/** Returns the report with every text from outside changed. */
export function replaceTexts(report: Report, change: (text: string) => string): Report {
  const walk = (value: unknown, name: string): unknown => {
    if (OWN_WORDS.has(name)) {
      return value;
    }
    if (typeof value === 'string') {
      return value === '' ? value : change(value);
    }
    if (Array.isArray(value)) {
      return value.map((each) => walk(each, name));
    }
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, walk(each, key)]))
      : value;
  };
  return walk(report, '') as Report;
}
