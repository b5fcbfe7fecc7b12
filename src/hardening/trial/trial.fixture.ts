import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { checkRequirements, isToolInstalled } from './requirements.ts';
import type { TrialImage, TrialLayer, TrialProcess } from './trial-image.ts';
import type { TrialRequest } from './verify-slim.ts';

/** Reason to skip tests that run images; `false` if they can be run. */
export function findSkipReason(): string | false {
  try {
    checkRequirements(process.platform);
    return isToolInstalled('ldd') ? false : 'ldd is not installed';
  } catch (error) {
    return (error as Error).message;
  }
}

/** A root with programs of this machine and the libraries that they need. */
export interface HostRoot extends Disposable {
  readonly folder: string;
}

export interface RootContent {
  /** Names of programs of this machine. */
  readonly programs: readonly string[];
  /** Modules of Perl, with those that they load. */
  readonly perlModules?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly folders?: readonly string[];
}

const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

export function createHostRoot({
  programs,
  perlModules = [],
  files = {},
  folders = [],
}: RootContent): HostRoot {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-trial-root-'));
  for (const name of programs) {
    const found = PATH.split(':').find((path) => existsSync(join(path, name))) ?? '/bin';
    const path = realpathSync(join(found, name));
    copyFile(path, join(folder, 'bin', name));
    for (const library of listLibraries(path)) {
      copyFile(library, join(folder, library));
    }
  }
  for (const path of perlModules.flatMap(listPerlFiles)) {
    copyFile(path, join(folder, path));
  }
  for (const path of [...folders, '/etc', '/tmp']) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
    chmodSync(join(folder, path), content.startsWith('#!') ? 0o755 : 0o644);
  }
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

function listLibraries(path: string): readonly string[] {
  const text = execFileSync('ldd', [path], { encoding: 'utf8' });
  return text.match(/\/\S+\.so\S*/gu) ?? [];
}

function listPerlFiles(module: string): readonly string[] {
  const script = 'print "$_\\n" for values %INC, @DynaLoader::dl_shared_objects';
  const text = execFileSync('perl', [`-M${module}`, '-e', script], { encoding: 'utf8' });
  return text.split('\n').filter((path) => path !== '');
}

function copyFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, 0o755);
}

/** Packs a directory as a layer, without some paths. */
export function createLayer(folder: string, without: readonly string[] = []): TrialLayer {
  return {
    async *open() {
      const excluded = without.map((path) => `--exclude=.${path}`);
      const child = spawn('tar', ['-C', folder, '--anchored', ...excluded, '-cf', '-', '.'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      yield* child.stdout;
    },
  };
}

export function createTrialImage(
  layers: readonly TrialLayer[],
  command: readonly string[],
  process: Partial<TrialProcess> = {},
): TrialImage {
  return {
    name: 'image',
    layers,
    process: {
      command,
      environment: new Map([['PATH', '/bin']]),
      workingFolder: '/',
      user: '',
      volumes: [],
      exposedPorts: [],
      healthcheck: [],
      stopSignal: '',
      ...process,
    },
  };
}

/** A request with short time limits, and the directory of the trial. */
export function createTrialRequest(
  original: TrialImage,
  slim: TrialImage,
  resources: DisposableStack,
): TrialRequest {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-trial-'));
  resources.defer(() => rmSync(folder, { recursive: true, force: true }));
  return {
    original,
    slim,
    folder,
    platform: process.platform,
    expected: undefined,
    repairsMax: 0,
    command: [],
    environment: { PATH },
    nodePath: process.execPath,
    runtime: 'namespaces',
    now: () => performance.now(),
    startMs: 5_000,
    commandMs: 5_000,
    stopMs: 1_000,
    limits: DEFAULT_LIMITS,
    resources,
    onStep: () => undefined,
  };
}
