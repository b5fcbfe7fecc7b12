import type { BoundedOutput } from './run-child.ts';

/** `namespaces`: tools of util-linux; `runc`: with a seccomp filter and limits. */
export type TrialRuntime = 'namespaces' | 'runc';

/** A command that waits until it is launched. */
export interface TrialCommand {
  /** Resolves to the exit status. */
  readonly ended: Promise<number>;
  launch(): void;
  kill(): void;
}

/** The program of an image. */
export interface TrialProgram extends TrialCommand {
  readonly output: BoundedOutput;
  readonly errors: BoundedOutput;
  readonly hasEnded: boolean;
  /** Process ID as the host sees it. */
  readonly pid: string;
}

/** The program to start, with the user and the variables of the image. */
export interface LaunchRequest {
  readonly user: number;
  readonly group: number;
  readonly groups: readonly number[];
  readonly directory: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}
