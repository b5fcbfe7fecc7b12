import { CAPABILITIES } from './namespace-script.data.ts';
import {
  ENGINE_MOUNTS,
  MASKED_PATHS,
  NAMESPACE_FLAGS,
  READ_ONLY_PATHS,
  REJECTED_CALLS,
} from './runc-config.data.ts';
import type { LaunchRequest } from './trial-program.ts';

/** Settings of a container that do not come from its image. */
export interface RuncSettings {
  /** Directory with all files of the image. */
  readonly rootFolder: string;
  /** Files to mount, with their real paths in the image. */
  readonly files: readonly (readonly [source: string, destination: string])[];
  /** Waits in this command until the program may start. */
  readonly hook: readonly string[];
  readonly cgroup: string;
  readonly memoryBytesMax: number;
  readonly processesMax: number;
}

/**
 * Creates the configuration of a container, in the form of the OCI runtime specification. Network,
 * IPC and host name are those of the process that starts it.
 */
export function createRuncConfig(request: LaunchRequest, settings: RuncSettings): object {
  const { rootFolder, files, hook, cgroup, memoryBytesMax, processesMax } = settings;
  const [path = '', ...rest] = hook;
  return {
    ociVersion: '1.0.2',
    root: { path: rootFolder, readonly: false },
    process: createProcess(request),
    mounts: [
      ...ENGINE_MOUNTS,
      ...files.map(([source, destination]) => ({
        destination,
        source,
        type: 'bind',
        options: ['rbind', 'rprivate', 'nodev'],
      })),
    ],
    hooks: { createRuntime: [{ path, args: [path, ...rest] }] },
    linux: {
      namespaces: [{ type: 'pid' }, { type: 'mount' }],
      cgroupsPath: cgroup,
      resources: {
        devices: [{ allow: false, access: 'rwm' }],
        memory: { limit: memoryBytesMax },
        pids: { limit: processesMax },
      },
      seccomp: createFilter(),
      maskedPaths: MASKED_PATHS,
      readonlyPaths: READ_ONLY_PATHS,
    },
  };
}

/** Creates the part that describes one process, also for `runc exec`. */
export function createProcess(request: LaunchRequest): object {
  const { user, group, groups, directory, args, environment } = request;
  const names = CAPABILITIES.map((name) => `CAP_${name.toUpperCase()}`);
  return {
    terminal: false,
    user: { uid: user, gid: group, additionalGids: groups, umask: 0o022 },
    args,
    env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    cwd: directory,
    capabilities: { bounding: names, effective: names, permitted: names },
    noNewPrivileges: false,
  };
}

const NOT_PERMITTED = 1;
const NOT_IMPLEMENTED = 38;

/** A program that gets "not implemented" from clone3(2) uses clone(2), whose flags can be read. */
function createFilter(): object {
  const reject = (names: readonly string[], errnoRet: number, args: readonly object[] = []) => ({
    names,
    action: 'SCMP_ACT_ERRNO',
    errnoRet,
    args,
  });
  return {
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [
      reject(REJECTED_CALLS, NOT_PERMITTED),
      reject(['clone3'], NOT_IMPLEMENTED),
      ...NAMESPACE_FLAGS.map((value) =>
        reject(['clone'], NOT_PERMITTED, [
          { index: 0, value, valueTwo: value, op: 'SCMP_CMP_MASKED_EQ' },
        ]),
      ),
    ],
  };
}
