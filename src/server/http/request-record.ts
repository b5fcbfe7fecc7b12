import { randomBytes } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { findRight } from '../access/decide-access.ts';
import type { AppEnvironment } from './caller.ts';

/** A request that was answered. It has no text of the sender, so no secret gets into a log. */
export interface RequestRecord {
  readonly method: string;
  /** Path of the route, with parameters in braces; empty for an unknown one. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  /** ID of the principal; empty if nobody was recognized. */
  readonly principal: string;
  /** ID of the trace of the sender (W3C Trace Context), or a new one. */
  readonly trace: string;
}

const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const NO_TRACE = /^0+$/;
const TRACE_BYTES = 16;
const METHODS: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'POST', 'PUT']);

/** Reports each request after it was answered. */
export function createRecording(
  onRequest: (record: RequestRecord) => void,
): MiddlewareHandler<AppEnvironment> {
  return async (context, next) => {
    const begin = performance.now();
    const trace = readTrace(context.req.header('traceparent'));
    context.set('trace', trace);
    context.header('Plimsoll-Trace', trace);
    await next();
    const { method, path } = context.req;
    onRequest({
      method: METHODS.has(method) ? method : 'other',
      route: findRight(method, path)?.path ?? '',
      status: context.res.status,
      milliseconds: performance.now() - begin,
      principal: context.get('caller')?.principal.id ?? '',
      trace,
    });
  };
}

function readTrace(header: string | undefined): string {
  const [, trace] = TRACE_PARENT.exec(header ?? '') ?? [];
  return trace === undefined || NO_TRACE.test(trace)
    ? randomBytes(TRACE_BYTES).toString('hex')
    : trace;
}
