import { present } from '../../core/assert.ts';
import { compareText } from '../../core/compare-text.ts';
import type { Scheme } from '../../core/scheme.ts';
import { compareDigits } from '../digits.ts';

/** Numbers and words without insignificant zeros. */
export interface GemVersion {
  readonly segments: readonly string[];
}

const VERSION = /^[0-9]+(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;
/** The platform at the end of an installed gem's version, which is not part of the version. */
const PLATFORM =
  /-(?:aarch64|arm|arm64|dalvik|darwin|java|jruby|linux|mingw|mingw32|mswin|mswin32|mswin64|powerpc|sparc|universal|x64|x86|x86_64)(?:-.*)?$/;
const DIGITS = /^[0-9]/;

export const gem: Scheme<GemVersion> = {
  id: 'gem',
  aliases: ['ruby', 'rubygems'],
  title: 'RubyGems',
  spec: 'Gem::Version of RubyGems',
  oracle: 'ruby -e "puts Gem::Version.new(LEFT) <=> Gem::Version.new(RIGHT)"',
  parse,
  compare,
};

function parse(text: string): GemVersion | undefined {
  const trimmed = text.trim();
  if (trimmed.length > CHARACTERS_MAX) {
    return undefined;
  }
  const bare = trimmed.includes('-') ? trimmed.replace(PLATFORM, '') : trimmed;
  if (!VERSION.test(bare)) {
    return undefined;
  }
  const runs = bare.replaceAll('-', '.pre.').match(/[0-9]+|[A-Za-z]+/g);
  const segments = present(runs, 'a digit in every version');
  const firstWord = segments.findIndex((segment) => !DIGITS.test(segment));
  if (firstWord < 0) {
    return { segments: trimTrailingZeros(segments) };
  }
  const numbers = trimTrailingZeros(segments.slice(0, firstWord));
  return { segments: [...numbers, ...trimTrailingZeros(segments.slice(firstWord))] };
}

/** Bounds the time of the search for a platform. */
const CHARACTERS_MAX = 4_096;

function trimTrailingZeros(segments: readonly string[]): readonly string[] {
  const last = segments.findLastIndex((segment) => !/^0+$/.test(segment));
  return segments.slice(0, last + 1);
}

/** Words come before numbers; absent items count as 0. */
function compare(left: GemVersion, right: GemVersion): -1 | 0 | 1 {
  for (let i = 0; i < Math.max(left.segments.length, right.segments.length); i += 1) {
    const order = compareSegments(left.segments[i] ?? '0', right.segments[i] ?? '0');
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}

function compareSegments(left: string, right: string): -1 | 0 | 1 {
  const isLeftNumber = DIGITS.test(left);
  const isRightNumber = DIGITS.test(right);
  if (isLeftNumber !== isRightNumber) {
    return isLeftNumber ? 1 : -1;
  }
  return isLeftNumber ? compareDigits(left, right) : compareText(left, right);
}
