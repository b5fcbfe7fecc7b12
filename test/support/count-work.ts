import { type Profiler, Session } from 'node:inspector';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { ROOT } from '../../tools/source-tree.ts';

const SOURCE = pathToFileURL(`${ROOT}/src/`).href;

/**
 * Counts how often parts of the program run: once per call and per branch or loop taken. Unlike
 * time, the count is the same on every machine. Work inside the platform, such as a string search,
 * does not count.
 */
export class WorkCounter implements Disposable {
  readonly #session = new Session();

  constructor() {
    // Optimized code loses counts.
    setFlagsFromString('--no-opt');
    setFlagsFromString('--no-maglev');
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Returns the count since the last call, or since the start. */
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
