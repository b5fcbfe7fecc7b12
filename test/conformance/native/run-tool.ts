import { execFileSync } from 'node:child_process';

/** Runs a tool in the directory of a project; ignores the exit status and returns the output. */
export function runTool(folder: string, command: string): string {
  try {
    return execFileSync('bash', ['-c', command], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  } catch (error) {
    const { stdout } = error as { readonly stdout?: string };
    return stdout ?? '';
  }
}
