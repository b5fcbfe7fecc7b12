/**
 * Asks each ecosystem's own tool to compare random versions and says where our schemes differ from
 * it.
 *
 *     node tools/version-oracle.ts [--pairs 1000] [--seed 1] [SCHEME…]
 *
 * A tool that is not installed is skipped by name. Where it is in an unusual place, the environment
 * says so: PLIMSOLL_ORACLE_APK (a command, e.g. `chroot DIR /sbin/apk`), PLIMSOLL_ORACLE_PYTHON
 * (one with `packaging`), NODE_PATH (a folder with `semver`), PLIMSOLL_ORACLE_MAVEN (the
 * maven-artifact jar), PLIMSOLL_ORACLE_RUBY, PLIMSOLL_ORACLE_GO (a module folder that requires
 * golang.org/x/mod), PLIMSOLL_ORACLE_CARGO (a program that reads pairs), PLIMSOLL_ORACLE_COMPOSER
 * (the autoload file of composer/semver). PLIMSOLL_ORACLE_PYTHON may also have `portage` and
 * `conan`.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { Scheme } from '../src/core/scheme.ts';
import { schemes } from '../src/version/registry.generated.ts';
import { randomPair, seededRandom, vocabularyOf } from '../test/support/random-version.ts';

type Pair = readonly [string, string];
/** `invalid`: the tool refuses one of the two. */
type Answer = '<' | '=' | '>' | 'invalid';

interface Oracle {
  readonly scheme: string;
  /** The tool, as shown. */
  readonly tool: string;
  /** A command that succeeds where the tool is here. */
  readonly probe: readonly string[];
  /** Reads pairs, one a line, with a tab between, and writes an answer a line. */
  readonly command: readonly string[];
  /** The tool compares as a range does, not as the order of all versions. */
  readonly isOfBounds?: boolean;
}

const environment = process.env;

/** The first argument of the script is the command, which may have several words. */
const APK_LOOP = `while IFS="$(printf '\\t')" read -r l r; do
  if $1 version -c -q "$l" "$r" >/dev/null 2>&1; then $1 version -t "$l" "$r"; else echo invalid; fi
done`;

const DPKG_LOOP = `while IFS="$(printf '\\t')" read -r l r; do
  if ! dpkg --validate-version "$l" 2>/dev/null || ! dpkg --validate-version "$r" 2>/dev/null; then echo invalid
  elif dpkg --compare-versions "$l" lt "$r"; then echo '<'
  elif dpkg --compare-versions "$l" gt "$r"; then echo '>'
  else echo '='; fi
done`;

const RPM_LUA = `%{lua:
for line in io.stdin:lines() do
  local l, r = line:match("^(.*)\\t(.*)$")
  local order = rpm.vercmp(l, r)
  print((order < 0 and "<" or order > 0 and ">" or "=") .. "\\n")
end}`;

const PYTHON_SCRIPT = `
import sys
from packaging.version import Version, InvalidVersion
for line in sys.stdin:
    l, r = line.rstrip("\\n").split("\\t")
    try:
        l, r = Version(l), Version(r)
        print("<" if l < r else ">" if l > r else "=")
    except InvalidVersion:
        print("invalid")
`;

const PORTAGE_SCRIPT = `
import sys
from portage.versions import vercmp
for line in sys.stdin:
    l, r = line.rstrip("\\n").split("\\t")
    order = vercmp(l, r, silent=1)
    print("invalid" if order is None else "<" if order < 0 else ">" if order > 0 else "=")
`;

const CONAN_SCRIPT = `
import sys
from conan.tools.scm import Version
for line in sys.stdin:
    l, r = map(Version, line.rstrip("\\n").split("\\t"))
    print("<" if l < r else "=" if l == r else ">")
`;

const VERCMP_LOOP = `while IFS="$(printf '\\t')" read -r l r; do
  order="$(vercmp "$l" "$r")"
  if [ "$order" -lt 0 ]; then echo '<'; elif [ "$order" -gt 0 ]; then echo '>'; else echo '='; fi
done`;

