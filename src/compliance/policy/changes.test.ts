import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTarget, type TargetSeed } from '../../../test/support/comparable-target.ts';
import { createAssessment } from '../../foundation/core/assessment.ts';
import {
  SURFACE_AGES,
  SURFACE_IDS,
  SURFACE_SHARES,
  type SurfaceId,
} from '../../foundation/core/surface.ts';
import { compareResults } from '../../hardening/compare/compare-results.ts';
import { listFindingChanges } from '../../hardening/compare/finding-changes.ts';
import { listChanges } from './changes.ts';
import { evaluatePolicies } from './evaluate-policy.ts';
import { loadPolicies } from './load-policies.ts';

/** Evaluates a rule about the changes between two targets. */
function judge(when: string, before: TargetSeed, after: TargetSeed): string {
  const [was, is] = [createTarget(before), createTarget(after)];
  const text = `policy: p\nrules: [{ id: c, for: change, when: { ${when} }, then: fail }]`;
  const assessment = createAssessment({
    inventory: is.inventory,
    findings: is.findings,
    changes: listFindingChanges(was, is),
  });
  const verdict = evaluatePolicies(loadPolicies([{ name: 'p.yaml', bytes: Buffer.from(text) }]), {
    assessment,
    difference: compareResults(was, is),
    areFilesListed: true,
    now: '2026-11-29T00:00:00Z',
  });
  // An incomplete side makes a pass unknown; here only the rules that fire matter.
  return verdict.outcome === 'fail' ? 'fires' : 'does not fire';
}

const FOLDER = { path: '/usr', type: 'directory' } as const;
const CURL: TargetSeed = { packages: [{ name: 'curl', type: 'deb', version: '1.0' }] };
const OLDER: TargetSeed = {
  packages: [{ name: 'curl', type: 'deb', version: '0.9', key: 'older' }],
};

suite('changes since a baseline', () => {
  test('of packages have kind, type and versions', () => {
    assert.equal(judge('section: packages, kind: added', {}, CURL), 'fires');
    assert.equal(
      judge('section: packages, kind: added, package-type: npm', {}, CURL),
      'does not fire',
    );
    assert.equal(judge('section: packages, kind: removed', CURL, {}), 'fires');
    assert.equal(judge('section: packages, kind: downgraded', CURL, OLDER), 'fires');
    assert.equal(judge('kind: downgraded, before: "1.0", after: "0.9"', CURL, OLDER), 'fires');
    assert.equal(judge('section: packages, kind: [added, removed]', CURL, CURL), 'does not fire');
  });

  test('of the configuration and of privileges have a consequence', () => {
    const createUser = (User: string): TargetSeed => ({ config: { User } });
    const loss = 'section: configuration, consequence: security-loss';
    assert.equal(judge(loss, createUser('app'), createUser('root')), 'fires');
    assert.equal(judge(loss, createUser('root'), createUser('app')), 'does not fire');
    const createMode = (mode: number): TargetSeed => ({ files: [FOLDER, { path: '/x', mode }] });
    const gain = 'section: files, consequence: security-loss';
    assert.equal(judge(gain, createMode(0o755), createMode(0o4755)), 'fires');
    assert.equal(judge(gain, createMode(0o4755), createMode(0o755)), 'does not fire');
  });

  test('of the configuration and of files are added, removed and changed', () => {
    const createEnv = (...Env: readonly string[]): TargetSeed => ({ config: { Env } });
    assert.equal(judge('section: configuration, kind: added', {}, createEnv('A=1')), 'fires');
    assert.equal(judge('section: configuration, kind: removed', createEnv('A=1'), {}), 'fires');
    const file: TargetSeed = { files: [FOLDER, { path: '/x', mode: 0o4755 }] };
    const without: TargetSeed = { files: [FOLDER] };
    const loss = 'section: files, name: /x, consequence: security-loss';
    assert.equal(judge(loss, without, file), 'fires');
    assert.equal(judge(loss.replace('loss', 'gain'), file, without), 'fires');
    assert.equal(
      judge('section: files, kind: removed, after: matching /^$/', file, without),
      'fires',
    );
    assert.equal(
      judge('section: files, kind: added, before: matching /^$/', without, file),
      'fires',
    );
    const addCurl = (seed: TargetSeed): TargetSeed => ({ ...CURL, ...seed });
    assert.equal(
      judge('section: files, package: curl', addCurl(without), addCurl(file)),
      'does not fire',
    );
  });

  test('of findings have severity and cause', () => {
    const bad: TargetSeed = { ...CURL, found: { curl: [{ id: 'CVE-1' }] } };
    assert.equal(judge('section: findings, kind: introduced, cause: image', {}, bad), 'fires');
    assert.equal(
      judge('section: findings, kind: introduced, cause: data', {}, bad),
      'does not fire',
    );
    assert.equal(judge('section: findings, kind: introduced', bad, bad), 'does not fire');
  });

  test('of the attack surface are those of counts, not of shares and ages', () => {
    const grow = (id: SurfaceId): string => {
      const [was, is] = [1, 2].map((count) => ({ ...MEASURED, [id]: ITEMS.slice(0, count) }));
      const grown = { surface: is ?? {} };
      const verdict = judge('section: surface, kind: grown', { surface: was ?? {} }, grown);
      assert.equal(judge('section: surface, kind: shrunk', grown, grown), 'does not fire');
      return verdict;
    };
    assert.deepEqual(
      SURFACE_IDS.filter((id) => grow(id) === 'does not fire'),
      SURFACE_IDS.filter((id) => isShareOrAge(id)),
    );
    const [more, less] = [ITEMS, ITEMS.slice(1)].map((shells) => ({ surface: { shells } }));
    assert.equal(
      judge('section: surface, kind: shrunk, name: shells', more ?? {}, less ?? {}),
      'fires',
    );
  });

  test('of the attack surface are unknown without counts, but not without shares and ages', () => {
    for (const id of SURFACE_IDS) {
      const known = { surface: { ...MEASURED, [id]: undefined } as TargetSeed['surface'] };
      const missing = listMissing({ surface: MEASURED }, known as TargetSeed);
      const isMissing = missing.some((text) => text.endsWith('of both results are not known'));
      assert.equal(isMissing, !isShareOrAge(id), id);
      assert.deepEqual(listMissing(known as TargetSeed, { surface: MEASURED }), missing, id);
    }
    assert.deepEqual(listMissing({ surface: MEASURED }, { surface: MEASURED }), []);
  });
});

const ITEMS: readonly string[] = ['a', 'b'];
const MEASURED: NonNullable<TargetSeed['surface']> = Object.fromEntries(
  SURFACE_IDS.map((id) => [id, ITEMS.slice(0, 1)]),
);

function isShareOrAge(id: SurfaceId): boolean {
  return SURFACE_SHARES.has(id) || SURFACE_AGES.has(id);
}

/** Lists why the changes of the surface are not all known. */
function listMissing(before: TargetSeed, after: TargetSeed): readonly string[] {
  const [was, is] = [createTarget(before), createTarget(after)];
  const assessment = createAssessment({
    inventory: is.inventory,
    findings: is.findings,
    changes: listFindingChanges(was, is),
  });
  const { missing } = listChanges({
    assessment,
    difference: compareResults(was, is),
    areFilesListed: true,
    now: '2026-11-29T00:00:00Z',
  });
  return missing.filter((text) => text.startsWith('the ') && text.includes('results'));
}
