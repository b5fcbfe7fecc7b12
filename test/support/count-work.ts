import { type Profiler, Session } from 'node:inspector';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { ROOT } from '../../tools/source-tree.ts';

const SOURCE = pathToFileURL(`${ROOT}/src/`).href;

/**
 * Counts how often pieces of the program run: one for each call and for each branch or loop that is
 * taken. It is the same on every machine, unlike time. Work inside of the platform, such as a
 * search in a text, does not count.
 */
export class WorkCounter implements Disposable {
  readonly #session = new Session();

  constructor() {
    // Code that is optimized loses counts.
    setFlagsFromString('--no-opt');
    setFlagsFromString('--no-maglev');
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** What ran since the last call, or since the start. */
  take(): number {
    let scripts: readonly Profiler.ScriptCoverage[] = [];
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) {
        throw error;
      }
      scripts = result;
    });
    let count = 0;
    for (const { url, functions } of scripts) {
      for (const { ranges } of url.startsWith(SOURCE) ? functions : []) {
        for (const range of ranges) {
          count += range.count;
        }
      }
    }
    return count;
  }

  [Symbol.dispose](): void {
    this.#session.disconnect();
  }
}
