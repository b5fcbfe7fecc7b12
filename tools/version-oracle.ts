/**
 * Compares random versions with each ecosystem's own tool and prints the differences from our
 * schemes. `--pairs`: number of pairs that must be valid versions for both.
 *
 * npm run oracle -- versions [--pairs 1000] [--seed 1] [SCHEME…]
 *
 * A tool that is not installed is skipped by name. Environment variables name tools in unusual
 * places: PLIMSOLL_ORACLE_APK (a command, e.g. `chroot DIR /sbin/apk`), PLIMSOLL_ORACLE_PYTHON (one
 * with `packaging`), NODE_PATH (a directory with `semver` and `sass`), PLIMSOLL_ORACLE_MAVEN (the
 * maven-artifact jar), PLIMSOLL_ORACLE_RUBY, PLIMSOLL_ORACLE_GO (a module directory that requires
 * golang.org/x/mod and github.com/bitnami/go-version), PLIMSOLL_ORACLE_COMPOSER (the autoload file
 * of composer/semver). PLIMSOLL_ORACLE_PYTHON may also have `portage` and `conan`.
 * PLIMSOLL_ORACLE_CARGO, …_NUGET and …_SWIFT are programs around those libraries: they read pairs,
 * one per line, separated by a tab, and write `<`, `=`, `>` or `invalid`.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { present } from '../src/foundation/core/assert.ts';
import type { Scheme } from '../src/foundation/core/scheme.ts';
import { schemes } from '../src/foundation/version/registry.generated.ts';
import { createRandom, drawPair, getVocabulary } from '../test/support/random-version.ts';
import { isHere, NATIVE_TOOLS, type Oracle, runTool } from './native-versions.ts';

type Pair = readonly [string, string];
/** `invalid`: the tool rejects one of the two. */
type Answer = '<' | '=' | '>' | 'invalid';

const BATCH_PAIRS = 500;
/**
 * At most this many times the required number of pairs are compared, because a tool may reject
 * most.
 */
const ASKED_MAX = 20;

function computeAnswer(scheme: Scheme<unknown>, [left, right]: Pair, isOfBounds = false): Answer {
  const parsedLeft = scheme.parse(left);
  const parsedRight = scheme.parse(right);
  if (parsedLeft === undefined || parsedRight === undefined) {
    return 'invalid';
  }
  const compare = isOfBounds ? (scheme.compareToBound ?? scheme.compare) : scheme.compare;
  return (['<', '=', '>'] as const)[compare(parsedLeft, parsedRight) + 1] ?? 'invalid';
}

/** Share of the pairs that we reject which are compared nevertheless. */
const INVALID_KEPT = 0.1;

/** Yields an endless sequence of pairs, the same for the same seed. */
function* drawPairs(scheme: Scheme<unknown>, seed: number): Generator<Pair> {
  const vocabulary = present(getVocabulary(scheme.id), `how versions of ${scheme.id} look`);
  const random = createRandom(seed);
  for (;;) {
    const pair = drawPair(random, vocabulary);
    if (computeAnswer(scheme, pair) !== 'invalid' || random() < INVALID_KEPT) {
      yield pair;
    }
  }
}

interface Tally {
  agree: number;
  bothInvalid: number;
  differ: number;
  /** Differences with a reason in `docs/versions.md`. */
  explained: number;
  onlyTheirsInvalid: number;
  onlyOursInvalid: number;
}

/** Compares until enough pairs were valid for both. */
function compareWithTool(
  scheme: Scheme<unknown>,
  oracle: Oracle,
  { wanted, seed }: { readonly wanted: number; readonly seed: number },
): Tally {
  const tally: Tally = {
    agree: 0,
    bothInvalid: 0,
    differ: 0,
    explained: 0,
    onlyTheirsInvalid: 0,
    onlyOursInvalid: 0,
  };
  const pairs = drawPairs(scheme, seed);
  for (let asked = 0; asked < wanted * ASKED_MAX; asked += BATCH_PAIRS) {
    const batch = Array.from({ length: BATCH_PAIRS }, () => pairs.next().value);
    count(tally, scheme, oracle, batch);
    if (tally.agree + tally.differ >= wanted) {
      break;
    }
  }
  return tally;
}

function count(
  tally: Tally,
  scheme: Scheme<unknown>,
  oracle: Oracle,
  pairs: readonly Pair[],
): void {
  const answers = runTool(oracle, pairs);
  for (const [index, pair] of pairs.entries()) {
    const theirs = answers[index];
    const ours = computeAnswer(scheme, pair, oracle.isOfBounds);
    if (theirs === ours) {
      tally[ours === 'invalid' ? 'bothInvalid' : 'agree'] += 1;
      continue;
    }
    const kind =
      theirs === 'invalid'
        ? 'onlyTheirsInvalid'
        : ours === 'invalid'
          ? 'onlyOursInvalid'
          : oracle.otherwise !== undefined && pair.some((text) => oracle.otherwise?.test(text))
            ? 'explained'
            : 'differ';
    tally[kind] += 1;
    if (tally[kind] <= SHOWN_MAX) {
      console.log(`  ${kind}: "${pair[0]}" "${pair[1]}": ${oracle.tool} ${theirs}, ours ${ours}`);
    }
  }
}

const SHOWN_MAX = 10;

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      pairs: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
    },
  });
  for (const scheme of schemes) {
    if (positionals.length > 0 && !positionals.includes(scheme.id)) {
      continue;
    }
    const oracle = NATIVE_TOOLS.find((each) => each.scheme === scheme.id);
    if (oracle === undefined) {
      console.log(`${scheme.id}: no native tool`);
    } else if (isHere(oracle)) {
      const drawn = { wanted: Number(values.pairs), seed: Number(values.seed) };
      const tally = compareWithTool(scheme, oracle, drawn);
      console.log(`${scheme.id}: ${oracle.tool}:`, JSON.stringify(tally));
      process.exitCode ||= tally.differ > 0 ? 1 : 0;
    } else {
      console.log(`${scheme.id}: skipped, ${oracle.tool} is not here`);
    }
  }
}

main();
