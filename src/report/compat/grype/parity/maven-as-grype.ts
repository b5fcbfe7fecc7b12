import { present } from '../../../../foundation/core/assert.ts';
import type { Scheme } from '../../../../foundation/core/scheme.ts';
import { compareDigits } from '../../../../foundation/version/digits.ts';
import {
  CHARACTERS_MAX,
  isNothing,
  JAVA_SUFFIX,
  type MavenItem,
  type MavenVersion,
  RUN,
  toWordItem,
} from '../../../../foundation/version/maven-items.ts';
import { findSchemeByName } from '../../../../foundation/version/scheme-by-name.ts';

/** A number that exceeds 64 bits counts as the greatest number. */
const GREATEST_NUMBER = '9223372036854775807';

/**
 * Maven versions as Grype's library reads them: as Maven did before 3.9, with a word after a full
 * stop among the numbers before it. A full stop or hyphen at the end drops the part before it.
 */
export const mavenAsGrype: Scheme<MavenVersion> = {
  ...(present(findSchemeByName('maven'), 'a scheme of ours') as Scheme<MavenVersion>),
  title: 'Apache Maven, as Grype reads and orders its versions',
  oracle: 'grype',
  parse(text) {
    const plain = text.trim().toLowerCase().replace(JAVA_SUFFIX, '');
    return plain.length > CHARACTERS_MAX ? undefined : nestSegments(splitSegments(plain));
  },
};

/**
 * A hyphen begins the next segment, and so do digits after other characters and other characters
 * after digits.
 */
function splitSegments(text: string): readonly MavenItem[][] {
  const runs = Array.from(text.matchAll(RUN), ({ groups = {} }) => groups);
  const segments: MavenItem[][] = [[]];
  for (const [at, { digits, separator, word = '' }] of runs.entries()) {
    const [before, after] = [runs[at - 1], runs[at + 1]];
    const isNumbered = after?.['digits'] !== undefined;
    if (digits !== undefined) {
      segments.at(-1)?.push({ kind: 'number', digits: limitNumber(digits) });
    } else if (separator === undefined) {
      segments.at(-1)?.push(toWordItem(word, isNumbered));
    } else if (before === undefined || before['separator'] !== undefined) {
      segments.at(-1)?.push({ kind: 'number', digits: '0' });
    }
    const isMeeting = digits === undefined ? word !== '' && isNumbered : after?.['word'];
    if (separator === '-' || isMeeting) {
      segments.push([]);
    }
  }
  const isLost = runs.at(-1)?.['separator'] !== undefined && segments.length > 1;
  return isLost ? segments.slice(0, -1) : segments;
}

function limitNumber(digits: string): string {
  return compareDigits(digits, GREATEST_NUMBER) > 0 ? GREATEST_NUMBER : digits;
}

/** Nests each segment as the last item of the one before it, even if that is empty. */
function nestSegments(segments: readonly MavenItem[][]): MavenVersion {
  return segments
    .map((items): MavenVersion => {
      const end = items.findLastIndex((item) => !isNothing(item)) + 1;
      return { kind: 'list', items: items.slice(0, end) };
    })
    .reduceRight((inner, outer) => ({ kind: 'list', items: [...outer.items, inner] }));
}
