import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProgressEvent } from '../../foundation/core/progress.ts';
import { PlainLines } from './plain-lines.ts';

function formatEvents(events: readonly ProgressEvent[]): string {
  let text = '';
  const lines = new PlainLines((piece) => {
    text += piece;
  });
  for (const event of events) {
    lines.emit(event);
  }
  return text;
}

test('a log has one line per finished stage, with children in the line of their parent', () => {
  assert.equal(
    formatEvents([
      { kind: 'stage-started', stage: 'parse' },
      { kind: 'stage-advanced', stage: 'parse', done: 1, total: 2, unit: 'layers' },
      { kind: 'stage-finished', stage: 'parse', detail: 'sha256:01' },
      { kind: 'stage-started', stage: 'catalog' },
      { kind: 'stage-finished', stage: 'packages', count: 14, unit: 'packages' },
      { kind: 'stage-finished', stage: 'fileDigests', count: 1, unit: 'files' },
      { kind: 'stage-finished', stage: 'catalog' },
      { kind: 'notice', level: 'info', message: 'a word' },
      {
        kind: 'stage-finished',
        stage: 'match',
        count: 1,
        unit: 'matches',
        children: ['by severity: 1 low', 'by status:   1 fixed'],
      },
    ]),
    `Parsed image: sha256:01
Cataloged contents: 14 packages, 1 file
a word
Scanned for vulnerabilities: 1 match (by severity: 1 low; by status: 1 fixed)
`,
  );
});

test('a failed stage is reported, and hostile names are escaped', () => {
  assert.equal(
    formatEvents([
      { kind: 'stage-started', stage: 'load', detail: 'x' },
      { kind: 'stage-failed', stage: 'load', message: 'no such\u001b file' },
    ]),
    'Loading image failed: no such\\u{1b} file\n',
  );
});
