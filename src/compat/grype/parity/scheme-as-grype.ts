import { present } from '../../../core/assert.ts';
import type { Scheme } from '../../../core/scheme.ts';
import { schemeByName } from '../../../version/scheme-by-name.ts';
import { apkAsGrype } from './apk-as-grype.ts';
import { guessAsGrype } from './guess-as-grype.ts';
import { jvmAsGrype } from './jvm-as-grype.ts';
import { mavenAsGrype } from './maven-as-grype.ts';
import { ORDERED_ALIKE, SEMANTIC_FOR_GRYPE } from './scheme-in-grype.data.ts';
import {
  compareSemanticAsGrype,
  readSemanticAsGrype,
  type SemanticAsGrype,
  semanticAsGrype,
} from './semantic-as-grype.ts';

/**
 * The order that Grype gives versions of a scheme of that name; it guesses where it knows none.
 * Asked for the same name again, it is the same object.
 */
export function schemeAsGrype(name: string): Scheme<unknown> {
  if (SEMANTIC_FOR_GRYPE.has(name.toLowerCase())) {
    return semanticAsGrype;
  }
  return BY_ID.get(schemeByName(name)?.id ?? '') ?? guessAsGrype;
}

/** Platforms that it cuts off; what else follows a hyphen makes a version that comes before. */
const CUT_PLATFORM = /-(?:x86|universal|arm|aarch64|java|dalvik|x64|powerpc|sparc|mswin)/;

const gem = present(schemeByName('gem'), 'a scheme of ours');

/** A letter needs no full stop before it; where no number stands before it, that is a zero. */
const gemAsGrype: Scheme<unknown> = {
  ...gem,
  parse(text) {
    const whole = CUT_PLATFORM.test(text) ? text : text.replaceAll('-', '.pre.');
    return gem.parse(whole.replace(/^(?=[A-Za-z])/, '0.').replace(/^[0-9]+(?=[A-Za-z])/, '$&.'));
  },
};

/** What the scheme of rpm makes of a version, as far as it counts here. */
interface Parts {
  readonly epoch: string | undefined;
  readonly version: string;
  readonly release: string | undefined;
}

/** What stands before a colon and is no number makes it refuse the whole. */
const FOREIGN_EPOCH = /^(?! *[0-9]+:)[^:]*:/;
/** A release may stand alone. */
const NO_VERSION = /^(?:[0-9]*:)?(?=-)/;

const rpm = present(schemeByName('rpm'), 'a scheme of ours');

/** The release begins at the first hyphen, and carets are separators like any other. */
const rpmAsGrype: Scheme<Parts> = {
  ...(rpm as Scheme<Parts>),
  parse(text) {
    const plain = text.replace(NO_VERSION, '$&0');
    const parsed = FOREIGN_EPOCH.test(text) ? undefined : (rpm.parse(plain) as Parts | undefined);
    const whole = text.trim().replace(/^[0-9]*:/, '');
    const end = `${whole}-`.indexOf('-');
    return parsed && { ...parsed, version: whole.slice(0, end), release: whole.slice(end + 1) };
  },
  compare: (left, right) =>
    rpm.compare({ ...left, ...NOTHING }, { ...right, ...NOTHING }) ||
    compareSegments(segmentsOf(left.version), segmentsOf(right.version)) ||
    compareSegments(segmentsOf(left.release), segmentsOf(right.release)),
};

const NOTHING: Omit<Parts, 'epoch'> = { version: '0', release: undefined };

function segmentsOf(text: string | undefined): readonly string[] {
  return Array.from(String(text).matchAll(/[A-Za-z]+|[0-9]+|~/g), ([segment]) => segment);
}

/** Zeros that one has and the other lacks at the end do not count. */
function compareSegments(left: readonly string[], right: readonly string[]): -1 | 0 | 1 {
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at++) {
    const [one, other] = [left, right].map((segments) => rpm.parse(String(segments[at])));
    const order = rpm.compare(one, other);
    if (order !== 0) {
      return order;
    }
  }
  const isLeftLonger = left.length > right.length;
  const rest = (isLeftLonger ? left : right).slice(shared);
  if (rest.every((segment) => segment === '0')) {
    return 0;
  }
  return (rest[0] === '~') === isLeftLonger ? -1 : 1;
}

/** What the scheme of Debian makes of a version, as far as it counts here. */
interface DebianParts {
  readonly upstream: string;
  readonly revision: string;
}

const deb = present(schemeByName('deb'), 'a scheme of ours');

/** An underscore is a sign like any other, and a revision may be empty. */
const debAsGrype: Scheme<DebianParts> = {
  ...(deb as Scheme<DebianParts>),
  parse(text) {
    const plain = text.trim().replaceAll('_', '+').replace(/-$/, '-0');
    const parsed = deb.parse(plain) as DebianParts | undefined;
    const whole = text.trim().replace(/^[0-9]+:/, '');
    const hyphen = whole.lastIndexOf('-');
    const end = hyphen < 0 ? whole.length : hyphen;
    return parsed && { ...parsed, upstream: whole.slice(0, end), revision: whole.slice(end + 1) };
  },
};

/** What the scheme of Python makes of a version, as far as it counts here. */
interface PythonParts {
  readonly local: readonly string[];
}

const pep440 = present(schemeByName('pep440'), 'a scheme of ours');

/** Of the local label only full stops part the pieces. */
const pep440AsGrype: Scheme<PythonParts> = {
  ...(pep440 as Scheme<PythonParts>),
  parse(text) {
    const parsed = pep440.parse(text) as PythonParts | undefined;
    const label = text.trim().toLowerCase().split('+')[1];
    return parsed && { ...parsed, local: label === undefined ? [] : label.split('.') };
  },
};

const kb = present(schemeByName('kb'), 'a scheme of ours');

/** Numbers of articles are the same where their texts are. */
const kbAsGrype: Scheme<unknown> = { ...kb, parse: (text) => text };

/** Of several plus signs those after the first are full stops. */
const goAsGrype: Scheme<SemanticAsGrype> = {
  ...semanticAsGrype,
  id: 'go',
  parse(text) {
    const [numbers = '', ...build] = text.replace(/^go/, '').split('+');
    return readSemanticAsGrype([numbers, build.join('.')].filter(Boolean).join('+'), false);
  },
  compare: compareSemanticAsGrype,
};

/** Numbers with any label behind them, of which it reads the numbers. */
const bitnamiAsGrype: Scheme<SemanticAsGrype> = {
  ...semanticAsGrype,
  id: 'bitnami',
  parse(text) {
    const read = readSemanticAsGrype(text, true);
    return read && { ...read, preRelease: [] };
  },
};

const BY_ID: ReadonlyMap<string, Scheme<unknown>> = new Map(
  [
    apkAsGrype,
    bitnamiAsGrype,
    debAsGrype,
    gemAsGrype,
    goAsGrype,
    jvmAsGrype,
    kbAsGrype,
    mavenAsGrype,
    pep440AsGrype,
    rpmAsGrype,
    ...ORDERED_ALIKE.map((id) => present(schemeByName(id), 'a scheme of ours')),
  ].map((scheme) => [scheme.id, scheme]),
);
