import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { present } from '../../foundation/core/assert.ts';
import { UserError } from '../../foundation/core/error.ts';
import { Container, type ContainerOptions } from './container.ts';
import type { MountPoints } from './mount-points.ts';
import {
  HOLDER_SCRIPT,
  LAUNCHER_SCRIPT,
  PRIVILEGE_ARGUMENTS,
  PROCESS_SCRIPT,
} from './namespace-script.data.ts';
import { BoundedOutput, getSignalStatus, requireTool, TOOL_ENVIRONMENT } from './run-child.ts';
import type { LaunchRequest, TrialCommand, TrialProgram, TrialRuntime } from './trial-program.ts';

/** The image of a sandbox, and its limits. */
export interface SandboxOptions {
  /** Directory with the unpacked layers. Other than them, it contains an empty `stage`. */
  readonly folder: string;
  /** The topmost last. */
  readonly layers: readonly string[];
  readonly mountPoints: MountPoints;
  /** Path of Node.js. */
  readonly nodePath: string;
  /** Bytes that a program may write to files. */
  readonly writtenBytesMax: number;
  readonly outputBytesMax: number;
  readonly runtime: TrialRuntime;
  /** Bytes of memory and number of processes; only runc limits them. */
  readonly memoryBytesMax: number;
  readonly processesMax: number;
}

const SETUP_MS_MAX = 20_000;

/**
 * Mount, network, process, IPC and host name namespaces in which one image runs. They have no
 * network but loopback. A shell holds them: if it ends, and it does when plimsoll ends, the kernel
 * kills every process in them and drops every mount.
 */
export class Sandbox {
  readonly #options: SandboxOptions;
  readonly #holder: ChildProcess;
  readonly #lines: LineQueue;
  readonly #errors: BoundedOutput;
  #pid = '';
  #container: Container | undefined;

