import type { AdvisoryRange, Fix, VulnerabilityRecord } from '../../../core/advisory.ts';
import { Budget } from '../../../core/budget.ts';
import { type Bytes, readText } from '../../../core/bytes.ts';
import type { Limits } from '../../../core/limits.ts';
import { findElements, parseXml, type XmlElement } from '../../../syntax/xml/xml-tree.ts';
import type { FeedOutcome, FeedProvider, FeedStatement, FeedSystem } from '../contract.ts';
import { hasPatterns } from '../document-head.ts';
import { leaveOut, leaveOutDocument } from '../feed-value.ts';
import { isCveId } from '../package-statement.ts';
import { readWhole } from '../read-whole.ts';

const PROVIDER = 'gentoo';
const ECOSYSTEM = 'portage';
const SCHEME = 'portage';
const ADDRESS = 'https://security.gentoo.org/glsa/';

/** Gentoo has no releases: every advisory applies to every system. */
const SYSTEM: FeedSystem = {
  name: 'gentoo',
  releaseId: 'gentoo',
  majorVersion: '',
  minorVersion: '',
  label: 'rolling',
  codename: '',
  channel: '',
};

/**
 * One Gentoo Linux Security Advisory: packages with vulnerable and unaffected versions. The slot of
 * an installed package is unknown: a version that an advisory states for one slot applies to the
 * versions that the slot is named after.
 */
export const gentooGlsa: FeedProvider = {
  kind: 'feed',
  id: 'gentoo-glsa',
  title: 'Gentoo Linux Security Advisories',
  spec: 'https://www.gentoo.org/dtd/glsa.dtd',
  sources: [
    {
      url: 'https://anongit.gentoo.org/git/data/glsa.git',
      form: 'git',
      archive: 'https://gitweb.gentoo.org/data/glsa.git/snapshot/glsa-master.tar.gz',
      documents: /^glsa-[0-9]{6}-[0-9]{2,}\.xml$/,
    },
  ],
  license: { expression: 'CC-BY-SA-4.0', attribution: 'Gentoo Linux Security Advisories' },
  version: 1,
  rules: {
    systemOverrides: [
      { alias: 'gentoo', version: '', versionPattern: '', codename: '', isRolling: true },
    ],
  },
  recognize: (head) => hasPatterns(head, /<glsa\s/),
  read: readWhole(readAdvisory),
};

function* readAdvisory(document: Bytes, limits: Limits): Generator<FeedOutcome> {
  const root = parseXml(readText(document), new Budget(limits));
  const id = root?.attributes['id'] ?? '';
  if (root?.name !== 'glsa' || id === '') {
    yield leaveOutDocument('not an advisory', 'the document is not a Gentoo advisory');
    return;
  }
  const record = toRecord(`GLSA-${id}`, root);
  const statements: FeedStatement[] = [];
  for (const item of findElements(root, 'package')) {
    const name = item.attributes['name'] ?? '';
    const vulnerable = readBounds(item, 'vulnerable');
    const unaffected = readBounds(item, 'unaffected');
    if (name === '' || vulnerable.length === 0) {
      const message = `${record.id} has a package without a name or vulnerable versions`;
      yield leaveOut('statement', 'package without a name or vulnerable versions', message);
      continue;
    }
    for (const bound of [...vulnerable, ...unaffected].filter(
      (one) => toConstraint(one) === undefined,
    )) {
      const { operator, version } = bound;
      const message = `${record.id} has the unsupported range "${operator} ${version}" for ${name}`;
      yield leaveOut('part', 'unsupported range', message);
    }
    if (vulnerable.some((bound) => toConstraint(bound) !== undefined)) {
      statements.push(...createStatements(name, record, { vulnerable, unaffected }));
    } else {
      const message = `${record.id} has no supported range for ${name}`;
      yield leaveOut('statement', 'no supported range', message);
    }
  }
  yield { record, statements };
}

function toRecord(id: string, root: XmlElement): VulnerabilityRecord {
  const listTexts = (name: string): readonly string[] =>
    Array.from(findElements(root, name), ({ text }) => text);
  const aliases = listTexts('uri').filter(isCveId);
  const severity = Array.from(findElements(root, 'impact'), (one) => one.attributes['type'])[0];
  const word = SEVERITIES.get(severity ?? '');
  const [announced = ''] = listTexts('announced');
  return {
    id,
    provider: PROVIDER,
    status: 'active',
    aliases: [...new Set(aliases)],
    assigners: [],
    description: listTexts('synopsis')[0] ?? '',
    references: [{ url: `${ADDRESS}${id.slice('GLSA-'.length)}`, tags: ['advisory'] }],
    severities: word === undefined ? [] : [{ scheme: 'CHML', value: word, rank: 1 }],
    ...(/^\d{4}-\d{2}-\d{2}$/.test(announced) ? { publishedAt: announced } : {}),
  };
}

