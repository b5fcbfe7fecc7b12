import { FIX_STATES } from '../../../foundation/core/advisory.ts';
import { assessCompleteness } from '../../../foundation/core/assessment.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import {
  type Finding,
  isExploited,
  isGuess,
  SEVERITIES,
} from '../../../foundation/core/finding.ts';
import { REACH_CLASSES } from '../../../foundation/core/reach.ts';
import { readPackageInBase } from '../base-layers.ts';
import { countDays } from '../dates.ts';
import {
  createFact,
  createUnknownFact,
  type FactDefinition,
  type FactEvidence,
  type FactValue,
  type PolicyInput,
  type SubjectKind,
} from '../fact.ts';
import {
  CLOCK_FACTS,
  DECLARED_FINDING_FACTS,
  type FindingSubject,
  hasExploitedCatalog,
  readTimes,
} from '../finding-clocks.ts';
import { formatPackageTitle, identifyPackage } from '../package-identity.ts';
import { readPaths } from '../package-paths.ts';
import { THREAT_FACTS } from '../threat-facts.ts';

type Definition = FactDefinition<FindingSubject>;

const [, ...RATED] = SEVERITIES;
/** The best first. */
const REACH_SCALE = REACH_CLASSES.toReversed();

/** A finding that is still open after all decisions. */
export const findingSubject: SubjectKind<FindingSubject> = {
  id: 'finding',
  about: 'an open finding: a vulnerability of a package that no decision has suppressed',
  facts: [
    {
      name: 'id',
      type: { kind: 'texts' },
      about: 'the ID of the vulnerability and its aliases',
      absence: 'every finding has an ID',
      read: ({ finding }) => createFact([finding.id, ...finding.aliases]),
    },
    {
      name: 'severity',
      type: { kind: 'scale', words: RATED },
      about: 'the highest severity of all sources',
      absence: 'no source rates the vulnerability: unknown',
      read: readSeverity,
    },
    {
      name: 'rated',
      type: { kind: 'flag' },
      about: 'whether a source rates its severity',
      absence: 'always known',
      read: ({ finding }) => createFact(finding.severity !== 'unknown'),
    },
    {
      name: 'cvss',
      type: { kind: 'amount', unit: 'score' },
      about: 'the highest base score of its CVSS vectors',
      absence: 'no vector was published: unknown, never a low score',
      read: readScore,
    },
    {
      name: 'cvss-exploitability',
      type: { kind: 'amount', unit: 'score' },
      about: 'the highest exploitability score of its CVSS vectors',
      absence: 'no vector with this score was published: unknown',
      read: ({ finding }) => readScorePart(finding, 'exploitabilityScore'),
    },
    {
      name: 'cvss-impact',
      type: { kind: 'amount', unit: 'score' },
      about: 'the highest impact score of its CVSS vectors',
      absence: 'no vector with this score was published: unknown',
      read: ({ finding }) => readScorePart(finding, 'impactScore'),
    },
    {
      name: 'epss',
      type: { kind: 'amount', unit: 'score' },
      about: 'the probability of exploitation in the next 30 days, from 0 to 1 (EPSS)',
      absence: 'the database has no EPSS score: unknown',
      read: readProbability,
    },
    {
      name: 'exploited',
      type: { kind: 'flag' },
      about: 'whether the vulnerability is known to be exploited (KEV)',
      absence: 'not in the catalog: false; the database has no catalog: unknown',
      read: readExploited,
    },
    {
      name: 'fix-state',
      type: { kind: 'word', words: FIX_STATES.filter((word) => word !== 'unknown') },
      about: "the vendor's fix state",
      absence: 'the source states none: unknown',
      read: ({ finding }) =>
        finding.fixState === 'unknown'
          ? createUnknownFact(`no source states whether ${finding.id} is fixed`)
          : createFact(finding.fixState),
    },
    {
      name: 'fix',
      type: { kind: 'flag' },
      about: 'whether a fixed version is available',
      absence: 'the source does not state whether a fix exists: unknown',
      read: readFix,
    },
    {
      name: 'fix-age',
      type: { kind: 'amount', unit: 'days' },
      about: 'days since the fix was available',
      absence: 'the date of the fix is not known: unknown; without a fix: 0',
      read: readFixAge,
    },
    {
      name: 'published-age',
      type: { kind: 'amount', unit: 'days' },
      about: 'days since the vulnerability was published',
      absence: 'no source states a date: unknown',
      read: readPublishedAge,
    },
    {
      name: 'risk',
      type: { kind: 'amount', unit: 'score' },
      about: 'the risk from 0 to 100',
      absence: 'every finding has one',
      read: ({ finding }) => createFact(finding.risk),
    },
    {
      name: 'reach',
      type: { kind: 'scale', words: REACH_SCALE },
      about: 'how the entry point reaches the package',
      absence: 'reachability could not be determined: unknown',
      needs: ['reach'],
      read: readReach,
    },
    {
      name: 'weakness',
      type: { kind: 'texts' },
      about: 'its weaknesses, such as CWE-79',
      absence: 'none is recorded: unknown',
      read: readWeaknesses,
    },
    {
      name: 'guess',
      type: { kind: 'flag' },
      about: 'whether it is only supported by CPEs, most of which are derived from names',
      absence: 'always known',
      read: ({ finding }) => createFact(isGuess(finding)),
    },
    {
      name: 'package',
      type: { kind: 'text' },
      about: 'the name of the package',
      absence: 'every package has a name',
      read: ({ item }) => (item === undefined ? NO_PACKAGE : createFact(item.name)),
    },
    {
      name: 'package-type',
      type: { kind: 'text' },
      about: 'the type of the package, such as deb or npm',
      absence: 'every package has a type',
      read: ({ item }) => (item === undefined ? NO_PACKAGE : createFact(item.type)),
    },
    {
      name: 'system-package',
      type: { kind: 'flag' },
      about: 'whether the package belongs to the operating system',
      absence: 'always known',
      read: ({ item }) => (item === undefined ? NO_PACKAGE : createFact(item.language === '')),
    },
    {
      name: 'in-base',
      type: { kind: 'flag' },
      about: 'whether the package is from a layer of the base image',
      absence: 'the base was not identified with --base, or only by its contents: unknown',
      read: ({ item }, input) => (item === undefined ? NO_PACKAGE : readPackageInBase(item, input)),
    },
    {
      name: 'path',
      type: { kind: 'texts' },
      about: 'the files that identified the package',
      absence: 'a document may name no files: unknown',
      read: ({ item }) => (item === undefined ? NO_PACKAGE : readPaths(item)),
    },
    {
      name: 'first-seen-age',
      type: { kind: 'amount', unit: 'days' },
      about: 'days since the vulnerability was first seen in the images of this name',
      absence: 'no ledger was given: unknown',
      read: (subject, input) => {
        const { firstSeen: date } = readTimes(subject, input);
        return date === undefined
          ? createUnknownFact(`it is not known when ${subject.finding.id} was first seen`)
          : createFact(countDays(date, input.now), { 'first seen': date });
      },
    },
    {
      name: 'evaluated-age',
      type: { kind: 'amount', unit: 'days' },
      about: 'days since people had evaluated the vulnerability, according to the ledger',
      absence: 'no ledger was given, or it does not state "evaluated": unknown',
      read: (subject, input) => {
        const { evaluated: date } = readTimes(subject, input);
        return date === undefined
          ? createUnknownFact(`the ledger does not state when ${subject.finding.id} was evaluated`)
          : createFact(countDays(date, input.now), { evaluated: date });
      },
    },
    {
      name: 'declared',
      type: { kind: 'texts' },
      about: 'the names of the facts that people declared about it or about the image',
      absence: 'none is declared: an empty list',
      read: (subject, input) =>
        createFact(
          DECLARED_FINDING_FACTS.filter((fact) => fact.read(subject, input).isKnown).map(
            ({ name }) => name,
          ),
        ),
    },
    {
      name: 'reopened-age',
      type: { kind: 'amount', unit: 'days' },
      about: 'days since it was found again after it had been closed, by the ledger',
      absence: 'no ledger was given, or it was never closed: unknown',
      read: (subject, input) => {
        const { reopened: date } = readTimes(subject, input);
        return date === undefined
          ? createUnknownFact(`the ledger does not state that ${subject.finding.id} was reopened`)
          : createFact(countDays(date, input.now), { reopened: date });
      },
    },
    ...THREAT_FACTS,
    ...DECLARED_FINDING_FACTS,
    ...CLOCK_FACTS,
  ] satisfies readonly Definition[],
  list: listFindings,
  describe: ({ finding, item }) =>
    `${finding.id} in ${formatPackageTitle(item, finding.packageKey)}`,
  identify: ({ finding, item }) => ({
    key: `finding ${finding.id} ${finding.packageKey}`,
    vulnerabilities: [finding.id, ...finding.aliases],
    ...(item === undefined ? {} : { packages: identifyPackage(item) }),
  }),
};

