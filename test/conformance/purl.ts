import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import { parsePurl } from '../../src/foundation/identity/purl/parse-purl.ts';
import { type Purl, writePurl } from '../../src/foundation/identity/purl/purl.ts';

/** One line of the test set of purl-spec. */
export interface PurlCase {
  /** The type of package URLs, the tested operation and its input. */
  readonly name: string;
  readonly isEqual: boolean;
}

interface RecordedCase {
  readonly test_type: 'build' | 'parse' | 'validate';
  readonly input: unknown;
  readonly expected_output: unknown;
  readonly expected_failure: boolean;
}

/** Reads all lines, and whether our answer equals the expected one. */
export function readPurlCases(shared: string): PurlCase[] {
  const folder = join(shared, 'schemas', 'purl-tests');
  return readdirSync(folder)
    .sort(compareText)
    .flatMap((file) => {
      const { tests }: { tests: readonly RecordedCase[] } = JSON.parse(
        readFileSync(join(folder, file), 'utf8'),
      );
      const type = basename(file, '-test.json');
      return tests.map((test) => ({
        name: `${type} ${test.test_type} ${JSON.stringify(test.input)}`,
        isEqual: isAsExpected(test),
      }));
    });
}

function isAsExpected({ test_type, input, expected_failure, expected_output }: RecordedCase) {
  const answer = answerCase(test_type, input);
  return expected_failure ? answer === undefined : isDeepStrictEqual(answer, expected_output);
}

/** Returns `undefined` if the input is rejected. */
function answerCase(kind: RecordedCase['test_type'], input: unknown): unknown {
  if (kind === 'build') {
    return isPurl(input) ? writePurl(input) : undefined;
  }
  const purl = parsePurl(String(input));
  if (purl === undefined || kind === 'validate') {
    return purl && writePurl(purl);
  }
  const { type, namespace = null, name, version = null, qualifiers = {}, subpath = null } = purl;
  const told = Object.keys(qualifiers).length === 0 ? null : qualifiers;
  return { type, namespace, name, version, qualifiers: told, subpath };
}

/** Checks the type at run time: the test set has `null` for absent parts. */
function isPurl(input: unknown): input is Purl {
  const { type, name } = input as Partial<Purl>;
  return typeof type === 'string' && typeof name === 'string' && name !== '';
}