const ELIXIR_SCRIPT = `
for line <- IO.stream(:stdio, :line) do
  [l, r] = line |> String.trim_trailing("\\n") |> String.split("\\t")
  case {Version.parse(l), Version.parse(r)} do
    {{:ok, a}, {:ok, b}} -> IO.puts(%{lt: "<", eq: "=", gt: ">"}[Version.compare(a, b)])
    _ -> IO.puts("invalid")
  end
end
`;

const R_SCRIPT = `
for (line in readLines(file("stdin"))) {
  p <- strsplit(line, "\\t")[[1]]
  v <- suppressWarnings(numeric_version(p, strict = FALSE))
  order <- if (any(is.na(v))) NA else compareVersion(p[1], p[2])
  cat(if (is.na(order)) "invalid" else c("<", "=", ">")[order + 2], "\\n", sep = "")
}
`;

const COMPOSER_SCRIPT = `
require $argv[1];
$parser = new Composer\\Semver\\VersionParser();
while (($line = fgets(STDIN)) !== false) {
    [$l, $r] = explode("\\t", rtrim($line, "\\n"));
    try {
        $l = $parser->normalize($l);
        $r = $parser->normalize($r);
        $isBranch = str_starts_with($l, 'dev-') || str_starts_with($r, 'dev-');
        echo $isBranch ? "invalid" : (Composer\\Semver\\Comparator::lessThan($l, $r) ? '<' : (Composer\\Semver\\Comparator::equalTo($l, $r) ? '=' : '>')), "\\n";
    } catch (UnexpectedValueException $e) {
        echo "invalid\\n";
    }
}
`;

const SEMVER_SCRIPT = `
const semver = require('semver');
for (const line of require('fs').readFileSync(0, 'utf8').trimEnd().split('\\n')) {
  const [l, r] = line.split('\\t');
  console.log(semver.valid(l) && semver.valid(r) ? '<=>'[semver.compare(l, r) + 1] : 'invalid');
}
`;

const RUBY_SCRIPT = `
STDIN.each_line(chomp: true) do |line|
  l, r = line.split("\\t", -1)
  if Gem::Version.correct?(l) && Gem::Version.correct?(r)
    puts "<=>"[(Gem::Version.new(l) <=> Gem::Version.new(r)) + 1]
  else
    puts "invalid"
  end
end
`;

const GO_PROGRAM = `package main
import ("bufio"; "fmt"; "os"; "strings"; "golang.org/x/mod/semver")
func main() { s := bufio.NewScanner(os.Stdin); for s.Scan() {
  p := strings.Split(s.Text(), "\\t")
  if !semver.IsValid(p[0]) || !semver.IsValid(p[1]) { fmt.Println("invalid"); continue }
  fmt.Println(string("<=>"[semver.Compare(p[0], p[1])+1])) } }
`;

/** Prints an answer a line of a program that wants the versions as its arguments. */
const MAVEN_LOOP = `tr '\\t' '\\n' | xargs -d '\\n' java -cp "$1" org.apache.maven.artifact.versioning.ComparableVersion |
  awk '/^   / { n++; if (n % 2 == 1) print ($2 == "==") ? "=" : $2 }'`;

const GO_LOOP = `cd "$1" && printf '%s' "$2" > main.go && go run main.go`;

const apkCommand = environment['PLIMSOLL_ORACLE_APK'] ?? 'apk';
const pythonCommand = environment['PLIMSOLL_ORACLE_PYTHON'] ?? 'python3';
const rubyCommand = environment['PLIMSOLL_ORACLE_RUBY'] ?? 'ruby';
const goFolder = environment['PLIMSOLL_ORACLE_GO'] ?? '';
const cargoCommand = environment['PLIMSOLL_ORACLE_CARGO'] ?? '';
const composerAutoload =
  environment['PLIMSOLL_ORACLE_COMPOSER'] ?? '/usr/share/php/Composer/Semver/autoload.php';
