import type { Assessment } from '../../foundation/core/assessment.ts';
import type { Finding } from '../../foundation/core/finding.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { clocks } from './clock/registry.generated.ts';
import type { Clock, DueDate } from './clock-contract.ts';
import { countDays } from './dates.ts';
import { createDeclaredFacts, type DeclaredScope } from './declared-facts.ts';
import { createFact, createUnknownFact, type FactDefinition, type PolicyInput } from './fact.ts';
import { type FindingTimes, findTimes } from './ledger.ts';
import { identifyPackage } from './package-identity.ts';

/** A finding with its package. */
export interface FindingSubject {
  readonly finding: Finding;
  /** Absent if the inventory does not have the package, as in a damaged result. */
  readonly item?: InventoryPackage;
}

type Definition = FactDefinition<FindingSubject>;

/** Names of the catalog of exploited vulnerabilities in the database. */
const EXPLOITED_SOURCES: ReadonlySet<string> = new Set(['kev', 'cisa-kev']);

/** Returns whether the database has the catalog of exploited vulnerabilities. */
export function hasExploitedCatalog({ database }: Assessment): boolean {
  return database?.providers.some(({ id }) => EXPLOITED_SOURCES.has(id)) === true;
}

/** Returns the times of a finding by the ledger; none without one. */
export function readTimes(
  { finding, item }: FindingSubject,
  { ledger, assessment: { target } }: PolicyInput,
): FindingTimes {
  return (ledger === undefined ? undefined : findTimes(ledger, finding, item, target)) ?? {};
}

function createScope({ finding, item }: FindingSubject): DeclaredScope {
  return {
    vulnerabilities: [finding.id, ...finding.aliases],
    packages: item === undefined ? [] : identifyPackage(item),
  };
}

/** Computes when a finding is due by a clock. */
export function computeDueDate(clock: Clock, subject: FindingSubject, input: PolicyInput): DueDate {
  const { declaredFacts = [], now, assessment } = input;
  return clock.compute({
    finding: subject.finding,
    times: readTimes(subject, input),
    declaredFacts,
    scope: createScope(subject),
    hasCatalog: hasExploitedCatalog(assessment),
    now,
  });
}

/** Days without a due date, so that no threshold of a rule is passed. */
const NEVER_DUE = -100_000;

/** Creates the fact with the days since a finding is due by a clock; negative before that. */
function createClockFact(clock: Clock): Definition {
  return {
    name: `overdue-${clock.id}`,
    type: { kind: 'amount', unit: 'days' },
    about: `days since its due date by ${clock.title}; negative before that`,
    absence: 'if facts are missing, the earliest possible date counts; without a start: unknown',
    read: (subject, input) => {
      const due = computeDueDate(clock, subject, input);
      switch (due.kind) {
        case 'unknown':
          return createUnknownFact(due.reason);
        case 'no-date':
          return createFact(NEVER_DUE, { due: due.basis });
        case 'due':
          return createFact(countDays(due.earliest, input.now), {
            due: due.earliest,
            basis: due.basis,
            ...(due.missing.length === 0
              ? {}
              : { missing: due.missing.join(', '), latest: due.latest ?? 'no date' }),
          });
      }
    },
  };
}

/** The due date of each clock, as a fact of a finding. */
export const CLOCK_FACTS: readonly Definition[] = clocks.map(createClockFact);

/** Facts of a finding that only people can state. */
export const DECLARED_FINDING_FACTS: readonly Definition[] = createDeclaredFacts(
  'finding',
  createScope,
);
