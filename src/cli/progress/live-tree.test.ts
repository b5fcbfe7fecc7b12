import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProgressEvent } from '../../foundation/core/progress.ts';
import type { Clock } from './clock.ts';
import { LiveTree } from './live-tree.ts';
import { Screen } from './screen.fixture.ts';

class HandClock implements Clock {
  #now = 0;
  #call: (() => void) | undefined;

  readMs(): number {
    return this.#now;
  }

  repeat(_intervalMs: number, call: () => void): () => void {
    this.#call = call;
    return () => {
      this.#call = undefined;
    };
  }

  pass(ms: number): void {
    this.#now += ms;
    this.#call?.();
  }

  get isTicking(): boolean {
    return this.#call !== undefined;
  }
}

const CATALOGED: readonly ProgressEvent[] = [
  { kind: 'stage-started', stage: 'parse' },
  { kind: 'stage-finished', stage: 'parse', detail: 'sha256:0123456789abcdef' },
  { kind: 'stage-started', stage: 'catalog' },
  { kind: 'stage-started', stage: 'packages' },
  { kind: 'stage-finished', stage: 'packages', count: 14, unit: 'packages' },
  { kind: 'stage-started', stage: 'executables' },
  { kind: 'stage-finished', stage: 'executables', count: 1, unit: 'executables' },
  { kind: 'stage-started', stage: 'fileDigests' },
  { kind: 'stage-finished', stage: 'fileDigests', count: 2987, unit: 'files' },
  { kind: 'stage-finished', stage: 'catalog', detail: 'deadbeef' },
];

const MATCHED: readonly ProgressEvent[] = [
  { kind: 'stage-started', stage: 'match' },
  {
    kind: 'stage-finished',
    stage: 'match',
    count: 6,
    unit: 'matches',
    children: ['by severity: 0 critical, 6 low', 'by status:   4 fixed, 2 not fixed'],
  },
];

function stage(columns = 80, rows = 24) {
  const screen = new Screen(columns, rows);
  const clock = new HandClock();
  const tree = new LiveTree(screen, clock, true);
  const emit = (...events: readonly ProgressEvent[]): void => {
    for (const event of events) {
      tree.emit(event);
    }
  };
  return { screen, clock, tree, emit };
}

const WHOLE = ` ✔ Parsed image                 sha256:0123456789abcdef
 ✔ Cataloged contents           deadbeef
   ├── ✔ Packages               [14 packages]
   ├── ✔ Executables            [1 executable]
   └── ✔ File digests           [2,987 files]
 ✔ Scanned for vulnerabilities  [6 matches]
   ├── by severity: 0 critical, 6 low
   └── by status:   4 fixed, 2 not fixed`;

test('a finished run is drawn as a tree of its stages', () => {
  const { screen, clock, tree, emit } = stage();
  emit(...CATALOGED, ...MATCHED);
  tree[Symbol.dispose]();
  assert.equal(screen.text, WHOLE);
  assert.equal(screen.isCursorHidden, false);
  assert.equal(clock.isTicking, false);
});

test('a running stage has a spinner that turns with the clock', () => {
  const { screen, clock, emit } = stage();
  emit({ kind: 'stage-started', stage: 'load', detail: 'alpine.tar' });
  assert.equal(screen.text, ' ⠋ Loading image                alpine.tar');
  assert.equal(screen.isCursorHidden, true);
  clock.pass(100);
  assert.equal(screen.text, ' ⠙ Loading image                alpine.tar');
});

test('progress of a stage is drawn at most once in a tenth of a second', () => {
  const { screen, clock, emit } = stage();
  emit({ kind: 'stage-started', stage: 'parse' });
  const before = screen.writes;
  for (let done = 0; done < 1000; done += 1) {
    emit({ kind: 'stage-advanced', stage: 'parse', done, total: 1000, unit: 'layers' });
  }
  assert.equal(screen.writes, before);
  clock.pass(100);
  assert.equal(screen.text, ' ⠙ Parsing image                [999 / 1,000 layers]');
});

test('bytes are printed in units of 1024', () => {
  const { screen, clock, emit } = stage();
  emit({ kind: 'stage-started', stage: 'database' });
  emit({ kind: 'stage-advanced', stage: 'database', done: 1536, total: 2 ** 30, unit: 'bytes' });
  clock.pass(100);
  assert.match(screen.text, /\[1\.5 KiB \/ 1\.0 GiB\]$/);
});