const mavenJar = environment['PLIMSOLL_ORACLE_MAVEN'] ?? '/usr/share/java/maven-artifact-3.x.jar';

const ORACLES: readonly Oracle[] = [
  {
    scheme: 'apk',
    tool: 'apk version -t',
    probe: ['sh', '-c', '$1 --version', 'sh', apkCommand],
    command: ['sh', '-c', APK_LOOP, 'sh', apkCommand],
  },
  {
    scheme: 'deb',
    tool: 'dpkg --compare-versions',
    probe: ['dpkg', '--version'],
    command: ['sh', '-c', DPKG_LOOP],
  },
  {
    scheme: 'rpm',
    tool: 'rpm.vercmp of rpm',
    probe: ['rpm', '--version'],
    command: ['rpm', '--eval', RPM_LUA],
  },
  {
    scheme: 'pep440',
    tool: 'packaging for Python',
    probe: [pythonCommand, '-c', 'import packaging.version'],
    command: [pythonCommand, '-c', PYTHON_SCRIPT],
  },
  {
    scheme: 'npm',
    tool: 'semver for Node',
    probe: ['node', '-e', 'require("semver")'],
    command: ['node', '-e', SEMVER_SCRIPT],
  },
  {
    scheme: 'gem',
    tool: 'Gem::Version',
    probe: [rubyCommand, '-e', 'Gem::Version'],
    command: [rubyCommand, '-e', RUBY_SCRIPT],
  },
  {
    scheme: 'maven',
    tool: 'ComparableVersion of maven-artifact',
    probe: ['sh', '-c', 'test -e "$1" && java -version', 'sh', mavenJar],
    command: ['sh', '-c', MAVEN_LOOP, 'sh', mavenJar],
  },
  {
    scheme: 'go',
    tool: 'golang.org/x/mod/semver',
    probe: ['sh', '-c', 'test -e "$1/go.mod" && go version', 'sh', goFolder],
    command: ['sh', '-c', GO_LOOP, 'sh', goFolder, GO_PROGRAM],
  },
  {
    scheme: 'cargo',
    tool: 'semver for Rust',
    probe: ['sh', '-c', 'test -x "$1"', 'sh', cargoCommand],
    command: [cargoCommand],
  },
  {
    scheme: 'pacman',
    tool: 'vercmp of pacman',
    probe: ['sh', '-c', 'vercmp 1 2'],
    command: ['sh', '-c', VERCMP_LOOP],
    isOfBounds: true,
  },
  {
    scheme: 'portage',
    tool: 'portage.versions.vercmp',
    probe: [pythonCommand, '-c', 'import portage.versions'],
    command: [pythonCommand, '-c', PORTAGE_SCRIPT],
  },
  {
    scheme: 'conan',
    tool: 'conan.tools.scm.Version',
    probe: [pythonCommand, '-c', 'import conan.tools.scm'],
    command: [pythonCommand, '-c', CONAN_SCRIPT],
  },
  {
    scheme: 'hex',
    tool: 'Version of Elixir',
    probe: ['elixir', '--version'],
    command: ['elixir', '-e', ELIXIR_SCRIPT],
  },
  {
    scheme: 'cran',
    tool: 'compareVersion of R',
    probe: ['Rscript', '--version'],
    command: ['Rscript', '-e', R_SCRIPT],
  },
  {
    scheme: 'composer',
    tool: 'Composer\\Semver',
    probe: ['sh', '-c', 'test -e "$1" && php --version', 'sh', composerAutoload],
    command: ['php', '-r', COMPOSER_SCRIPT, '--', composerAutoload],
  },
];

const BATCH_PAIRS = 500;
const TIMEOUT_MS = 300_000;

function isHere(oracle: Oracle): boolean {
  const [program = '', ...rest] = oracle.probe;
  return spawnSync(program, rest, { timeout: TIMEOUT_MS, stdio: 'ignore' }).status === 0;
}

