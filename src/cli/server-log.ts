import type { RequestRecord } from '../server/http/request-record.ts';
import type { Context } from './command.ts';

/** The messages of a server to the person or program that runs it. */
export interface ServerLog {
  readonly notify: (message: string) => void;
  readonly onProblem: (error: unknown, tenant: string) => void;
  /** Absent if requests are not logged. */
  readonly onRequest?: (record: RequestRecord, tenant: string) => void;
}

/** Writes sentences, or one JSON object per line that also has requests. */
export function createServerLog(context: Context): ServerLog {
  const { logFormat, tenants } = context.resolved.values;
  const isAlone = tenants.length === 0;
  if (logFormat === 'text') {
    return {
      notify: (message) => context.notify(message),
      onProblem: (error, tenant) =>
        context.warn(`warning: ${isAlone ? '' : `${tenant}: `}${describeProblem(error)}`),
    };
  }
  const label = (tenant: string): object => (isAlone ? {} : { tenant });
  const write = (level: 'error' | 'info', members: object): void => {
    const line = JSON.stringify({ time: new Date().toISOString(), level, ...members });
    context.warn(line);
  };
  return {
    notify: (message) => write('info', { message }),
    onProblem: (error, tenant) =>
      write('error', { message: describeProblem(error), ...label(tenant) }),
    onRequest: ({ milliseconds, ...record }, tenant) => {
      const members = { ...label(tenant), ...record, milliseconds: Math.round(milliseconds) };
      write('info', { message: 'request', ...members });
    },
  };
}

function describeProblem(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
