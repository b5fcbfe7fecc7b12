import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ReportSummary } from '../core/kept-report.ts';
import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts';
import { CacheFolder } from './cache-folder.ts';
import { ReportRecorder, recordedReport } from './report-cache.ts';

const KEY = 'a'.repeat(64);
const SUMMARY: ReportSummary = {
  packages: 2,
  files: 3,
  executables: 1,
  problems: [{ code: 'P_LIMIT', message: 'too long', path: '/usr/bin/ä' }],
  problemsNotListed: 4,
};

class Bench implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'report-cache-test-'));
  readonly folder = new CacheFolder(this.path);

  recorder(limits: Partial<Limits> = {}): ReportRecorder {
    return new ReportRecorder(this.folder, KEY, { ...DEFAULT_LIMITS, ...limits });
  }

  entry(): Uint8Array | undefined {
    return this.folder.read(KEY, 'report', DEFAULT_LIMITS.factEntryBytesMax);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

function textOf(pieces: Iterable<Uint8Array>): string {
  return Buffer.concat([...pieces]).toString('utf8');
}

describe('a report that is taken down', () => {
  for (const [title, pieces] of [
    ['nothing', []],
    ['a short text', ['{"name": "grüße 🚢"}\n']],
    ['more than one piece holds', Array.from({ length: 40 }, (_, at) => `${at} ü`.repeat(9_000))],
  ] as const) {
    test(`comes back as it was: ${title}`, () => {
      using bench = new Bench();
      using recorder = bench.recorder();
      recorder.begin(SUMMARY);
      for (const piece of pieces) {
        recorder.add(piece);
      }
      assert.equal(bench.entry(), undefined, 'before it is whole');
      recorder.finish();
      const report = recordedReport(bench.entry() ?? new Uint8Array());
      assert.deepEqual(report?.summary, SUMMARY);
      assert.equal(textOf(report?.pieces ?? []), pieces.join(''));
    });
  }

  test('leaves nothing behind where it is not finished', () => {
    using bench = new Bench();
    {
      using recorder = bench.recorder();
      recorder.begin(SUMMARY);
      recorder.add('half of it');
      assert.equal(readdirSync(bench.path).length, 1);
    }
    assert.deepEqual(readdirSync(bench.path), []);
  });

  test('is given up where it is longer than an entry may be', () => {
    using bench = new Bench();
    using recorder = bench.recorder({ factEntryBytesMax: 1_000 });
    recorder.begin(SUMMARY);
    for (let at = 0; at < 100_000; at++) {
      recorder.add(`${at * 7919}`);
    }
    recorder.finish();
    assert.deepEqual(readdirSync(bench.path), []);
  });

  test('holds the limit on the size of the cache', () => {
    using bench = new Bench();
    bench.folder.write('b'.repeat(64), 'facts', new Uint8Array(5_000));
    for (const name of readdirSync(bench.path)) {
      // Entries of one millisecond have no order by age.
      utimesSync(join(bench.path, name), 0, 0);
    }
    using recorder = bench.recorder({ factCacheBytesMax: 1_000 });
    recorder.begin(SUMMARY);
    recorder.finish();
    assert.deepEqual(readdirSync(bench.path), [`${KEY}.report`]);
  });

  test('is none where any byte of it is another, or some are missing', () => {
    using bench = new Bench();
    using recorder = bench.recorder();
    recorder.begin(SUMMARY);
    recorder.add('a report');
    recorder.finish();
    const entry = bench.entry() ?? new Uint8Array();
    for (let at = 0; at < entry.length; at++) {
      const damaged = Uint8Array.from(entry);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      assert.equal(recordedReport(damaged), undefined);
      assert.equal(recordedReport(entry.subarray(0, at)), undefined);
    }
  });
});
