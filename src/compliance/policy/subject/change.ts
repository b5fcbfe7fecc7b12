import { SEVERITIES } from '../../../foundation/core/finding.ts';
import { isOpenChange } from '../../../hardening/compare/decide-differences.ts';
import { CONSEQUENCES, SECTIONS } from '../../../hardening/compare/difference.ts';
import { type ChangeSubject, listChanges } from '../changes.ts';
import { createFact, createUnknownFact, type SubjectKind } from '../fact.ts';

const [, ...RATED] = SEVERITIES;

/** A change since an earlier result of the target. */
export const changeSubject: SubjectKind<ChangeSubject> = {
  id: 'change',
  about: 'a change since the result that --baseline names',
  facts: [
    {
      name: 'section',
      type: { kind: 'word', words: [...SECTIONS, 'surface'] },
      about: 'the part of the target that changed',
      absence: 'always known',
      read: ({ section }) => createFact(section),
    },
    {
      name: 'kind',
      type: { kind: 'texts' },
      about:
        'the kinds of the change, such as added, removed, downgraded, mode, introduced or grown',
      absence: 'always known',
      read: ({ kinds }) => createFact(kinds),
    },
    {
      name: 'name',
      type: { kind: 'text' },
      about: 'the setting, package, path, vulnerability or dimension that changed',
      absence: 'always known',
      read: ({ name }) => createFact(name),
    },
    {
      name: 'package',
      type: { kind: 'text' },
      about: 'the name of the package that changed, that has the finding, or that owns the file',
      absence: 'none: an empty text',
      read: ({ packageName = '' }) => createFact(packageName),
    },
    {
      name: 'package-type',
      type: { kind: 'text' },
      about: 'the type of that package, such as deb or npm',
      absence: 'a change of another section: an empty text',
      read: ({ packageType = '' }) => createFact(packageType),
    },
    {
      name: 'before',
      type: { kind: 'text' },
      about: 'the value or version before',
      absence: 'there was none: an empty text',
      read: ({ before = '' }) => createFact(before),
    },
    {
      name: 'after',
      type: { kind: 'text' },
      about: 'the value or version after',
      absence: 'there is none: an empty text',
      read: ({ after = '' }) => createFact(after),
    },
    {
      name: 'consequence',
      type: { kind: 'word', words: [...CONSEQUENCES, 'not-derived'] },
      about: 'the consequence of a change of the configuration or of the privileges of a file',
      absence: 'a change of another section: not-derived',
      read: ({ consequence = 'not-derived' }) => createFact(consequence),
    },
    {
      name: 'cause',
      type: { kind: 'text' },
      about: 'the reason why a finding appeared or disappeared, such as addition or data',
      absence: 'a change of another section: an empty text',
      read: ({ cause = '' }) => createFact(cause),
    },
    {
      name: 'accepted',
      type: { kind: 'flag' },
      about: 'whether a decision that is in force accepts it',
      absence: 'no decision: false',
      read: (change) => createFact(!isOpenChange(change)),
    },
    {
      name: 'justified',
      type: { kind: 'flag' },
      about:
        'whether a signed justification, or a rule with an owner, is in force for the change; a change for the better needs none',
      absence: 'nobody signed: false',
      read: (change) => createFact(isJustified(change)),
    },
    {
      name: 'severity',
      type: { kind: 'scale', words: RATED },
      about: 'the severity of the finding',
      absence: 'no source rates the vulnerability, or the change is of another section: unknown',
      read: ({ severity = 'unknown', name }) =>
        severity === 'unknown'
          ? createUnknownFact(`no source rates ${name}`)
          : createFact(severity),
    },
    {
      name: 'rated',
      type: { kind: 'flag' },
      about: 'whether a source rates the severity of the finding',
      absence: 'a change of another section: false',
      read: ({ severity = 'unknown' }) => createFact(severity !== 'unknown'),
    },
    {
      name: 'guess',
      type: { kind: 'flag' },
      about: 'whether the finding is only supported by CPEs',
      absence: 'a change of another section: false',
      read: ({ isGuess = false }) => createFact(isGuess),
    },
  ],
  list: listChanges,
  describe: ({ section, kinds, name, packageName }) => {
    const on = packageName === undefined || packageName === name ? '' : ` (${packageName})`;
    return `${section}: ${name}${on} ${kinds.join(', ')}`;
  },
  identify: ({ key, vulnerabilities, packageName }) => ({
    key: `change ${key}`,
    ...(vulnerabilities === undefined ? {} : { vulnerabilities }),
    ...(packageName === undefined ? {} : { packages: [packageName] }),
  }),
  needs: ['difference'],
};

/** A finding that is gone and a smaller surface need no reason. */
function isJustified({ decision, kinds }: ChangeSubject): boolean {
  const isBetter = kinds.every((kind) => kind === 'resolved' || kind === 'shrunk');
  return (
    isBetter ||
    (!isOpenChange({ ...(decision && { decision }) }) && decision?.author !== 'not named')
  );
}
