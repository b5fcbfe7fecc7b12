import type { Comparison } from '../../foundation/core/comparison.ts';
import {
  type Decision,
  type EvidenceInput,
  type EvidenceRecord,
  VEX_JUSTIFICATIONS,
  VEX_STATUSES,
} from '../../foundation/core/decision.ts';
import { isDigest } from '../../foundation/core/digest.ts';
import {
  type Guard,
  guardChoice,
  guardEither,
  guardList,
  guardOptional,
  guardRecord,
  isBoolean,
  isCount,
  isText,
} from '../../foundation/syntax/json/guard.ts';

// Shapes of decisions as documented in `docs/format-json.md`.

type InputOf<Kind extends EvidenceInput['kind']> = Extract<EvidenceInput, { kind: Kind }>;

export const isComparison: Guard<Comparison> = guardRecord<Comparison>({
  comparator: isText,
  left: isText,
  operator: guardChoice(['<', '<=', '=', '>=', '>', '!=']),
  right: isText,
  holds: isBoolean,
});

const isInput: Guard<EvidenceInput> = guardEither(
  guardEither(
    guardRecord<InputOf<'file'>>({ kind: guardChoice(['file']), path: isText, sha256: isText }),
    guardRecord<InputOf<'package'>>({
      kind: guardChoice(['package']),
      packageKey: isText,
      purl: isText,
    }),
  ),
  guardEither(
    guardRecord<InputOf<'advisory'>>({
      kind: guardChoice(['advisory']),
      provider: isText,
      namespace: isText,
      vulnerability: isText,
      says: isText,
    }),
    guardEither(
      guardRecord<InputOf<'configuration'>>({
        kind: guardChoice(['configuration']),
        name: isText,
        value: isText,
      }),
      guardRecord<InputOf<'comparison'>>({
        kind: guardChoice(['comparison']),
        comparison: isComparison,
      }),
    ),
  ),
);

const isEvidence: Guard<EvidenceRecord> = guardRecord<EvidenceRecord>({
  rule: isText,
  ruleVersion: isCount,
  inputs: guardList(isInput),
  digest: isDigest,
});

export const isDecision: Guard<Decision> = guardRecord<Decision>({
  kind: guardChoice(['vex', 'rule', 'derived']),
  effect: guardChoice(['set-aside', 'note', 'suggestion']),
  status: guardChoice(VEX_STATUSES),
  justification: guardOptional(guardChoice(VEX_JUSTIFICATIONS)),
  detail: guardOptional(isText),
  reason: isText,
  author: isText,
  source: isText,
  actionStatement: guardOptional(isText),
  ticket: guardOptional(isText),
  madeAt: guardOptional(isText),
  expiresAt: guardOptional(isText),
  trace: guardList(isText),
  evidence: guardOptional(isEvidence),
});