const NO_PACKAGE = createUnknownFact('the inventory does not have the package');

function listFindings({
  assessment,
}: PolicyInput): ReturnType<SubjectKind<FindingSubject>['list']> {
  const { findings, inventory } = assessment;
  if (findings?.database === undefined) {
    return { subjects: [], missing: ['vulnerabilities were not evaluated: no advisory database'] };
  }
  const items = new Map(inventory.packages.map((item) => [item.key, item]));
  const subjects = findings.findings.map((finding): FindingSubject => {
    const item = items.get(finding.packageKey);
    return item === undefined ? { finding } : { finding, item };
  });
  const { reasons } = assessCompleteness(assessment);
  return { subjects, missing: reasons.map(({ reason }) => reason) };
}

function listEvidence({ matches }: Finding): FactEvidence {
  const advisory = matches[0]?.advisory;
  if (advisory === undefined) {
    return {};
  }
  const { operatingSystem, provider, vulnerability } = advisory;
  const system =
    operatingSystem === undefined
      ? []
      : [operatingSystem.name, operatingSystem.majorVersion].filter((part) => part !== '');
  return { advisory: [system.join(':'), provider, vulnerability].filter(Boolean).join(' ') };
}

function readSeverity({ finding }: FindingSubject): FactValue {
  return finding.severity === 'unknown'
    ? createUnknownFact(`no source rates ${finding.id}`)
    : createFact(finding.severity, listEvidence(finding));
}