function ask(oracle: Oracle, pairs: readonly Pair[]): readonly string[] {
  const answers: string[] = [];
  for (let start = 0; start < pairs.length; start += BATCH_PAIRS) {
    const batch = pairs.slice(start, start + BATCH_PAIRS);
    const [program = '', ...rest] = oracle.command;
    const input = batch.map((pair) => `${pair.join('\t')}\n`).join('');
    const { stdout, stderr, status } = spawnSync(program, rest, {
      input,
      timeout: TIMEOUT_MS,
      encoding: 'utf8',
    });
    const lines = stdout.split('\n').filter((line) => line !== '');
    if (lines.length !== batch.length) {
      throw new Error(
        `${oracle.tool}: ${lines.length} answers to ${batch.length} pairs, status ${status}: ${stderr}`,
      );
    }
    answers.push(...lines);
  }
  return answers;
}

function ourAnswer(scheme: Scheme<unknown>, [left, right]: Pair, isOfBounds = false): Answer {
  const parsedLeft = scheme.parse(left);
  const parsedRight = scheme.parse(right);
  if (parsedLeft === undefined || parsedRight === undefined) {
    return 'invalid';
  }
  const compare = isOfBounds ? (scheme.compareToBound ?? scheme.compare) : scheme.compare;
  return (['<', '=', '>'] as const)[compare(parsedLeft, parsedRight) + 1] ?? 'invalid';
}

/** Of the pairs that we refuse, the part that is asked about all the same. */
const INVALID_KEPT = 0.1;

function drawPairs(scheme: Scheme<unknown>, count: number, seed: number): readonly Pair[] {
  const vocabulary = vocabularyOf(scheme.id);
  const random = seededRandom(seed);
  const pairs: Pair[] = [];
  while (vocabulary !== undefined && pairs.length < count) {
    const pair = randomPair(random, vocabulary);
    if (ourAnswer(scheme, pair) !== 'invalid' || random() < INVALID_KEPT) {
      pairs.push(pair);
    }
  }
  return pairs;
}

interface Tally {
  agree: number;
  bothInvalid: number;
  differ: number;
  onlyTheirsInvalid: number;
  onlyOursInvalid: number;
}

function compareWithTool(scheme: Scheme<unknown>, oracle: Oracle, pairs: readonly Pair[]): Tally {
  const tally: Tally = {
    agree: 0,
    bothInvalid: 0,
    differ: 0,
    onlyTheirsInvalid: 0,
    onlyOursInvalid: 0,
  };
  const answers = ask(oracle, pairs);
  for (const [index, pair] of pairs.entries()) {
    const theirs = answers[index];
    const ours = ourAnswer(scheme, pair, oracle.isOfBounds);
    if (theirs === ours) {
      tally[ours === 'invalid' ? 'bothInvalid' : 'agree'] += 1;
      continue;
    }
    const kind =
      theirs === 'invalid'
        ? 'onlyTheirsInvalid'
        : ours === 'invalid'
          ? 'onlyOursInvalid'
          : 'differ';
    tally[kind] += 1;
    if (tally[kind] <= SHOWN_MAX) {
      console.log(`  ${kind}: "${pair[0]}" "${pair[1]}": ${oracle.tool} ${theirs}, ours ${ours}`);
    }
  }
  return tally;
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
    const oracle = ORACLES.find((each) => each.scheme === scheme.id);
    if (oracle === undefined) {
      console.log(`${scheme.id}: no native tool`);
    } else if (isHere(oracle)) {
      const pairs = drawPairs(scheme, Number(values.pairs), Number(values.seed));
      const tally = compareWithTool(scheme, oracle, pairs);
      console.log(`${scheme.id}: ${oracle.tool}:`, JSON.stringify(tally));
      process.exitCode ||= tally.differ > 0 ? 1 : 0;
    } else {
      console.log(`${scheme.id}: skipped, ${oracle.tool} is not here`);
    }
  }
}

main();