  private constructor(options: SandboxOptions) {
    this.#options = options;
    const { folder, layers, mountPoints, writtenBytesMax } = options;
    const spaces = ['--mount', '--net', '--ipc', '--uts', '--pid', '--fork', '--kill-child=KILL'];
    this.#holder = spawn('unshare', [...spaces, '--', 'sh', '-c', HOLDER_SCRIPT], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'pipe'],
      // Without a terminal, a program of the image cannot write into the input of the user's.
      detached: true,
      env: {
        ...TOOL_ENVIRONMENT,
        LOWER: layers.toReversed().join(':'),
        STAGE_BYTES: String(writtenBytesMax),
        HOSTS: mountPoints.hosts,
        HOSTNAME_FILE: mountPoints.hostname,
        RESOLVER: mountPoints.resolver,
        RUNTIME: options.runtime,
      },
    });
    const { stdin, stdout, stderr } = this.#holder;
    this.#lines = new LineQueue(present(stdout, 'a pipe'));
    this.#errors = new BoundedOutput(present(stderr, 'a pipe'), options.outputBytesMax);
    stdin?.on('error', () => undefined);
    this.#holder.on('error', () => this.#lines.end());
  }

  /** @throws UserError `E_TRIAL` if the machine does not permit it */
  static async start(options: SandboxOptions): Promise<Sandbox> {
    const sandbox = new Sandbox(options);
    const [word, pid = ''] = (await sandbox.#lines.next(SETUP_MS_MAX))?.split(' ') ?? [];
    if (word !== 'ready') {
      sandbox.kill();
      const [line = 'it did not respond'] = sandbox.#errors.toString().trim().split('\n');
      throw new UserError('E_TRIAL', `could not create the namespaces: ${line}`, {
        hint: 'run it as root on a machine that permits namespaces and overlayfs',
      });
    }
    sandbox.#pid = pid;
    return sandbox;
  }

  /** Directory of everything that was written to the image's files. */
  get writtenFolder(): string {
    return `/proc/${this.#pid}/fd/7`;
  }

  /** Starts the waiting process that will become the program of the image, as its first process. */
  async prepareProgram(request: LaunchRequest): Promise<TrialProgram> {
    const { folder, nodePath, runtime } = this.#options;
    if (runtime === 'runc') {
      this.#container = await Container.start(request, this.#describeContainer());
      return this.#container;
    }
    const own = ['unshare', '--pid', '--fork', '--kill-child=KILL', '--', 'sh', '-c'];
    const root = `${folder}/stage/root`;
    return await this.#createLauncher(
      request,
      ['--pid'],
      [...own, PROCESS_SCRIPT, 'sh', root, 'setpriv', ...PRIVILEGE_ARGUMENTS, nodePath],
    );
  }

  #describeContainer(): ContainerOptions {
    const { folder, mountPoints, memoryBytesMax, processesMax, outputBytesMax } = this.#options;
    const files: readonly (readonly [string, string])[] = [
      ['hosts', mountPoints.hosts],
      ['hostname', mountPoints.hostname],
      ['resolv.conf', mountPoints.resolver],
    ];
    return {
      holderPid: this.#pid,
      folder,
      files: files
        .filter(([, destination]) => destination !== '')
        .map(([name, destination]) => [`${folder}/stage/files/${name}`, destination]),
      memoryBytesMax,
      processesMax,
      outputBytesMax,
      msMax: SETUP_MS_MAX,
    };
  }

  /** Starts a waiting process for a command that runs beside the program. */
  async prepareCommand(program: TrialProgram, request: LaunchRequest): Promise<TrialCommand> {
    if (this.#container !== undefined) {
      return this.#container.prepareCommand(request);
    }
    return await this.#createLauncher(
      request,
      [`--pid=/proc/${program.pid}/ns/pid`],
      ['setpriv', ...PRIVILEGE_ARGUMENTS, this.#options.nodePath],
    );
  }

  async #createLauncher(
    request: LaunchRequest,
    spaces: readonly string[],
    words: readonly string[],
  ): Promise<Launcher> {
    const args = ['--target', this.#pid, '--mount', '--net', '--ipc', '--uts', ...spaces, '--'];
    const child = spawn('nsenter', [...args, ...words, '-e', LAUNCHER_SCRIPT], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      detached: true,
      env: { ...TOOL_ENVIRONMENT },
      cwd: '/',
    });
    const launcher = new Launcher(child, request, this.#options.outputBytesMax);
    await launcher.waitUntilReady();
    return launcher;
  }

  /** Puts the host's files out of reach of every process that was prepared. */
  async seal(): Promise<void> {
    if (this.#container !== undefined) {
      // A container has a root of its own.
      return;
    }
    this.#holder.stdin?.write('seal\n');
    const line = await this.#lines.next(SETUP_MS_MAX);
    if (line !== 'sealed') {
      const [reason = ''] = this.#errors.toString().trim().split('\n');
      throw new UserError('E_TRIAL', `could not change the root directory: ${reason}`);
    }
    // The old root is mounted over the new one now.
    await requireTool('nsenter', ['--target', this.#pid, '--mount', '--', 'umount', '-l', '/']);
    this.#checkMounts();
  }

  /** Fails if anything but the mounts of the sandbox is left. */
  #checkMounts(): void {
    const mounts = readFileSync(`/proc/${this.#pid}/mountinfo`, 'utf8').trim().split('\n');
    const roots = mounts.filter((line) => line.split(' ')[4] === '/');
    const isOwn = roots.length === 1 && / - overlay /u.test(roots[0] ?? '');
    if (!isOwn) {
      throw new UserError('E_TRIAL', 'the root directory of the host is still mounted');
    }
  }

  /**
   * Runs a command of the user in the network of the image, with the files of the host. It ends
   * with the sandbox, too.
   */
  spawnCommand(
    command: readonly string[],
    environment: Readonly<Record<string, string | undefined>>,
  ): ChildProcess {
    const own = ['unshare', '--pid', '--fork', '--kill-child=KILL', '--mount-proc', '--'];
    return spawn('nsenter', ['--target', this.#pid, '--net', '--pid', '--', ...own, ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment },
    });
  }

  /** Kills every process in the namespaces, and drops every mount. */
  kill(): void {
    this.#holder.kill('SIGKILL');
    this.#holder.stdin?.destroy();
    this.#container?.removeGroups();
  }
}

/** A process that waits for its program. */
export class Launcher implements TrialProgram {
  readonly output: BoundedOutput;
  readonly errors: BoundedOutput;
  /** Resolves to the exit status. */
  readonly ended: Promise<number>;
  readonly #child: ChildProcess;
  readonly #request: Writable;
  readonly #lines: LineQueue;
  readonly #words: LaunchRequest;
  #pid = '';
  #hasEnded = false;

  constructor(child: ChildProcess, request: LaunchRequest, outputBytesMax: number) {
    this.#child = child;
    this.#words = request;
    this.output = new BoundedOutput(present(child.stdout, 'a pipe'), outputBytesMax);
    this.errors = new BoundedOutput(present(child.stderr, 'a pipe'), outputBytesMax);
    this.#request = child.stdio[3] as Writable;
    this.#request.on('error', () => undefined);
    this.#lines = new LineQueue(child.stdio[4] as Readable);
    const { promise, resolve } = Promise.withResolvers<number>();
    this.ended = promise;
    child.on('error', () => this.#lines.end());
    // Not "exit": the last output arrives after it.
    child.on('close', (code, signal) => {
      this.#hasEnded = true;
      resolve(code ?? getSignalStatus(signal));
    });
  }

  /** Process ID as the host sees it. */
  get pid(): string {
    return this.#pid;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Waits until the process can receive its program. */
  async waitUntilReady(): Promise<void> {
    const pid = await this.#lines.next(SETUP_MS_MAX);
    if (pid === undefined) {
      this.#child.kill('SIGKILL');
      const [line = ''] = this.errors.toString().trim().split('\n');
      throw new UserError('E_TRIAL', `could not start a process in the namespaces: ${line}`);
    }
    this.#pid = pid;
  }

  launch(): void {
    this.#request.end(JSON.stringify(this.#words));
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/** Reads lines with a time limit for each. */
class LineQueue {
  readonly #lines: string[] = [];
  #waiting: ((line: string | undefined) => void) | undefined;
  #isOver = false;

  constructor(stream: Readable) {
    const reader = createInterface({ input: stream });
    reader.on('line', (line) => this.#push(line));
    reader.on('close', () => this.end());
    stream.on('error', () => this.end());
  }

  /** Returns `undefined` if the stream ends or nothing arrives in time. */
  async next(msMax: number): Promise<string | undefined> {
    const line = this.#lines.shift();
    if (line !== undefined || this.#isOver) {
      return line;
    }
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const timer = setTimeout(() => this.#answer(undefined), msMax);
    this.#waiting = resolve;
    return await promise.finally(() => clearTimeout(timer));
  }

  end(): void {
    this.#isOver = true;
    this.#answer(undefined);
  }

  #push(line: string): void {
    if (this.#waiting === undefined) {
      this.#lines.push(line);
    } else {
      this.#answer(line);
    }
  }

  #answer(line: string | undefined): void {
    this.#waiting?.(line);
    this.#waiting = undefined;
  }
}
