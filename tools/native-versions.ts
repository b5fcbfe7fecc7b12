/** The native tools that `version-oracle.ts` asks, and how each is asked. */
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const environment = process.env;

/** A native tool that compares versions of one scheme. */
export interface Oracle {
  readonly scheme: string;
  /** The tool, as shown. */
  readonly tool: string;
  /** A command that succeeds where the tool is here. */
  readonly probe: readonly string[];
  /** Reads pairs, one a line, with a tab between, and writes an answer a line. */
  readonly command: readonly string[];
  /** The tool compares as a range does, not as the order of all versions. */
  readonly isOfBounds?: boolean;
  /** Versions of which `docs/versions.md` says why ours orders them otherwise. */
  readonly otherwise?: RegExp;
}

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

/**
 * Dart's pub_semver as compiled into Sass for Node, whose face refuses pre-releases and builds
 * after it has read them: that one check is left out.
 */
const PUB_SCRIPT = `
const { readFileSync } = require('fs');
const { Module } = require('module');
const plain = Module._extensions['.js'];
Module._extensions['.js'] = (module, name) => {
  if (!name.endsWith('sass.dart.js')) return plain(module, name);
  const text = readFileSync(name, 'utf8');
  const open = text.replace(/if \\(v[.]preRelease[^;]*;/, '');
  if (open === text) throw new Error('Sass reads versions otherwise than before');
  module._compile(open, name);
};
const { Version } = require('sass');
for (const line of readFileSync(0, 'utf8').trimEnd().split('\\n')) {
  try {
    const [l, r] = line.split('\\t').map((text) => Version.parse(text));
    console.log('<=>'[Math.sign(l['compareTo$1'](0, r)) + 1]);
  } catch {
    console.log('invalid');
  }
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

/** Cabal's own type of versions; `ghc -e` reads the pairs from its standard input. */
const HASKELL_SCRIPT = `
let { parse :: String -> Maybe Distribution.Version.Version; parse = Distribution.Parsec.simpleParsec ;
      answer line = let (l, r) = break (== '\\t') line in case (parse l, parse (drop 1 r)) of {
        (Just a, Just b) -> case compare a b of { LT -> "<"; EQ -> "="; GT -> ">" }; _ -> "invalid" } }
  in interact (unlines . map answer . lines)
`;

/** Versions of before Java 9 are another thing to it; a build does not count in a range. */
const JAVA_PROGRAM = `
import java.util.Scanner;
class Pairs {
  static Runtime.Version read(String text) {
    if (!text.matches("(?!1[.])[^_]*") || text.matches("[0-9.]*-(b[0-9]|update).*")) {
      throw new IllegalArgumentException(text);
    }
    return Runtime.Version.parse(text.replaceFirst("[+].*", ""));
  }
  public static void main(String[] words) {
    Scanner lines = new Scanner(System.in);
    while (lines.hasNextLine()) {
      String[] pair = lines.nextLine().split("\\t", -1);
      try {
        int order = read(pair[0]).compareToIgnoreOptional(read(pair[1]));
        System.out.println(order < 0 ? "<" : order > 0 ? ">" : "=");
      } catch (IllegalArgumentException refused) {
        System.out.println("invalid");
      }
    }
  }
}
`;

const JAVA_LOOP = `folder="$(mktemp -d)" && printf '%s' "$1" > "$folder/Pairs.java" && java "$folder/Pairs.java"
status=$?; rm -r "$folder"; exit $status`;

/** Bitnami's library takes a pre-release for a revision; pairs with one are not asked about. */
const BITNAMI_PROGRAM = `package main
import ("bufio"; "fmt"; "os"; "regexp"; "strings"; "github.com/bitnami/go-version/pkg/version")
var revision = regexp.MustCompile("^(r?[0-9]+)?$")
func main() { s := bufio.NewScanner(os.Stdin); for s.Scan() {
  p := strings.Split(s.Text(), "\\t")
  l, lerr := version.Parse(p[0]); r, rerr := version.Parse(p[1])
  if lerr != nil || rerr != nil || !revision.MatchString(l.Revision().String()) || !revision.MatchString(r.Revision().String()) {
    fmt.Println("invalid"); continue }
  l = version.New(l.Major(), l.Minor(), l.Patch(), nil, ""); r = version.New(r.Major(), r.Minor(), r.Patch(), nil, "")
  fmt.Println(string("<=>"[l.Compare(r)+1])) } }
