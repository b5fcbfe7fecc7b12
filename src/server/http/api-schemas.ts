import { z } from 'zod';
import { VEX_JUSTIFICATIONS, VEX_STATUSES } from '../../foundation/core/decision.ts';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import { POLICY_OUTCOMES } from '../../foundation/core/policy-verdict.ts';
import { NAME_PATTERN } from '../access/principal.ts';
import { PART_CODES } from '../engine/invalid-parts.ts';
import { JOB_STATES } from '../jobs/job.ts';
import { PLACEMENT_TEXT_MAX } from '../placement/placement.ts';
import { REACH_CHOICES } from '../query/reach-states.ts';

/* The schemas of the API. Objects are strict: unknown members and parameters are errors. */

export const NOTHING = z.strictObject({});

export const COUNT = z.int().min(0);
const SHA256 = z.string().regex(/^[0-9a-f]{64}$/);
export const TIME = z.iso.datetime({ offset: true });
export const VERSION = z.string().min(1).max(1_000);
const COUNTS = z.record(z.string(), z.int());

const NUMBER_TEXT = z.coerce.number<string>().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const ID_PATH = z.strictObject({ id: NUMBER_TEXT });
export const DIGEST_PATH = z.strictObject({ digest: SHA256 });

export const PROJECT = z.string().regex(NAME_PATTERN).describe('project of an image');

export const ENVIRONMENT = z
  .string()
  .min(1)
  .max(PLACEMENT_TEXT_MAX)
  .describe('only images whose digest is in use there');

export const SEVERITY = z.enum(SEVERITIES);
export const ASOF = NUMBER_TEXT.optional().describe('revision to show; now if it is absent');
export const AFTER = NUMBER_TEXT.default(0).describe('only rows after this ID or revision');
export const LIMIT = z.coerce.number<string>().int().min(1).max(200).default(100);
export const CURSOR = z.string().max(2_000).optional().describe('"next" of the page before');

export const NEXT = z
  .string()
  .optional()
  .describe('cursor of the next page; absent on the last one');

export const IMAGE = z.strictObject({
  id: z.int(),
  name: z.string(),
  project: z.string().describe('empty if it belongs to none'),
  digest: z.string(),
  document: SHA256,
  packages: COUNT,
  problems: COUNT,
  firstSeen: TIME,
  revision: COUNT,
  retired: COUNT.optional(),
  outcome: z.enum(POLICY_OUTCOMES).optional(),
  counts: COUNTS,
});

const NEW_FINDING = z.strictObject({
  id: z.string(),
  package: z.string(),
  version: z.string(),
  severity: SEVERITY,
  fixVersions: z.string(),
});

export const IMAGE_FINDINGS = z.array(
  NEW_FINDING.extend({
    purl: z.string(),
    fixState: z.string(),
    packages: COUNT,
    since: TIME,
    isExploited: z.boolean(),
  }),
);

export const FLEET_FINDING = NEW_FINDING.extend({
  component: COUNT,
  images: COUNT,
  epss: z.int().describe('millionths; -1 if there is no score'),
  isExploited: z.boolean(),
});

/** A page of a list. */
export function createPage<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item),
    revision: COUNT,
    next: NEXT,
    total: z.strictObject({ count: COUNT, relation: z.enum(['exact', 'at_least']) }).optional(),
  });
}

const COMPLETENESS = z.strictObject({
  isComplete: z.boolean(),
  reasons: z.array(z.looseObject({ about: z.string(), verdict: z.string(), reason: z.string() })),
});

const GATE = z.looseObject({
  gate: z.string(),
  outcome: z.enum(['pass', 'fail', 'unknown']),
  reason: z.string(),
});

const FAILED_GATE = GATE.extend({
  failedBy: z.array(z.looseObject({ packageKey: z.string(), id: z.string() })),
});

const DECIDED = z.strictObject({
  id: z.string(),
  purl: z.string(),
  status: z.string(),
  author: z.string(),
  reason: z.string(),
});

export const VERDICT = z.strictObject({
  image: z.int(),
  outcome: z.enum(POLICY_OUTCOMES),
  revision: COUNT,
  at: TIME,
  validUntil: TIME.optional(),
  inputs: SHA256,
  gates: z.array(GATE),
  policy: z.string().optional(),
  completeness: COMPLETENESS,
  reviews: z.array(
    z.strictObject({
      decision: z.int(),
      vulnerability: z.string(),
      differences: z.array(z.string()),
    }),
  ),
  decided: z.array(DECIDED),
  open: COUNT,
  dates: z.looseObject({}),
  due: z
    .array(z.strictObject({ at: z.int(), title: z.string(), vulnerability: z.string() }))
    .optional(),
  suggested: z.array(DECIDED).optional(),
  controls: z.array(z.looseObject({ key: z.string(), status: z.string() })).optional(),
});

export const PUSHED = z.strictObject({
  image: IMAGE,
  isKnown: z.boolean(),
  newComponents: COUNT,
  verdict: z
    .looseObject({ outcome: z.enum(POLICY_OUTCOMES), gates: z.array(FAILED_GATE) })
    .optional(),
  completeness: COMPLETENESS,
  previous: z.int().optional(),
  newFindings: z.array(NEW_FINDING),
  vex: z
    .strictObject({
      statements: COUNT.describe('in the VEX documents that were sent'),
      drafts: COUNT.describe('new drafts, which an approver must answer'),
      decisions: COUNT.describe('new decisions'),
      known: COUNT.describe('statements about a package that were sent before'),
      unmatched: COUNT.describe('statements about the whole image, which has no such finding'),
    })
    .optional()
    .describe('counts of the statements in the VEX documents'),
});