function readScore({ finding }: FindingSubject): FactValue {
  const scores = finding.matches.flatMap((match) => match.scores ?? []);
  const best = scores.toSorted((left, right) => right.baseScore - left.baseScore)[0];
  return best === undefined
    ? createUnknownFact(`no CVSS vector of ${finding.id} is known`)
    : createFact(best.baseScore, { vector: best.vector });
}

function readScorePart(finding: Finding, part: 'exploitabilityScore' | 'impactScore'): FactValue {
  const scores = finding.matches
    .flatMap((match) => match.scores ?? [])
    .flatMap((score) => score[part] ?? []);
  return scores.length === 0
    ? createUnknownFact(`no CVSS vector of ${finding.id} with this score is known`)
    : createFact(Math.max(...scores));
}

function readProbability({ finding }: FindingSubject): FactValue {
  const scores = finding.matches.flatMap(({ epss }) => epss);
  const best = scores.toSorted((left, right) => right.epss - left.epss)[0];
  return best === undefined
    ? createUnknownFact(`the database has no EPSS score of ${finding.id}`)
    : createFact(best.epss, { cve: best.cve, date: best.date });
}

function readExploited({ finding }: FindingSubject, { assessment }: PolicyInput): FactValue {
  const [record] = finding.matches.flatMap(({ exploited }) => exploited);
  if (record !== undefined) {
    return createFact(isExploited(finding), { cve: record.cve, added: record.dateAdded ?? '' });
  }
  return hasExploitedCatalog(assessment)
    ? createFact(false)
    : createUnknownFact('the database has no catalog of exploited vulnerabilities');
}

function readFix({ finding }: FindingSubject): FactValue {
  return finding.fixState === 'unknown'
    ? createUnknownFact(`no source states whether ${finding.id} is fixed`)
    : createFact(finding.fixState === 'fixed', { versions: finding.fixVersions.join(', ') });
}

function readFixAge({ finding }: FindingSubject, { now }: PolicyInput): FactValue {
  if (finding.fixState === 'unknown') {
    return createUnknownFact(`no source states whether ${finding.id} is fixed`);
  }
  if (finding.fixState !== 'fixed') {
    return createFact(0);
  }
  const dates = finding.matches
    .flatMap(({ fixes }) => fixes)
    .flatMap(({ available, version = '' }) =>
      available === undefined ? [] : [{ ...available, version }],
    )
    .toSorted((left, right) => (left.date < right.date ? -1 : 1));
  const [first] = dates;
  return first === undefined
    ? createUnknownFact(`the date of the fix for ${finding.id} is not known`)
    : createFact(countDays(first.date, now), {
        fix: first.version,
        available: first.date,
        kind: first.kind,
      });
}

function readPublishedAge({ finding }: FindingSubject, { now }: PolicyInput): FactValue {
  const dates = finding.matches
    .flatMap(({ record, related }) => [record, ...related])
    .flatMap(({ publishedAt }) => publishedAt ?? [])
    .toSorted(compareText);
  const [first] = dates;
  return first === undefined
    ? createUnknownFact(`no source states when ${finding.id} was published`)
    : createFact(countDays(first, now), { published: first });
}

function readReach(
  { finding: { reach, packageKey } }: FindingSubject,
  { assessment: { inventory } }: PolicyInput,
): FactValue {
  if (reach === undefined || reach === 'unknown') {
    const why = inventory.reach?.unknown;
    return createUnknownFact(why ?? 'reachability was not requested: add --reach');
  }
  const found = inventory.reach?.packages.find((one) => one.packageKey === packageKey);
  return createFact(reach, found?.member === undefined ? {} : { member: found.member });
}

function readWeaknesses({ finding }: FindingSubject): FactValue {
  const list = [...new Set(finding.matches.flatMap(({ weaknesses }) => weaknesses))];
  const ids = [...new Set(list.map(({ cwe }) => cwe))].toSorted(compareText);
  return ids.length === 0
    ? createUnknownFact(`no weakness of ${finding.id} is recorded`)
    : createFact(ids);
}
