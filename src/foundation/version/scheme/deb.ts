import type { Scheme } from '../../core/scheme.ts';
import { compareDigits, compareNumbers, isDigitCode, isLetterCode } from '../digits.ts';

/** A Debian version. An absent `epoch` is compared as 0. */
export interface DebVersion {
  readonly epoch: number | undefined;
  readonly upstream: string;
  readonly revision: string;
}

const EPOCH_MAX = 2 ** 31 - 1;
const EPOCH = /^[0-9]+$/;
const UPSTREAM = /^[0-9][A-Za-z0-9.+~:-]*$/;
const REVISION = /^[A-Za-z0-9.+~]+$/;

export const deb: Scheme<DebVersion> = {
  id: 'deb',
  aliases: ['debian', 'dpkg'],
  title: 'Debian package',
  spec: 'deb-version(7); Debian Policy, 5.6.12',
  oracle: 'dpkg --compare-versions LEFT lt RIGHT',
  parse,
  compare,
  withOtherEpoch: (version, other) => ({ ...version, epoch: version.epoch ?? other.epoch }),
};

/** Accepts the same versions as `dpkg --validate-version`. */
function parse(text: string): DebVersion | undefined {
  const trimmed = text.trim();
  const colon = trimmed.indexOf(':');
  const epoch = colon < 0 ? undefined : parseEpoch(trimmed.slice(0, colon));
  if (colon >= 0 && epoch === undefined) {
    return undefined;
  }
  const rest = trimmed.slice(colon + 1);
  const hyphen = rest.lastIndexOf('-');
  const upstream = hyphen < 0 ? rest : rest.slice(0, hyphen);
  const revision = hyphen < 0 ? '' : rest.slice(hyphen + 1);
  if (!UPSTREAM.test(upstream) || (hyphen >= 0 && !REVISION.test(revision))) {
    return undefined;
  }
  return { epoch, upstream, revision };
}

function parseEpoch(text: string): number | undefined {
  const epoch = EPOCH.test(text) ? Number(text) : Number.NaN;
  return epoch <= EPOCH_MAX ? epoch : undefined;
}

function compare(left: DebVersion, right: DebVersion): -1 | 0 | 1 {
  return (
    compareNumbers(left.epoch ?? 0, right.epoch ?? 0) ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision)
  );
}

/**
 * Alternates between non-digits and digits. An absent revision compares as `0`, which follows from
 * the rule for digits.
 */
function compareParts(left: string, right: string): -1 | 0 | 1 {
  let leftAt = 0;
  let rightAt = 0;
  while (leftAt < left.length || rightAt < right.length) {
    while (isSign(left, leftAt) || isSign(right, rightAt)) {
      const order = compareNumbers(weighCharacter(left, leftAt), weighCharacter(right, rightAt));
      if (order !== 0) {
        return order;
      }
      leftAt += 1;
      rightAt += 1;
    }
    const leftEnd = findDigitsEnd(left, leftAt);
    const rightEnd = findDigitsEnd(right, rightAt);
    const order = compareDigits(left.slice(leftAt, leftEnd), right.slice(rightAt, rightEnd));
    if (order !== 0) {
      return order;
    }
    leftAt = leftEnd;
    rightAt = rightEnd;
  }
  return 0;
}

function isSign(text: string, at: number): boolean {
  return at < text.length && !isDigitCode(text.charCodeAt(at));
}

/** A tilde comes before the end, the end before letters, letters before all other characters. */
function weighCharacter(text: string, at: number): number {
  if (at >= text.length) {
    return 0;
  }
  const code = text.charCodeAt(at);
  if (isDigitCode(code)) {
    return 0;
  }
  if (code === 0x7e) {
    return -1;
  }
  return isLetterCode(code) ? code : code + 0x1_00;
}

function findDigitsEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && isDigitCode(text.charCodeAt(end))) {
    end += 1;
  }
  return end;
}
