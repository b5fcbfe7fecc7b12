import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import { DATA, listServerPackages, stageManifest } from '../pack.ts';
import { ROOT } from '../source-tree.ts';
import { formatLicenses, listPackageFolders } from './licenses.ts';

const REPLACEMENTS = join(import.meta.dirname, 'executable');

/** Modules that work differently without files, by the replacement of each. */
const REPLACED: ReadonlyMap<string, string> = new Map(
  [
    'syntax/load-package.ts',
    'cli/package-root.ts',
    'cli/build-identity.ts',
    'cli/node-path.ts',
    'cli/signed-program.ts',
    'policy/pack/find-packs-folder.ts',
  ].map((path) => [join(ROOT, 'src', path), join(REPLACEMENTS, basename(path))]),
);

/** Server modules that cannot be in the executable: Node loads the code of a thread as a file. */
function listThreadModules(): ReadonlySet<string> {
  const modules = globSync('src/server/**/*.ts', { cwd: ROOT }).map((path) => join(ROOT, path));
  return new Set(modules.filter((path) => readFileSync(path, 'utf8').includes('workerData')));
}

const ABSENT_PREFIX = '\0absent:';

/** Resolves the modules above, and lets packages of the server fail when they are imported. */
function createResolver(): Plugin {
  const serverPackages = listServerPackages();
  const threadModules = listThreadModules();
  return {
    name: 'executable',
    async resolveId(source, importer, options) {
      const name = source.split('/', source.startsWith('@') ? 2 : 1).join('/');
      if (serverPackages.has(name)) return `${ABSENT_PREFIX}${name}`;
      if (!source.startsWith('.')) return null;
      const found = await this.resolve(source, importer, { ...options, skipSelf: true });
      if (found !== null && threadModules.has(found.id)) return `${ABSENT_PREFIX}plimsoll-server`;
      return REPLACED.get(found?.id ?? '') ?? found;
    },
    load(id) {
      if (!id.startsWith(ABSENT_PREFIX)) return null;
      const message = `Cannot find package '${id.slice(ABSENT_PREFIX.length)}' imported from plimsoll`;
      const error = `Object.assign(new Error(${JSON.stringify(message)}), { code: 'ERR_MODULE_NOT_FOUND' })`;
      return `throw ${error}; export {};`;
    },
  };
}

/**
 * Bundles the program and its packages as CommonJS, which needs no files to load modules. Returns
 * the directories of the packages.
 */
export async function bundleCode(directory: string): Promise<readonly string[]> {
  const bundler = await rolldown({
    cwd: ROOT,
    input: { plimsoll: join(ROOT, 'src/cli/main.ts') },
    platform: 'node',
    shimMissingExports: true,
    plugins: [createResolver()],
    onLog(level, { code, message }) {
      const isExpected = code === 'INEFFECTIVE_DYNAMIC_IMPORT' || code === 'SHIMMED_EXPORT';
      if (level === 'warn' && !isExpected) throw new Error(message);
    },
  });
  try {
    const { output } = await bundler.write({
      dir: directory,
      format: 'cjs',
      comments: false,
      entryFileNames: '[name].js',
      chunkFileNames: 'chunk/[name].js',
    });
    return listPackageFolders(
      output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : [])),
    );
  } finally {
    await bundler.close();
  }
}

/**
 * Prepares the files of the executables in a directory: the code, the samples, and the manifest.
 * The same directory serves all platforms. Returns the license texts of the bundled packages.
 */
export async function stageExecutable(folder: string): Promise<string> {
  const packages = await bundleCode(join(folder, 'code'));
  for (const name of DATA) {
    const target = join(folder, 'package', name);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(ROOT, name), target, { recursive: true });
  }
  stageManifest(ROOT, join(folder, 'package'), 'plimsoll');
  cpSync(join(REPLACEMENTS, 'loader.js'), join(folder, 'loader.js'));
  const identity = createHash('sha256');
  for (const path of listStagedFiles(folder, 'code'))
    identity.update(readFileSync(join(folder, path)));
  writeFileSync(join(folder, 'identity'), identity.digest('hex'));
  return formatLicenses(packages);
}

function listStagedFiles(folder: string, part: string): readonly string[] {
  return globSync(`${part}/**`, { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort(compareText);
}

export interface Executable {
  /** The Node of its platform. The Node of this process writes the executable. */
  readonly node: string;
  readonly target: string;
  /** Whether this machine can run that Node. */
  readonly canRun: boolean;
}

/**
 * Writes an executable from a staged directory. If this machine can run it, it also contains the
 * code that V8 compiled, so it starts faster.
 */
export function writeExecutable(folder: string, { node, target, canRun }: Executable): void {
  if (canRun) recordCode(folder, node);
  const files = [
    'identity',
    ...listStagedFiles(folder, 'code'),
    ...(canRun ? listStagedFiles(folder, 'compiled') : []),
    ...listStagedFiles(folder, 'package'),
  ];
  const configuration = {
    main: 'loader.js',
    executable: node,
    // Beside the input, so that no path of this machine can be in the output.
    output: 'plimsoll.tmp',
    disableExperimentalSEAWarning: true,
    // It would only cover the loader.
    useCodeCache: false,
    assets: Object.fromEntries(files.map((path) => [path, path])),
  };
  writeFileSync(join(folder, 'sea.json'), JSON.stringify(configuration));
  runNode(process.execPath, ['--build-sea', 'sea.json'], { cwd: folder });
  renameSync(join(folder, 'plimsoll.tmp'), target);
}

/** The first of these runs that loads a module records its compiled code. */
const RECORDED_RUNS = [['sbom', 'package/examples/sample.oci.tar', '-q'], ['demo']];

/**
 * Flags that make recordings reproducible: no random seeds, no machine code, and a heap so large
 * that no memory is used twice, because V8 also writes unused bytes. V8 only accepts the code with
 * the flags of the recording, but ignores some of these; `record-code.ts` resets the others.
 */
const RECORD_FLAGS = [
  '--random-seed=1',
  '--predictable',
  '--no-sparkplug',
  '--initial-old-space-size=4096',
  '--min-semi-space-size=512',
  '--max-semi-space-size=512',
];

/** Runs the staged program, and writes the code that V8 compiled to the directory `compiled`. */
export function recordCode(folder: string, node: string): void {
  rmSync(join(folder, 'compiled'), { recursive: true, force: true });
  for (const run of RECORDED_RUNS) {
    const home = mkdtempSync(join(tmpdir(), 'plimsoll-record-'));
    // The rest of the environment could change the run.
    const { SystemRoot } = process.env;
    const env = { SystemRoot, HOME: home, USERPROFILE: home, TMPDIR: home, TEMP: home };
    try {
      runNode(node, [...RECORD_FLAGS, join(REPLACEMENTS, 'record-code.ts'), ...run], {
        cwd: folder,
        env,
      });
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  }
}

function runNode(
  node: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): void {
  const { status, error, stderr } = spawnSync(node, args, { ...options, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`node ${args[0]} ended with ${status}: ${error?.message ?? stderr}`);
  }
}
