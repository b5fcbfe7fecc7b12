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
  const starts = new OpenTests();
  let refused = 0;
  for await (const event of events) {
    const { type, data } = event;
    if (type === 'test:start') {
      starts.open(event);
    } else if (type === 'test:pass' && data.skip === undefined) {
      if (data.file !== undefined) ran.add(data.file);
      yield* starts.close(event, false);
    } else if (type === 'test:pass') {
      const isRefused = isOwed(data.skip ?? false, duties);
      if (isRefused) refused += 1;
      const message = `must run here, but was skipped: ${data.skip}`;
      yield* starts.close(isRefused ? failure(data, message) : event, true);
    } else if (type === 'test:fail') {
      if (data.file !== undefined) ran.add(data.file);
      yield* starts.close(event, true);
    } else if (type === 'test:diagnostic' && data.nesting === 0) {
      const missing = duties.files.filter((file) => !ran.has(file));
      // Tests may print lines of their own long before the first line of the summary.
      if (data.message?.startsWith('tests ')) {
        yield* missing.flatMap(absence);
        if (refused + missing.length > 0) process.exitCode = 1;
      }
      yield recount(event, { refused, missing: missing.length });
    } else {
      yield event;
    }
  }
}

/** The beginnings of tests that have not ended; told only where a test in them is worth telling. */
class OpenTests {
  #open: { readonly event: TestEvent; isTold: boolean }[] = [];

  open(event: TestEvent): void {
    this.#open.length = Math.min(this.#open.length, nestingOf(event));
    this.#open.push({ event, isTold: false });
  }

  /**
   * The end of a test, with the beginnings that were not told yet; nothing where it can be silent.
   */
  close(end: TestEvent, isWorthTelling: boolean): TestEvent[] {
    const nesting = nestingOf(end);
    const own = this.#open[nesting];
    const told: TestEvent[] = [];
    if (isWorthTelling || own?.isTold) {
      for (const each of this.#open.slice(0, nesting + 1)) {
        if (!each.isTold) told.push(each.event);
        each.isTold = true;
      }
      // A file that cannot be loaded ends without having begun.
      if (!own) told.push({ ...end, type: 'test:start' });
      told.push(end);
    }
    this.#open.length = Math.min(this.#open.length, nesting);
    return told;
  }
}

function nestingOf({ data }: TestEvent): number {
  return data.nesting ?? 0;
}

function isOwed(reason: string | boolean, { files, excuses }: Duties): boolean {
  return files.length > 0 && !isExcused(reason, excuses);
}

/** A file that had to run a test and ran none. */
function absence(file: string): TestEvent[] {
  const data = { name: file, nesting: 0, file };
  const end = failure(data, 'must run here, but no test of it ran');
  return [{ type: 'test:start', data }, end];
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
  const areOwed = process.env['CI'] === 'true' && process.env['PLIMSOLL_CONFORMANCE_DIR'];
  const files = areOwed ? listFiles(['test/conformance/*.test.ts']) : [];
  return { files: files.map((path) => `${process.cwd()}/${path}`), excuses: EXCUSES };
}

/** For `node --test --test-reporter`, which asks for a default export. */
export default async function* quietReporter(
  events: AsyncIterable<TestEvent>,
): AsyncGenerator<string> {
  const shown = Readable.from(quieten(events, dutiesHere())).pipe(spec());
  for await (const text of shown) yield String(text);
}
