import { present } from '../../core/assert.ts';
import type { Scheme } from '../../core/scheme.ts';
import { schemes } from '../../version/registry.generated.ts';
import { schemeByName } from '../../version/scheme-by-name.ts';

/**
 * The order that Grype gives versions of a scheme, where it is not the one of their ecosystem.
 * Asked for the same scheme again, it is the same object.
 */
export function schemeAsGrype(scheme: Scheme<unknown>): Scheme<unknown> {
  return present(BY_ID.get(scheme.id), 'a scheme of ours');
}

/** What Grype reads in place of a text; `undefined` where the text is no version for it. */
type Reading = (text: string) => string | undefined;

/** A label without its hyphen, as of candidates of the toolchain. */
const JOINED_LABEL = /^(?:go|v)?[0-9]+(?:\.[0-9]+)*\.?[A-Za-z]/;
/** Platforms that it cuts off; what else follows a hyphen makes a version that comes before. */
const CUT_PLATFORM = /-(?:x86|universal|arm|aarch64|java|dalvik|x64|powerpc|sparc|mswin)/;
/** What an update or a build of Java begins with stays. */
const FOURTH_NUMBER = /^((?!1\.)[0-9]+\.[0-9]+\.[0-9]+)(?:\.[0-9]+)+/;
/** Numbers with any label behind them, of which it reads the numbers. */
const LABELLED_NUMBERS = /^v?([0-9]+(?:\.[0-9]+)*)(?:[-+~A-Za-z][-+~.0-9A-Za-z]*)?$/;

const READINGS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ['apk', (text) => (text.includes('~') ? undefined : text.replace(/^v(?=[0-9])/, ''))],
  ['bitnami', (text) => LABELLED_NUMBERS.exec(text)?.[1]],
  ['gem', (text) => (CUT_PLATFORM.test(text) ? text : text.replaceAll('-', '.pre.'))],
  ['go', (text) => (JOINED_LABEL.test(text) ? undefined : text)],
  ['jvm', (text) => text.replace(FOURTH_NUMBER, '$1')],
]);

/** What the scheme of rpm makes of a version, as far as it counts here. */
interface Parts {
  readonly epoch: string | undefined;
  readonly version: string;
  readonly release: string | undefined;
}

const rpm = present(schemeByName('rpm'), 'a scheme of ours');

/** The release begins at the first hyphen, and carets are separators like any other. */
const rpmAsGrype: Scheme<Parts> = {
  ...(rpm as Scheme<Parts>),
  parse(text) {
    const parsed = rpm.parse(text) as Parts | undefined;
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

const kb = present(schemeByName('kb'), 'a scheme of ours');

/** Numbers of articles are the same where their texts are. */
const kbAsGrype: Scheme<unknown> = { ...kb, parse: (text) => text };

const BY_ID: ReadonlyMap<string, Scheme<unknown>> = new Map(
  schemes.map((scheme): [string, Scheme<unknown>] => {
    const reading = READINGS.get(scheme.id);
    return [scheme.id, reading === undefined ? scheme : readAs(scheme, reading)];
  }),
)
  .set(rpm.id, rpmAsGrype)
  .set(kb.id, kbAsGrype);

/** It reads of a version what is read here of a bound only. */
function readAs(scheme: Scheme<unknown>, reading: Reading): Scheme<unknown> {
  const parse = (text: string): unknown => {
    const read = reading(text);
    return read === undefined ? undefined : (scheme.parse(read) ?? scheme.parseMisspelt?.(read));
  };
  return { ...scheme, parse, parseMisspelt: parse };
}
