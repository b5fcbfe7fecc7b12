import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createControl, createReport } from '../../../../test/support/verdict-report.ts';
import { gitlab } from '../../../document/gitlab/write.ts';
import type { Format } from '../../../foundation/core/format.ts';
import type { PolicyVerdict } from '../../../foundation/core/policy-verdict.ts';
import { githubAnnotations } from '../github-annotations/github-annotations.ts';
import { junit } from '../junit/junit.ts';
import { sarif } from '../sarif/sarif.ts';

function write(format: Format, more: Partial<PolicyVerdict> = {}): string {
  const { assessment, tool, verdict } = createReport(more);
  const pieces: string[] = [];
  const whole = { outcome: verdict.outcome, gates: [], policy: verdict };
  const report = { ...assessment, tool, configuration: {}, verdict: whole };
  const options = { isColoured: false, isParity: false };
  format.write(report, { write: (text) => pieces.push(text) }, options);
  return pieces.join('');
}

interface Run {
  readonly results: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly kind: string;
    readonly level: string;
  }[];
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
}

suite('formats of findings', () => {
  test('SARIF has open controls with the kind of their status, and no passed ones', () => {
    const text = write(sarif);
    const { runs } = JSON.parse(text) as { runs: readonly Run[] };
    const [run] = runs;
    assert.ok(run);
    const rows = run.results.map(({ ruleId, kind, level }) => `${ruleId} ${kind} ${level}`);
    assert.deepEqual(rows, ['mine/1 fail error', 'mine/2 open none', 'mine/3 review none']);
    for (const { ruleId, ruleIndex } of run.results) {
      assert.equal(run.tool.driver.rules[ruleIndex]?.id, ruleId);
    }
    assert.match(text, /Verdict: fail, rule open-finding\./);
  });

  test('JUnit has every control; those that were not evaluated are errors', () => {
    const text = write(junit);
    const cases = [...text.matchAll(/name="(mine\/\d)[^"]*"(?:\/>|>\s*<(\w+) )/g)];
    assert.deepEqual(
      cases.map(([, name, outcome = 'passed']) => `${name} ${outcome}`),
      ['mine/1 failure', 'mine/2 error', 'mine/3 error', 'mine/4 passed', 'mine/5 skipped'],
    );
    assert.match(text, /name="verdict">\s*<failure type="fail"/);
    assert.match(text, /unverified source/);
  });

  test('list a rule that decides, although its controls do not apply, are logged or only warn', () => {
    const [weaker, same] = [
      [
        createControl('1', 'not-applicable'),
        createControl('1', 'failed', { mode: 'log' }),
        createControl('1', 'failed', { force: 'SHOULD' }),
      ],
      createControl('1', 'failed'),
    ];
    const failure = /name="open-finding: open-finding"[^>]*>\s*<failure/;
    const annotation = /^::error title=open-finding \(failed\)::/m;
    for (const control of weaker) {
      assert.match(write(junit, { controls: [control] }), failure);
      assert.match(write(githubAnnotations, { controls: [control] }), annotation);
      assert.doesNotMatch(write(junit, { controls: [control, same] }), failure);
    }
  });

  test('GitHub annotations have the verdict and each open control', () => {
    const lines = write(githubAnnotations).split('\n');
    assert.ok(lines.some((line) => line.startsWith('::error title=--policy%3A fail::')));
    for (const open of ['mine/1 (failed)', 'mine/2 (unknown)', 'mine/3 (unanswered)']) {
      assert.ok(
        lines.some((line) => line.includes(open)),
        open,
      );
    }
    assert.ok(!lines.some((line) => /mine\/[45]/.test(line)));
  });

  test('GitLab has them as messages of the scan', () => {
    const { scan } = JSON.parse(write(gitlab)) as {
      scan: { messages: readonly { level: string; value: string }[] };
    };
    const [first, ...others] = scan.messages;
    assert.match(first?.value ?? '', /^verdict: fail/);
    assert.deepEqual(
      others.map(({ level, value }) => `${level} ${value.slice(0, 6)}`),
      ['fatal mine/1', 'fatal mine/2', 'fatal mine/3'],
    );
  });
});
