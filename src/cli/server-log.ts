import type { RequestRecord } from '../server/http/request-record.ts';
import type { Context } from './command.ts';

/** The messages of a server to the person or program that runs it. */
export interface ServerLog {
  readonly notify: (message: string) => void;
  readonly onProblem: (error: unknown) => void;
  /** Absent if requests are not logged. */
  readonly onRequest?: (record: RequestRecord) => void;
}

/** Writes sentences, or one JSON object per line that also has requests. */
export function createServerLog(context: Context): ServerLog {
  if (context.resolved.values.logFormat === 'text') {
    return {
      notify: (message) => context.notify(message),
      onProblem: (error) => context.warn(`warning: ${describeProblem(error)}`),
    };
  }
  const write = (level: 'error' | 'info', members: object): void => {
    const line = JSON.stringify({ time: new Date().toISOString(), level, ...members });
    context.warn(line);
  };
  return {
    notify: (message) => write('info', { message }),
    onProblem: (error) => write('error', { message: describeProblem(error) }),
    onRequest: ({ milliseconds, ...record }) =>
      write('info', { message: 'request', ...record, milliseconds: Math.round(milliseconds) }),
  };
}

function describeProblem(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