export const JOB = z.strictObject({
  id: z.int(),
  kind: z.string(),
  state: z.enum(JOB_STATES),
  attempts: COUNT,
  created: TIME,
  ended: TIME.optional(),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  result: z.unknown().optional(),
});

const EVIDENCE = z
  .array(z.strictObject({ path: z.string().max(4_096), sha256: SHA256 }))
  .max(100)
  .describe('files that an image must have with this content');

export const NEW_DECISION = z.strictObject({
  author: z.string().min(1).max(200),
  vulnerability: z.string().min(1).max(200),
  package: z.string().startsWith('pkg:').max(2_000),
  versions: z.string().startsWith('vers:').max(2_000).optional(),
  images: z.string().max(500).optional().describe('name of the images; * matches any characters'),
  project: PROJECT.optional().describe(
    'project whose images it applies to; if absent, the only one of the sender, or all for a role in all',
  ),
  status: z.enum(VEX_STATUSES),
  justification: z.enum(VEX_JUSTIFICATIONS).optional(),
  statement: z.string().max(10_000).optional(),
  evidence: EVIDENCE.optional(),
  expires: TIME.optional(),
});

export const DECISION = NEW_DECISION.extend({
  id: z.int(),
  revision: COUNT,
  at: TIME,
  withdrawn: COUNT.optional(),
  evidence: EVIDENCE,
  evidenceDigest: z.string(),
});

export const STATUS = z.strictObject({
  revision: COUNT,
  at: TIME.nullable(),
  generation: z.string().nullable(),
  images: COUNT,
  components: COUNT,
  findings: COUNTS,
  verdicts: COUNTS,
  jobs: COUNTS,
  undelivered: COUNT,
  absentShards: z.array(z.string()),
  heldUpdates: COUNT,
});

export const REACH = z
  .enum(REACH_CHOICES)
  .describe('only images that can load the package, or that were not analyzed; or that cannot');

export const EXPOSURE = z.strictObject({
  components: z.array(
    z.strictObject({
      name: z.string(),
      version: z.string(),
      type: z.string(),
      purl: z.string(),
      component: z.int(),
      images: z.array(z.int()),
      findings: COUNT.describe('open findings; of a vulnerability, only those of it'),
      severity: SEVERITY.optional().describe('of the vulnerability'),
      fixVersions: z.string().optional().describe('of the vulnerability'),
      worst: SEVERITY.optional().describe('of a package: highest severity of its findings'),
      clearedBy: VERSION.optional().describe('of a package: clears all findings that have a fix'),
      cleared: COUNT.optional().describe('findings that it clears'),
      reach: z
        .strictObject({ reachable: COUNT, unreachable: COUNT, unknown: COUNT })
        .describe('numbers of images, before the filter "reach"'),
    }),
  ),
  componentsNotListed: COUNT,
  images: COUNT.describe('distinct images of all components'),
  leftOut: COUNT.optional().describe('with "reach": images that it leaves out'),
  searched: COUNT.describe('components that images have had until then'),
  unknown: COUNT.optional().describe('images in that environment that the store does not have'),
  unresolved: COUNT.optional().describe(
    'images in that environment that are only named by a tag, and may contain it, too',
  ),
  revision: COUNT,
  outside: COUNT.optional().describe('with a range: components of the name in images, outside it'),
  incomparable: COUNT.optional().describe(
    'with a range: components whose version cannot be compared with it; they are listed, too',
  ),
});

export const CHANGES = z.array(
  z.strictObject({
    revision: COUNT,
    kind: z.string(),
    at: TIME,
    matched: COUNT,
    opened: COUNT,
    closed: COUNT,
    causes: z.array(
      z.strictObject({
        id: z.int(),
        subject: z.string(),
        summary: z.string(),
        effects: z.array(z.strictObject({ kind: z.string(), count: COUNT, images: COUNT })),
      }),
    ),
    effects: z.array(
      z.strictObject({
        id: z.string(),
        kind: z.string(),
        package: z.string(),
        version: z.string(),
        change: z.string(),
        images: COUNT,
      }),
    ),
  }),
);

export const HELD_UPDATES = z.array(
  z.strictObject({
    generation: SHA256,
    at: TIME,
    reason: z.string(),
    isAccepted: z.boolean(),
  }),
);

export const UPDATE = z
  .strictObject({
    revision: COUNT,
    matched: COUNT,
    opened: COUNT,
    closed: COUNT,
    facts: COUNT,
  })
  .nullable();

/** RFC 9457, with our codes. */
export const PROBLEM = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string().optional().describe('has the ID of the trace, as the log of the server'),
  code: z.string(),
  hint: z.string().optional(),
  errors: z
    .array(
      z.strictObject({
        pointer: z.string().describe('JSON Pointer of the invalid part'),
        code: z.enum(PART_CODES),
        message: z.string(),
      }),
    )
    .optional(),
});
