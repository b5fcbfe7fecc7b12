import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ROOT } from '../source-tree.ts';
import locked from './debian-packages.json' with { type: 'json' };
import { type ReleasePlatform, runTool } from './node-binary.ts';

/** A package of Debian, unpacked. */
export interface DebianPackage {
  readonly name: string;
  /** The directory of its files. */
  readonly files: string;
  /** The directory with its control file and its digests. */
  readonly control: string;
}

const CACHE = join(ROOT, '.cache', 'release');
const { RELEASE_APT_SOURCES: SOURCES } = process.env;

/**
 * Unpacks the libraries that Node needs, for any architecture. They are downloaded by apt from
 * sources of Debian 13, and must have the recorded digests. RELEASE_APT_SOURCES names a file with
 * the sources if those of this machine are for another release.
 */
export function unpackDebianPackages(
  { architecture }: ReleasePlatform,
  folder: string,
): readonly DebianPackage[] {
  const packages = Object.entries(locked[architecture]) as [string, [string, string]][];
  const archives = packages.map(([name, [version, digest]]) => ({
    name,
    version,
    digest,
    path: join(CACHE, `${digest}.deb`),
  }));
  const missing = archives.filter(({ path }) => !existsSync(path));
  if (missing.length > 0) downloadArchives(architecture, missing);
  return archives.map(({ name, path }) => {
    const files = join(folder, name, 'files');
    const control = join(folder, name, 'control');
    mkdirSync(join(folder, name), { recursive: true });
    runTool('dpkg-deb', ['-x', path, files]);
    runTool('dpkg-deb', ['-e', path, control]);
    return { name, files, control };
  });
}

interface Archive {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly path: string;
}

/** Uses lists and caches of its own, so it needs neither root nor another architecture in dpkg. */
function downloadArchives(architecture: string, archives: readonly Archive[]): void {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-debian-'));
  try {
    mkdirSync(join(folder, 'state', 'lists', 'partial'), { recursive: true });
    mkdirSync(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
    const options = [
      `Dir::State=${folder}/state`,
      `Dir::Cache=${folder}/cache`,
      'Dir::State::status=/dev/null',
      `APT::Architecture=${architecture}`,
      `APT::Architectures=${architecture}`,
      ...(SOURCES === undefined
        ? []
        : [`Dir::Etc::sourcelist=${resolve(SOURCES)}`, 'Dir::Etc::sourceparts=/dev/null']),
    ].flatMap((option) => ['-o', option]);
    runTool('apt-get', [...options, '-qq', 'update']);
    for (const { name, version, digest, path } of archives) {
      const directory = join(folder, name);
      mkdirSync(directory);
      runTool('sh', [
        '-c',
        'cd "$1" && shift && exec apt-get "$@"',
        'sh',
        directory,
        ...options,
        '-qq',
        'download',
        `${name}=${version}`,
      ]);
      const [file = ''] = runTool('ls', [directory]).trim().split('\n');
      const found = createHash('sha256')
        .update(readFileSync(join(directory, file)))
        .digest('hex');
      if (found !== digest) throw new Error(`${file} has the digest ${found}, not ${digest}`);
      runTool('mv', [join(directory, file), `${path}.${process.pid}`]);
      renameSync(`${path}.${process.pid}`, path);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
