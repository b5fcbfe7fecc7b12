import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { present } from '../../foundation/core/assert.ts';
import { UserError } from '../../foundation/core/error.ts';
import { BoundedOutput, getSignalStatus, TOOL_ENVIRONMENT } from './run-child.ts';
import { createProcess, createRuncConfig } from './runc-config.ts';
import type { LaunchRequest, TrialCommand, TrialProgram } from './trial-program.ts';

export interface ContainerOptions {
  /** The process that holds the namespaces. */
  readonly holderPid: string;
  /** Directory with `stage/root`, the files of the image as the holder sees them. */
  readonly folder: string;
  readonly files: readonly (readonly [source: string, destination: string])[];
  readonly memoryBytesMax: number;
  readonly processesMax: number;
  readonly outputBytesMax: number;
  /** Time until the container must exist. */
  readonly msMax: number;
}

const POLL_MS = 20;
const NAME = 'trial';
const GROUPS = '/plimsoll-trial';
/** Version 1 has a directory for each controller. */
const GROUP_FOLDER = '/sys/fs/cgroup';

/**
 * A program that runc starts in the namespaces of a sandbox. runc is the first process of a process
 * namespace inside that of the holder, so that the kernel kills everything if the holder ends.
 */
export class Container implements TrialProgram {
  readonly output: BoundedOutput;
  readonly errors: BoundedOutput;
  readonly ended: Promise<number>;
  readonly #child: ChildProcess;
  readonly #options: ContainerOptions;
  readonly #place: ContainerPlace;
  #pid = '';
  #runcPid = '';
  #hasEnded = false;

