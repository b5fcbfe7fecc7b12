import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quoteArgument } from '../../support/quote-argument.ts';
import { GraphNotes, type RecordedGraph, type Recorder } from './graph.ts';
import { runTool } from './run-tool.ts';

interface CargoMetadata {
  readonly packages: readonly {
    readonly id: string;
    readonly name: string;
    readonly version: string;
    readonly source: string | null;
  }[];
  readonly workspace_members: readonly string[];
  readonly resolve: {
    readonly nodes: readonly {
      readonly id: string;
      readonly deps: readonly {
        readonly pkg: string;
        readonly dep_kinds: readonly { readonly kind: string | null }[];
      }[];
    }[];
  };
}

/** Dependencies of members without development ones, over all platforms and features. */
function readCargoMetadata(output: string): RecordedGraph {
  const notes = new GraphNotes();
  const { packages, workspace_members: members, resolve } = JSON.parse(output) as CargoMetadata;
  const ids = new Map(packages.map((each) => [each.id, `${each.name}@${each.version}`]));
  for (const { name, source } of packages) {
    if (source === null) {
      notes.addLocal(name);
    }
  }
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const reached = new Set(members);
  // Iteration over a set also visits elements added during it.
  for (const id of reached) {
    notes.addPackage(ids.get(id) ?? id);
    for (const { pkg, dep_kinds: kinds } of nodes.get(id)?.deps ?? []) {
      if (kinds.some(({ kind }) => kind !== 'dev')) {
        notes.addEdge(ids.get(id) ?? id, ids.get(pkg) ?? pkg);
        reached.add(pkg);
      }
    }
  }
  return notes.finish();
}

const CARGO = 'cargo metadata --format-version 1 --locked --all-features';

const cargo: Recorder = {
  files: ['Cargo.lock', 'Cargo.toml'],
  tool: ['cargo', '--version'],
  command: `${CARGO}, without edges of kind dev`,
  record: (folder) => readCargoMetadata(runTool(folder, CARGO)),
};

/** Parses lines of a tool's output: `name@version`, `name@version > name@version`, and `= name`. */
function readGraphLines(output: string): RecordedGraph {
  const notes = new GraphNotes();
  for (const line of output.split('\n').filter((each) => each !== '')) {
    const [from = '', to] = line.split(' > ');
    if (line.startsWith('= ')) {
      notes.addLocal(line.slice(2));
    } else if (to === undefined) {
      notes.addPackage(from);
    } else {
      notes.addEdge(from, to);
    }
  }
  return notes.finish();
}

interface GoModule {
  readonly Path: string;
  readonly Version?: string;
  readonly Main?: boolean;
  readonly GoVersion?: string;
  readonly Replace?: { readonly Path: string; readonly Version?: string };
}

/**
 * With Go 1.17 and later, the main module lists all requirements of its build; before that, all
 * modules count. A replaced module becomes its replacement; a directory is local.
 */
function readGoModules(graph: string, list: string): RecordedGraph {
  const notes = new GraphNotes();
  const modules = JSON.parse(`[${list.replace(/^\}\n\{/gm, '},{')}]`) as GoModule[];
  const main = modules.find((each) => each.Main === true);
  const isPruned = Number(/^1\.(\d+)/.exec(main?.GoVersion ?? '')?.[1] ?? 0) >= 17;
  const required = new Set(
    graph.split('\n').flatMap((line) => {
      const [from = '', to = ''] = line.split(' ');
      return from.includes('@') ? [] : [to];
    }),
  );
  for (const { Path: path, Version: version, Main: isMain, Replace: other } of modules) {
    if (isMain === true || (other !== undefined && other.Version === undefined)) {
      notes.addLocal(path);
    } else if (!isPruned || required.has(`${path}@${version}`)) {
      notes.addPackage(`${other?.Path ?? path}@${other?.Version ?? version}`);
    }
  }
  return notes.finish(false);
}

const GO_GRAPH = 'go mod graph';
const GO_LIST = 'go list -mod=readonly -m -json all';

const go: Recorder = {
  files: ['go.mod', 'go.sum'],
  tool: ['go', 'version'],
  command: `${GO_GRAPH}, edges of the main module, replaced as ${GO_LIST} reports; all of them before Go 1.17`,
  record: (folder) => readGoModules(runTool(folder, GO_GRAPH), runTool(folder, GO_LIST)),
};