`;

/** Prints an answer a line of a program that wants the versions as its arguments. */
const MAVEN_LOOP = `tr '\\t' '\\n' | xargs -d '\\n' java -cp "$1" org.apache.maven.artifact.versioning.ComparableVersion |
  awk '/^   / { n++; if (n % 2 == 1) print ($2 == "==") ? "=" : $2 }'`;

const GO_LOOP = `cd "$1" && printf '%s' "$2" > main.go && go run main.go`;

const apkCommand = environment['PLIMSOLL_ORACLE_APK'] ?? 'apk';
const pythonCommand = environment['PLIMSOLL_ORACLE_PYTHON'] ?? 'python3';
const rubyCommand = environment['PLIMSOLL_ORACLE_RUBY'] ?? 'ruby';
const goFolder = environment['PLIMSOLL_ORACLE_GO'] ?? '';

const composerAutoload =
  environment['PLIMSOLL_ORACLE_COMPOSER'] ?? '/usr/share/php/Composer/Semver/autoload.php';
const mavenJar = environment['PLIMSOLL_ORACLE_MAVEN'] ?? '/usr/share/java/maven-artifact-3.x.jar';

/** A small program around the ecosystem's own library, which the environment names. */
function pairProgram(scheme: string, tool: string, variable: string): Oracle {
  const program = environment[variable] ?? '';
  return { scheme, tool, probe: ['sh', '-c', 'test -x "$1"', 'sh', program], command: [program] };
}

export const NATIVE_TOOLS: readonly Oracle[] = [
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
    scheme: 'pub',
    tool: 'pub_semver in Sass for Node',
    probe: ['node', '-e', 'require("sass").Version.parse("1.2.3")'],
    command: ['node', '-e', PUB_SCRIPT],
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
    // An item that begins with a sign or a number and is none.
    otherwise: /(?:^|[.+-])(?:[+-]|[0-9]+[^0-9.])|-$/,
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
  {
    scheme: 'hackage',
    tool: 'Distribution.Version of Cabal',
    probe: ['ghc', '-package', 'Cabal', '-e', 'Distribution.Version.nullVersion'],
    command: ['ghc', '-package', 'Cabal', '-e', HASKELL_SCRIPT.replaceAll('\n', ' ')],
  },
  {
    scheme: 'jvm',
    tool: 'Runtime.Version of Java',
    probe: ['java', '-version'],
    command: ['sh', '-c', JAVA_LOOP, 'sh', JAVA_PROGRAM],
  },
  {
    scheme: 'bitnami',
    tool: 'github.com/bitnami/go-version',
    probe: ['sh', '-c', 'grep -q bitnami "$1/go.mod" && go version', 'sh', goFolder],
    command: ['sh', '-c', GO_LOOP, 'sh', goFolder, BITNAMI_PROGRAM],
  },
  pairProgram('cargo', 'semver for Rust', 'PLIMSOLL_ORACLE_CARGO'),
  pairProgram('nuget', 'NuGet.Versioning', 'PLIMSOLL_ORACLE_NUGET'),
  pairProgram('swift', 'PackageDescription.Version of Swift', 'PLIMSOLL_ORACLE_SWIFT'),
];

const TIMEOUT_MS = 300_000;

export function isHere(oracle: Oracle): boolean {
  const [program = '', ...rest] = oracle.probe;
  return spawnSync(program, rest, { timeout: TIMEOUT_MS, stdio: 'ignore' }).status === 0;
}

/** An answer for each pair: `<`, `=`, `>`, or `createInvalidError` where the tool refuses one of the two. */
export function askTool(
  oracle: Oracle,
  pairs: readonly (readonly [string, string])[],
): readonly string[] {
  const [program = '', ...rest] = oracle.command;
  const { stdout, stderr, status } = spawnSync(program, rest, {
    input: pairs.map((pair) => `${pair.join('\t')}\n`).join(''),
    timeout: TIMEOUT_MS,
    encoding: 'utf8',
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  if (lines.length !== pairs.length) {
    throw new Error(
      `${oracle.tool}: ${lines.length} answers to ${pairs.length} pairs, status ${status}: ${stderr}`,
    );
  }
  return lines;
}
