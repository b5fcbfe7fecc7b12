import { present } from '../../../../foundation/core/assert.ts';
import type { Scheme } from '../../../../foundation/core/scheme.ts';
import { findSchemeByName } from '../../../../foundation/version/scheme-by-name.ts';
import { apkAsGrype } from './apk-as-grype.ts';
import { ORDERED_ALIKE, SEMANTIC_FOR_GRYPE } from './choose-grype-scheme.data.ts';
import { guessAsGrype } from './guess-as-grype.ts';
import { jvmAsGrype } from './jvm-as-grype.ts';
import { mavenAsGrype } from './maven-as-grype.ts';
import {
  compareSemanticAsGrype,
  readSemanticAsGrype,
  type SemanticAsGrype,
  semanticAsGrype,
} from './semantic-as-grype.ts';

/**
 * Returns Grype's order of the versions of a scheme; a guess if it does not know the scheme.
 * Returns the same object for the same name.
 */
export function getGrypeScheme(name: string): Scheme<unknown> {
  if (SEMANTIC_FOR_GRYPE.has(name.toLowerCase())) {
    return semanticAsGrype;
  }
  return BY_ID.get(findSchemeByName(name)?.id ?? '') ?? guessAsGrype;
}

/** Platforms that it cuts off; any other suffix after a hyphen makes a pre-release. */
const CUT_PLATFORM = /-(?:x86|universal|arm|aarch64|java|dalvik|x64|powerpc|sparc|mswin)/;

const gem = present(findSchemeByName('gem'), 'a scheme of ours');

/**
 * A letter may follow a number without a full stop. If the number before it is missing, it is 0.
 */
const gemAsGrype: Scheme<unknown> = {
  ...gem,
  parse(text) {
    const whole = CUT_PLATFORM.test(text) ? text : text.replaceAll('-', '.pre.');
    return gem.parse(whole.replace(/^(?=[A-Za-z])/, '0.').replace(/^[0-9]+(?=[A-Za-z])/, '$&.'));
  },
};

/** The parts of an rpm version that Grype reads and that are needed here. */
interface Parts {
  readonly epoch: string | undefined;
  readonly version: string;
  readonly release: string | undefined;
}

/** Anything but a number before a colon makes the version invalid. */
const FOREIGN_EPOCH = /^(?! *[0-9]+:)[^:]*:/;
/** A release may occur without a version. */
const NO_VERSION = /^(?:[0-9]*:)?(?=-)/;

const rpm = present(findSchemeByName('rpm'), 'a scheme of ours');

/** The release begins at the first hyphen, and carets are ordinary separators. */
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
    compareSegments(splitSegments(left.version), splitSegments(right.version)) ||
    compareSegments(splitSegments(left.release), splitSegments(right.release)),
};

const NOTHING: Omit<Parts, 'epoch'> = { version: '0', release: undefined };

function splitSegments(text: string | undefined): readonly string[] {
  return Array.from(String(text).matchAll(/[A-Za-z]+|[0-9]+|~/g), ([segment]) => segment);
}

/** Missing segments at the end count as zeros. */
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

/** The parts of a Debian version that Grype reads and that are needed here. */
interface DebianParts {
  readonly upstream: string;
  readonly revision: string;
}

const deb = present(findSchemeByName('deb'), 'a scheme of ours');

/** An underscore is an ordinary character, and a revision may be empty. */
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

/** The parts of a Python version that Grype reads and that are needed here. */
interface PythonParts {
  readonly local: readonly string[];
}

const pep440 = present(findSchemeByName('pep440'), 'a scheme of ours');

/** In the local label only full stops separate the pieces. */
const pep440AsGrype: Scheme<PythonParts> = {
  ...(pep440 as Scheme<PythonParts>),
  parse(text) {
    const parsed = pep440.parse(text) as PythonParts | undefined;
    const label = text.trim().toLowerCase().split('+')[1];
    return parsed && { ...parsed, local: label === undefined ? [] : label.split('.') };
  },
};

const kb = present(findSchemeByName('kb'), 'a scheme of ours');

/** Article numbers are equal if their texts are. */
const kbAsGrype: Scheme<unknown> = { ...kb, parse: (text) => text };

/** Plus signs after the first one count as full stops. */
const goAsGrype: Scheme<SemanticAsGrype> = {
  ...semanticAsGrype,
  id: 'go',
  parse(text) {
    const [numbers = '', ...build] = text.replace(/^go/, '').split('+');
    return readSemanticAsGrype([numbers, build.join('.')].filter(Boolean).join('+'), false);
  },
  compare: compareSemanticAsGrype,
};

/** Numbers followed by any label; only the numbers count. */
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
    ...ORDERED_ALIKE.map((id) => present(findSchemeByName(id), 'a scheme of ours')),
  ].map((scheme) => [scheme.id, scheme]),
);