  private constructor(options: ContainerOptions, place: ContainerPlace) {
    this.#options = options;
    this.#place = place;
    const own = [
      'unshare',
      '--mount',
      '--pid',
      '--fork',
      '--kill-child=KILL',
      '--mount-proc',
      '--',
    ];
    const runc = ['runc', '--root', place.state, 'run', '--bundle', place.bundle, NAME];
    this.#child = enter(options.holderPid, ['--ipc', '--uts', '--net'], [...own, ...runc]);
    this.output = new BoundedOutput(present(this.#child.stdout, 'a pipe'), options.outputBytesMax);
    this.errors = new BoundedOutput(present(this.#child.stderr, 'a pipe'), options.outputBytesMax);
    this.ended = waitForEnd(this.#child).then((status) => {
      this.#hasEnded = true;
      return status;
    });
  }

  /** @throws UserError `E_TRIAL` if runc cannot create the container */
  static async start(request: LaunchRequest, options: ContainerOptions): Promise<Container> {
    const place = createPlace(options.folder, options.holderPid);
    const config = createRuncConfig(request, {
      rootFolder: join(options.folder, 'stage', 'root'),
      files: options.files,
      hook: ['/bin/sh', '-c', HOOK, 'sh', place.ready, place.go],
      cgroup: `${GROUPS}/${options.holderPid}`,
      memoryBytesMax: options.memoryBytesMax,
      processesMax: options.processesMax,
    });
    writeFileSync(join(place.bundle, 'config.json'), JSON.stringify(config));
    const container = new Container(options, place);
    await container.#waitUntilReady();
    return container;
  }

  async #waitUntilReady(): Promise<void> {
    for (let waitedMs = 0; !existsSync(this.#place.ready); waitedMs += POLL_MS) {
      if (this.#hasEnded || waitedMs > this.#options.msMax) {
        this.#child.kill('SIGKILL');
        const [line = 'it did not respond'] = this.errors.toString().trim().split('\n');
        throw new UserError('E_TRIAL', `runc could not create a container: ${line}`, {
          hint: 'run it without --runtime runc',
        });
      }
      await Promise.race([this.ended, wait(POLL_MS)]);
    }
    const [outer, inner] = findNestedProcesses(String(this.#child.pid));
    this.#runcPid = present(outer, 'the process of runc');
    this.#pid = present(inner, 'the process of the container');
  }

  get pid(): string {
    return this.#pid;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  launch(): void {
    writeFileSync(this.#place.go, '');
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Returns a command that runs beside the program once it is launched. */
  prepareCommand(request: LaunchRequest): TrialCommand {
    const file = join(this.#place.bundle, 'command.json');
    writeFileSync(file, JSON.stringify(createProcess(request)));
    const words = ['runc', '--root', this.#place.state, 'exec', '--process', file, NAME];
    return new ContainerCommand(() => enter(this.#runcPid, [], words));
  }

  /** Removes the control groups that runc leaves if it is killed. */
  removeGroups(): void {
    for (const folder of [GROUP_FOLDER, ...listFolders(GROUP_FOLDER)]) {
      for (const group of listFolders(join(folder, GROUPS))) {
        removeFolder(group);
      }
      removeFolder(join(folder, GROUPS));
    }
  }
}

/** A command that is started with runc's own program when it is launched. */
class ContainerCommand implements TrialCommand {
  readonly #start: () => ChildProcess;
  readonly #end = Promise.withResolvers<number>();
  #child: ChildProcess | undefined;

  constructor(start: () => ChildProcess) {
    this.#start = start;
  }

  get ended(): Promise<number> {
    return this.#end.promise;
  }

  launch(): void {
    this.#child = this.#start();
    this.#child.stdout?.resume();
    this.#child.stderr?.resume();
    void waitForEnd(this.#child).then(this.#end.resolve);
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }
}

/** Files of one container outside of its image. */
interface ContainerPlace {
  readonly bundle: string;
  readonly state: string;
  /** Exists when the container waits for its program. */
  readonly ready: string;
  /** Exists when the program may start. */
  readonly go: string;
}

const HOOK = ': > "$1"; while [ ! -e "$2" ]; do sleep 0.02; done';

function createPlace(folder: string, name: string): ContainerPlace {
  const bundle = join(folder, `runc-${name}`);
  const state = join(bundle, 'state');
  mkdirSync(state, { recursive: true, mode: 0o700 });
  return { bundle, state, ready: join(bundle, 'ready'), go: join(bundle, 'go') };
}

function enter(pid: string, spaces: readonly string[], words: readonly string[]): ChildProcess {
  const args = ['--target', pid, '--mount', '--pid', ...spaces, '--', ...words];
  return spawn('nsenter', args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...TOOL_ENVIRONMENT },
    cwd: '/',
  });
}

async function waitForEnd(child: ChildProcess): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  child.on('error', () => resolve(NOT_STARTED));
  // Not "exit": the last output arrives after it.
  child.on('close', (code, signal) => resolve(code ?? getSignalStatus(signal)));
  return await promise;
}

const NOT_STARTED = 127;

/**
 * Returns the process IDs of runc and of the first process of its container: both are the first
 * process of a namespace, and that of the container is the deepest.
 */
function findNestedProcesses(ancestor: string): readonly [string | undefined, string | undefined] {
  const processes = readdirSync('/proc').flatMap((pid) =>
    /^[0-9]+$/.test(pid) ? readProcess(pid) : [],
  );
  const own = new Set([ancestor]);
  for (let found = 0; found !== own.size; ) {
    found = own.size;
    for (const { pid, parent } of processes) {
      if (own.has(parent)) {
        own.add(pid);
      }
    }
  }
  const firsts = processes
    .filter(({ pid, numbers }) => own.has(pid) && numbers.length > 1 && numbers.at(-1) === '1')
    .toSorted((left, right) => right.numbers.length - left.numbers.length);
  return [firsts[1]?.pid, firsts[0]?.pid];
}

interface ProcessStatus {
  readonly pid: string;
  readonly parent: string;
  /** Its ID in each process namespace, the host's first. */
  readonly numbers: readonly string[];
}

function readProcess(pid: string): readonly ProcessStatus[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const [, parent = ''] = /^PPid:\s*([0-9]+)$/m.exec(status) ?? [];
    const [, numbers = ''] = /^NSpid:\s*(.*)$/m.exec(status) ?? [];
    return [{ pid, parent, numbers: numbers.split(/\s+/) }];
  } catch {
    // It has just ended.
    return [];
  }
}

function listFolders(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((one) => one.isDirectory())
      .map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
}

/** Groups with processes cannot be removed. */
function removeFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Another trial uses it, or it does not exist.
  }
}