/** Composer's own search for the packages that provide a requirement. */
const COMPOSER_EDGES = `
require '/usr/share/php/Composer/autoload.php';
$composer = (new Composer\\Factory)->createComposer(new Composer\\IO\\NullIO, null, true);
$repository = new Composer\\Repository\\InstalledRepository([$composer->getLocker()->getLockedRepository(false)]);
foreach ($repository->getPackages() as $package) {
  if ($package instanceof Composer\\Package\\AliasPackage) continue;
  $from = $package->getPrettyName() . '@' . $package->getPrettyVersion();
  foreach ($package->getRequires() as $link) {
    foreach ($repository->findPackagesWithReplacersAndProviders($link->getTarget()) as $other) {
      if ($other instanceof Composer\\Package\\AliasPackage) $other = $other->getAliasOf();
      echo $from, ' > ', $other->getPrettyName(), '@', $other->getPrettyVersion(), PHP_EOL;
    }
  }
}`;

/** `  - Installing vendor/name (v1.2.3)` */
function readComposer(folder: string): RecordedGraph {
  const installed = runTool(folder, `${COMPOSER} 2>&1`).matchAll(/- Installing (\S+) \(([^\s)]+)/g);
  const edges = runTool(folder, `php -r ${quoteArgument(COMPOSER_EDGES)}`);
  return readGraphLines(
    [...[...installed].map(([, name, version]) => `${name}@${version}`), edges].join('\n'),
  );
}

const COMPOSER =
  'composer install --no-dev --dry-run --no-plugins --no-scripts --no-ansi --ignore-platform-reqs';

const composer: Recorder = {
  files: ['composer.lock'],
  tool: ['composer', '--version', '--no-ansi'],
  command: `${COMPOSER}; edges by InstalledRepository.findPackagesWithReplacersAndProviders`,
  record: readComposer,
};

/**
 * The gems that Bundler would install for every platform of the lock; nothing is installed.
 * Versions are spelled as in the lock, because RubyGems omits "-gnu" at the end of a platform.
 */
const BUNDLER_SCRIPT = `
require "bundler"
gemfile = File.exist?("gems.rb") ? "gems.rb" : "Gemfile"
lock = gemfile == "gems.rb" ? "gems.locked" : "Gemfile.lock"
definition = Bundler::Definition.build(File.expand_path(gemfile), File.expand_path(lock), nil)
optional = definition.instance_variable_get(:@optional_groups) || []
groups = definition.groups - %i[development test] - optional
specs = definition.locked_gems.specs
text = File.read(lock)
id = ->(spec) {
  version = spec.version.to_s + (spec.platform == "ruby" ? "" : "-" + spec.platform.to_s)
  spelled = text[/^ {4}#{Regexp.escape(spec.name)} \\((#{Regexp.escape(version)}(?:-gnu)?)\\)$/, 1]
  spec.name + "@" + (spelled || version)
}
wanted = definition.dependencies.select { |each| (each.groups & groups).any? }.map(&:name)
wanted.each do |name|
  specs.select { |spec| spec.name == name }.each do |spec|
    puts "= " + name if spec.source.is_a?(Bundler::Source::Path) && !spec.source.is_a?(Bundler::Source::Git)
    puts id.(spec)
    spec.dependencies.each do |needed|
      wanted << needed.name unless wanted.include?(needed.name)
      specs.select { |other| other.name == needed.name }.each { |other| puts id.(spec) + " > " + id.(other) }
    end
  end
end`;

const bundler: Recorder = {
  files: ['Gemfile', 'Gemfile.lock', 'gems.rb', 'gems.locked', '*.gemspec'],
  tool: ['bundle', '--version'],
  command:
    'Bundler::Definition of the Gemfile: the locked gems that groups besides development, test and optional ones reach',
  record: (folder) => readGraphLines(runTool(folder, `ruby -e ${quoteArgument(BUNDLER_SCRIPT)}`)),
};

/** Reads the first level of the tree, which a POM itself determines. */
function readMavenTree(output: string): RecordedGraph {
  const notes = new GraphNotes();
  for (const line of output.split('\n')) {
    const [, own] = /^\[INFO\] ([\w.-]+:[\w.-]+):[\w-]+:[\w.-]+$/.exec(line) ?? [];
    const [, id, version] =
      /^\[INFO\] [+\\]- ([^:]+:[^:]+):[^:]+:(?:[^:]+:)?([^:]+):(?:compile|runtime|provided|system)\b/.exec(
        line,
      ) ?? [];
    if (own !== undefined) {
      notes.addLocal(own);
    } else if (id !== undefined) {
      notes.addPackage(`${id}@${version}`);
    }
  }
  return notes.finish(false);
}

const MAVEN = 'mvn -B -Dstyle.color=never';

const maven: Recorder = {
  files: ['pom.xml'],
  tool: ['mvn', '--version', '-Dstyle.color=never'],
  command: `${MAVEN} dependency:tree, first level without the scope test`,
  record: (folder) => {
    // Modules find each other only if they are compiled in the same run.
    const hasModules = readFileSync(join(folder, 'pom.xml'), 'utf8').includes('<modules>');
    return readMavenTree(
      runTool(folder, `${MAVEN} ${hasModules ? 'compile ' : ''}dependency:tree`),
    );
  },
};