/** Impact words. Gentoo Vulnerability Treatment Policy. */
const SEVERITIES: ReadonlyMap<string, string> = new Map([
  ['minimal', 'low'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['normal', 'medium'],
  ['high', 'high'],
]);

interface Bound {
  readonly operator: string;
  readonly version: string;
  readonly slot: string;
}

function readBounds(item: XmlElement, kind: string): readonly Bound[] {
  return item.children
    .filter(({ name }) => name === kind)
    .map(({ attributes, text }) => ({
      operator: attributes['range'] ?? '',
      version: text,
      slot: attributes['slot'] ?? '*',
    }));
}

interface Bounds {
  readonly vulnerable: readonly Bound[];
  readonly unaffected: readonly Bound[];
}

/** Unaffected versions become a separate statement that withdraws affected ones. */
function createStatements(
  packageName: string,
  { id, provider, status, aliases }: VulnerabilityRecord,
  { vulnerable, unaffected }: Bounds,
): readonly FeedStatement[] {
  const about = { vulnerability: id, provider, status, aliases, cves: [], packageName };
  const affectedRanges = toRanges(vulnerable, (bound) => findFix(bound, unaffected));
  const unaffectedRanges = toRanges(unaffected, () => undefined);
  const statement = { ...about, ecosystem: ECOSYSTEM };
  return [
    { system: SYSTEM, statement: { ...statement, effect: 'affected', ranges: affectedRanges } },
    ...(unaffectedRanges.length === 0
      ? []
      : [
          {
            system: SYSTEM,
            statement: { ...statement, effect: 'unaffected', ranges: unaffectedRanges },
          } as const,
        ]),
  ];
}

function toRanges(
  bounds: readonly Bound[],
  toFix: (bound: Bound) => Fix | undefined,
): readonly AdvisoryRange[] {
  return bounds.flatMap((bound) => {
    const constraint = toConstraint(bound);
    const fix = toFix(bound);
    const range = { scheme: SCHEME, constraint: constraint ?? '' };
    return constraint === undefined ? [] : [fix === undefined ? range : { ...range, fix }];
  });
}

/** Returns the first unaffected version of the same slot. */
function findFix({ slot }: Bound, unaffected: readonly Bound[]): Fix {
  const fixed = unaffected.find((one) => one.slot === slot && /^r?ge$/.test(one.operator));
  return fixed === undefined
    ? { state: 'not-fixed', references: [] }
    : { state: 'fixed', version: fixed.version, references: [] };
}

const SIGNS: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['le', '<='],
  ['eq', '='],
  ['ge', '>='],
  ['gt', '>'],
]);
const REVISION = /-r\d+$/;
/** Greater than every revision of a version. */
const LAST_REVISION = '-r999999999';
const SLOT = /^\d+(?:\.\d+)*$/;

/**
 * Converts a bound to a range. Operators that begin with `r` only cover the revisions of the
 * version; a slot that is named after a version only covers the versions with that prefix.
 * `undefined` if no range can express it.
 */
function toConstraint({ operator, version, slot }: Bound): string | undefined {
  const isOfRevisions = operator.startsWith('r');
  const sign = SIGNS.get(isOfRevisions ? operator.slice(1) : operator);
  if (sign === undefined || version === '' || version.includes('*')) {
    return undefined;
  }
  const terms = [`${sign} ${version}`];
  const base = version.replace(REVISION, '');
  if (isOfRevisions) {
    terms.push(`>= ${base}`, `<= ${base}${LAST_REVISION}`);
  }
  const isNamed = SLOT.test(slot) && slot !== '0' && base.startsWith(slot);
  return [...terms, ...(isNamed ? [`>= ${slot}`, `< ${toNextVersion(slot)}`] : [])].join(', ');
}

/** Returns the first version after all versions with this prefix. */
function toNextVersion(version: string): string {
  const parts = version.split('.');
  const last = Number(parts.pop());
  return [...parts, String(last + 1)].join('.');
}
