import type { Decision } from '../../foundation/core/decision.ts';
import type { Alert } from '../../foundation/core/finding.ts';
import type { Justification, JustificationUse } from '../../foundation/core/justification.ts';
import type { Decider, DecisionContext } from '../../vulnerability/decide/decider.ts';
import { summarizeChanges } from './create-queue.ts';
import { computeFindingItemId } from './finding-items.ts';
import { judgeEntries, listCovered } from './judge-entries.ts';
import { listUndecidedItems } from './list-items.ts';

/**
 * Creates the decider for signed justifications of findings. One that counts suppresses its
 * findings like an ignore rule; one that ended or lapsed is kept with the finding, as a note for
 * the person who decides again.
 */
export function createJustificationDecider(
  entries: readonly Justification[],
  { inventory, findings, now }: DecisionContext,
  maxDays?: number,
): Decider {
  const own = entries.filter(({ kind }) => kind === 'finding');
  const { uses, applied } = judgeEntries(own, listUndecidedItems(findings, inventory), {
    kinds: new Set(findings.database === undefined ? [] : ['finding']),
    ...(now === undefined ? {} : { now }),
    ...(maxDays === undefined ? {} : { maxDays }),
  });
  const ended = indexEnded(own, uses);
  return {
    decide: ({ finding, package: item }) => {
      const id = computeFindingItemId(finding, item);
      const entry = applied.get(id);
      if (entry !== undefined) {
        return [toSignedDecision(entry, undefined)];
      }
      return (ended.get(id) ?? []).map(({ entry: one, use }) =>
        toSignedDecision(one, describeEnd(use)),
      );
    },
    listAlerts: () => uses.flatMap(createAlerts),
  };
}

interface EndedEntry {
  readonly entry: Justification;
  readonly use: JustificationUse;
}

function indexEnded(
  entries: readonly Justification[],
  uses: readonly JustificationUse[],
): ReadonlyMap<string, readonly EndedEntry[]> {
  const ended = new Map<string, EndedEntry[]>();
  for (const [index, entry] of entries.entries()) {
    const use = uses[index];
    if (use !== undefined && ENDED.has(use.state)) {
      for (const { id } of listCovered(entry)) {
        ended.set(id, [...(ended.get(id) ?? []), { entry, use }]);
      }
    }
  }
  return ended;
}

const ENDED: ReadonlySet<JustificationUse['state']> = new Set(['expired', 'too-long', 'lapsed']);

/** Describes why a signature does not count, as the rest of a sentence. */
function describeEnd({ state, until, changes }: JustificationUse): string {
  switch (state) {
    case 'expired':
      return `expired on ${until}`;
    case 'too-long':
      return 'is valid for longer than the policy allows';
    default:
      return `no longer applies: ${summarizeChanges(changes)}`;
  }
}

function toSignedDecision(
  { reason, by, until, source }: Justification,
  end: string | undefined,
): Decision {
  return {
    kind: 'rule',
    effect: end === undefined ? 'set-aside' : 'suggestion',
    status: end === undefined ? 'affected' : 'under_investigation',
    reason: end === undefined ? reason : `${reason} (the justification ${end})`,
    author: by,
    source,
    expiresAt: until,
    trace: ['the evidence is the one that was signed'],
  };
}

function createAlerts(use: JustificationUse): readonly Alert[] {
  const { source, subject, state } = use;
  if (state === 'unused') {
    const message = `${source} (${subject}) matches no finding`;
    return [{ kind: 'rule-unused', message, packageKeys: [] }];
  }
  return ENDED.has(state)
    ? [
        {
          kind: 'rule-expired',
          message: `${source} (${subject}) ${describeEnd(use)}`,
          packageKeys: [],
        },
      ]
    : [];
}