/** Class paths of the Java plug-in, and whether production uses them. */
const GRADLE_CLASSPATHS: readonly (readonly [string, boolean])[] = [
  ['compileClasspath', true],
  ['runtimeClasspath', true],
  ['testCompileClasspath', false],
  ['testRuntimeClasspath', false],
];

/**
 * Parses `+--- group:name:1.0 -> 1.1`. Gradle 4.4 reads and writes no lock. The build of a project
 * with a lock must force its versions; for any other project, the lock is created here from the
 * resolution of each configuration, in the form of "Locking dependency versions".
 */
function readGradle(folder: string): RecordedGraph {
  const notes = new GraphNotes();
  const configurations = new Map<string, string[]>();
  for (const [configuration, isProduction] of GRADLE_CLASSPATHS) {
    const tree = runTool(folder, `gradle -q dependencies --configuration ${configuration}`);
    for (const [, id, asked = '', settled] of tree.matchAll(
      /^[ |+\\-]*--- ([\w.-]+:[\w.-]+)(?::([\w.+-]+))?(?: -> ([\w.+-]+))?/gm,
    )) {
      const version = settled ?? asked;
      const key = `${id}:${version}`;
      configurations.set(key, [...(configurations.get(key) ?? []), configuration]);
      if (isProduction) {
        notes.addPackage(`${id}@${version}`);
      }
    }
  }
  const lines = [...configurations].map(
    ([key, names]) => `${key}=${[...new Set(names)].join(',')}`,
  );
  const lock = join(folder, 'gradle.lockfile');
  if (!existsSync(lock)) {
    writeFileSync(lock, `${lines.sort().join('\n')}\nempty=\n`);
  }
  return notes.finish(false);
}

const gradle: Recorder = {
  files: ['gradle.lockfile'],
  tool: ['gradle', '--version | grep ^Gradle'],
  command:
    'gradle dependencies --configuration compileClasspath and runtimeClasspath; a missing lock is made of the answers for all classpaths',
  record: readGradle,
};

/** NuGet's own reader of lock files; a requirement is resolved by name within its framework. */
const NUGET_PROGRAM = `
using System;
using System.Linq;
using NuGet.ProjectModel;
public static class ReadLocks {
  static string Id(LockFileDependency each) {
    return each.Id + "@" + (each.ResolvedVersion == null ? "" : each.ResolvedVersion.ToNormalizedString());
  }
  public static void Main(string[] paths) {
    foreach (var target in paths.SelectMany(path => PackagesLockFileFormat.Read(path).Targets)) {
      foreach (var each in target.Dependencies) {
        Console.WriteLine((each.Type == PackageDependencyType.Project ? "= " + each.Id : Id(each)));
        foreach (var needed in each.Dependencies) {
          var other = target.Dependencies.FirstOrDefault(one => string.Equals(one.Id, needed.Id, StringComparison.OrdinalIgnoreCase));
          if (other != null) { Console.WriteLine(Id(each) + " > " + Id(other)); }
        }
      }
    }
  }
}`;

/** The directory NUGET_LIBRARIES contains the assemblies that the program references. */
const NUGET = `
cp "$NUGET_LIBRARIES"/*.dll "$PROGRAM_FOLDER"
cd "$PROGRAM_FOLDER"
mcs -nologo -out:read-locks.exe $(ls NuGet.*.dll | sed s/^/-r:/) -r:/usr/lib/mono/4.5/Facades/netstandard.dll read-locks.cs >&2
find "$PROJECT_FOLDER" -name packages.lock.json -print0 | xargs -0 mono read-locks.exe`;

function readNuget(folder: string): RecordedGraph {
  const program = mkdtempSync(join(tmpdir(), 'plimsoll-native-'));
  try {
    writeFileSync(join(program, 'read-locks.cs'), NUGET_PROGRAM);
    const variables = `PROGRAM_FOLDER=${quoteArgument(program)}; PROJECT_FOLDER=${quoteArgument(folder)}`;
    return readGraphLines(runTool(folder, `${variables}${NUGET}`));
  } finally {
    rmSync(program, { recursive: true });
  }
}

const nuget: Recorder = {
  files: ['packages.lock.json'],
  tool: ['mono', '--version | head -1'],
  command:
    'NuGet.ProjectModel.PackagesLockFileFormat.Read of the .NET SDK 2.2.104, run by Mono: what dotnet list package --include-transitive prints of a restored project',
  record: readNuget,
};

export const otherRecorders: Readonly<Record<string, Recorder>> = {
  cargo,
  go,
  composer,
  bundler,
  maven,
  gradle,
  nuget,
};
