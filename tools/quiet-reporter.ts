import { Readable } from 'node:stream';
import { spec } from 'node:test/reporters';
import { listFiles } from './source-tree.ts';

interface TestData {
  readonly name?: string;
  readonly nesting?: number;
  readonly file?: string;
  readonly message?: string;
  readonly skip?: string | boolean;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface TestEvent {
  readonly type: string;
  readonly data: TestData;
}

/** What must have run, where the material for it is at hand. */
export interface Duties {
  /** Files each of which must have run a test; empty where nothing is owed. */
  readonly files: readonly string[];
  /** Reasons for which a test may be skipped all the same. */
  readonly excuses: readonly RegExp[];
}

/** What a machine of ours may lack although it has the material. */
const EXCUSES: readonly RegExp[] = [/PostgreSQL/u, /\broot\b/u, /\blarge images\b/u];

/**
 * Passes on what a person needs to see: failures, skips with their reason, and the runner's own
 * summary. Where something is owed, a test that was skipped and a file that ran none are failures.
 */
export async function* quieten(
  events: AsyncIterable<TestEvent>,
  duties: Duties,
): AsyncGenerator<TestEvent> {
  const ran = new Set<string>();
  const isOwing = duties.files.length > 0;
  let refused = 0;
  let missing = 0;
  for await (const event of events) {
    const { type, data } = event;
    if (type === 'test:pass' && data.skip === undefined && data.file !== undefined) {
      ran.add(data.file);
    }
    if (type === 'test:pass' && data.skip !== undefined) {
      const isRefused = isOwing && !isExcused(data.skip, duties.excuses);
      if (isRefused) refused += 1;
      yield isRefused ? failure(data, `must run here, but was skipped: ${data.skip}`) : event;
    } else if (type === 'test:diagnostic' && data.nesting === 0) {
      if (/^tests \d+$/u.test(data.message ?? '')) {
        for (const file of duties.files.filter((each) => !ran.has(each))) {
          missing += 1;
          yield failure({ name: file, nesting: 0, file }, 'must run here, but no test of it ran');
        }
      }
      yield recount(event, { refused, missing });
    } else if (type !== 'test:pass') {
      yield event;
    }
  }
  if (refused + missing > 0) process.exitCode = 1;
}

function isExcused(reason: string | boolean, excuses: readonly RegExp[]): boolean {
  return typeof reason === 'string' && excuses.some((excuse) => excuse.test(reason));
}

function failure(data: TestData, message: string): TestEvent {
  const { skip: _, ...rest } = data;
  const error = new Error(message);
  delete error.stack;
  return { type: 'test:fail', data: { ...rest, details: { ...data.details, error } } };
}

/** The runner's counts with what it took for skipped or did not see counted as failed. */
function recount(
  event: TestEvent,
  { refused, missing }: { readonly refused: number; readonly missing: number },
): TestEvent {
  const [word = '', number = ''] = (event.data.message ?? '').split(' ');
  const change = { tests: missing, fail: refused + missing, skipped: -refused }[word] ?? 0;
  const message = change === 0 ? event.data.message : `${word} ${Number(number) + change}`;
  return { ...event, data: { ...event.data, ...(message === undefined ? {} : { message }) } };
}

/** Tests of the recorded answers must run where CI has them. */
function dutiesHere(): Duties {
  const isOwed = process.env['CI'] === 'true' && process.env['PLIMSOLL_CONFORMANCE_DIR'];
  const files = isOwed ? listFiles(['test/conformance/*.test.ts']) : [];
  return { files: files.map((path) => `${process.cwd()}/${path}`), excuses: EXCUSES };
}

/** For `node --test --test-reporter`, which asks for a default export. */
export default async function* quietReporter(
  events: AsyncIterable<TestEvent>,
): AsyncGenerator<string> {
  const shown = Readable.from(quieten(events, dutiesHere())).pipe(spec());
  for await (const text of shown) yield String(text);
}
