import type { Comparison } from '../../core/comparison.ts';
import {
  type Decision,
  type EvidenceInput,
  type EvidenceRecord,
  VEX_JUSTIFICATIONS,
  VEX_STATUSES,
} from '../../core/decision.ts';
import { isDigest } from '../../core/digest.ts';
import {
  eitherOf,
  type Guard,
  isBoolean,
  isCount,
  isText,
  listOf,
  oneOf,
  optional,
  recordOf,
} from '../../syntax/json/guard.ts';

// Shapes of decisions as documented in `docs/format-json.md`.

type InputOf<Kind extends EvidenceInput['kind']> = Extract<EvidenceInput, { kind: Kind }>;

export const isComparison: Guard<Comparison> = recordOf<Comparison>({
  comparator: isText,
  left: isText,
  operator: oneOf(['<', '<=', '=', '>=', '>', '!=']),
  right: isText,
  holds: isBoolean,
});

const isInput: Guard<EvidenceInput> = eitherOf(
  eitherOf(
    recordOf<InputOf<'file'>>({ kind: oneOf(['file']), path: isText, sha256: isText }),
    recordOf<InputOf<'package'>>({ kind: oneOf(['package']), packageKey: isText, purl: isText }),
  ),
  eitherOf(
    recordOf<InputOf<'advisory'>>({
      kind: oneOf(['advisory']),
      provider: isText,
      namespace: isText,
      vulnerability: isText,
      says: isText,
    }),
    eitherOf(
      recordOf<InputOf<'configuration'>>({
        kind: oneOf(['configuration']),
        name: isText,
        value: isText,
      }),
      recordOf<InputOf<'comparison'>>({ kind: oneOf(['comparison']), comparison: isComparison }),
    ),
  ),
);

const isEvidence: Guard<EvidenceRecord> = recordOf<EvidenceRecord>({
  rule: isText,
  ruleVersion: isCount,
  inputs: listOf(isInput),
  digest: isDigest,
});

export const isDecision: Guard<Decision> = recordOf<Decision>({
  kind: oneOf(['vex', 'rule', 'derived']),
  effect: oneOf(['set-aside', 'note', 'suggestion']),
  status: oneOf(VEX_STATUSES),
  justification: optional(oneOf(VEX_JUSTIFICATIONS)),
  detail: optional(isText),
  reason: isText,
  author: isText,
  source: isText,
  actionStatement: optional(isText),
  ticket: optional(isText),
  madeAt: optional(isText),
  expiresAt: optional(isText),
  trace: listOf(isText),
  evidence: optional(isEvidence),
});