test('keeps a notice above the tree', () => {
  const { screen, tree, emit } = stage();
  emit(...CATALOGED.slice(0, 1));
  emit({ kind: 'notice', level: 'warning', message: 'the database is old' });
  emit(...CATALOGED.slice(1), ...MATCHED);
  tree[Symbol.dispose]();
  assert.equal(screen.text, `warning: the database is old\n${WHOLE}`);
});

test('control characters in names are escaped', () => {
  const { screen, emit } = stage();
  emit({ kind: 'stage-started', stage: 'load', detail: '\u001b[2Jevil\n\u202e' });
  assert.equal(screen.text, ' ⠋ Loading image                \\u{1b}[2Jevil\\u{a}\\u{202e}');
});

test('lines are cut below the width of a narrow terminal', () => {
  const { screen, tree, emit } = stage(24);
  emit(...CATALOGED, ...MATCHED);
  tree[Symbol.dispose]();
  for (const line of screen.text.split('\n')) {
    assert.ok(line.length <= 23, line);
  }
  assert.match(screen.text, /^ ✔ Parsed image +….*/);
});

test('zero counts are omitted first if a line is too long', () => {
  const { screen, tree, emit } = stage(48);
  const children = ['by severity: 0 critical, 12 high, 0 low, 54 unknown'];
  emit(
    { kind: 'stage-started', stage: 'match' },
    { kind: 'stage-finished', stage: 'match', children },
  );
  tree[Symbol.dispose]();
  assert.match(screen.text, /by severity: 12 high, 54 unknown$/);
});

test('redraws a narrowed terminal without leftovers', () => {
  const { screen, tree, emit } = stage(80);
  emit(...CATALOGED);
  screen.resize(30);
  emit(...MATCHED);
  screen.resize(80);
  tree[Symbol.dispose]();
  assert.equal(screen.text, WHOLE);
});

test('only the end of a tree higher than the terminal is drawn, and the complete tree at the end', () => {
  const { screen, tree, emit } = stage(80, 4);
  emit(...CATALOGED);
  assert.equal(screen.text.split('\n').length, 3);
  emit(...MATCHED);
  tree[Symbol.dispose]();
  assert.equal(screen.text, WHOLE);
});

test('a failed run shows the failed stage', () => {
  const { screen, tree, emit } = stage();
  emit(...CATALOGED.slice(0, 3));
  emit({ kind: 'stage-failed', stage: 'catalog', message: 'out of room' });
  emit({ kind: 'stage-started', stage: 'match' });
  tree[Symbol.dispose]();
  assert.match(screen.text, / ✘ Cataloging contents {10}out of room\n ✘ Scanning for/);
});

test('text printed after the tree has stopped is not overwritten', () => {
  const { screen, clock, tree, emit } = stage();
  emit(...CATALOGED, ...MATCHED);
  tree.stopDrawing();
  assert.equal(screen.isCursorHidden, false);
  screen.write('a result\n');
  clock.pass(100);
  tree.writeLine('a hint');
  tree[Symbol.dispose]();
  assert.equal(screen.text, `${WHOLE}\na result\na hint`);
});

test('a stage that starts after the tree has stopped is drawn below the result', () => {
  const { screen, tree, emit } = stage();
  emit(...CATALOGED);
  tree.stopDrawing();
  screen.write('a result\n');
  emit(...MATCHED);
  tree[Symbol.dispose]();
  const [cataloged, matched] = WHOLE.split(/\n(?= ✔ Scanned)/);
  assert.equal(screen.text, `${cataloged}\na result\n${matched}`);
});

test('nothing is drawn after disposal', () => {
  const { screen, tree, emit } = stage();
  emit(...CATALOGED, ...MATCHED);
  tree[Symbol.dispose]();
  emit({ kind: 'stage-started', stage: 'load' });
  tree.writeLine('a last word');
  assert.equal(screen.text, `${WHOLE}\na last word`);
});

test('draws complete lines on a terminal without a size', () => {
  let text = '';
  const stream = {
    columns: 0,
    rows: 0,
    write: (piece: string) => void (text += piece),
    on: () => undefined,
    off: () => undefined,
  };
  using tree = new LiveTree(stream, new HandClock(), false);
  for (const event of CATALOGED) {
    tree.emit(event);
  }
  tree[Symbol.dispose]();
  assert.match(text, /Parsed image +sha256:0123456789abcdef/);
  assert.match(text, /Packages +\[14 packages\]/);
});
