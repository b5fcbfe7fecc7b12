import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  createAnswer,
  createComparison,
  stage,
  type World,
} from '../../../test/support/derivation.ts';
import { SAMPLE_FINDINGS } from '../../../test/support/sample-report.ts';
import { defined } from '../../core/defined.ts';
import { formatFileLine } from '../../core/installed-files.ts';
import type { InventoryFile } from '../../core/inventory.ts';
import type { DecisionContext } from '../decider.ts';
import { createEvidenceRecord } from '../evidence.ts';
import { decideAnswer } from './derived-decider.ts';
import { toAdvisoryInput, toListInput, toPackageInput } from './inputs.ts';
import { createOwnDecider } from './own-decider.ts';
import { derivations } from './registry.generated.ts';

const DOCUMENTATION = [{ path: '/usr/share/doc/x/README' }];

function decide(more: Partial<DecisionContext> = {}) {
  const { inventory, ...one } = stage({ reason: { kind: 'indirect' }, files: DOCUMENTATION });
  const findings = { ...SAMPLE_FINDINGS, findings: [one.finding] };
  const decider = createOwnDecider({ inventory, findings, ...more });
  assert.deepEqual(decider.listAlerts(), []);
  return decider.decide(one);
}

suite('a derived decision', () => {
  test('are signed as a tool, with rule, version and a digest of the evidence', () => {
    const [decision, ...others] = decide();
    assert.deepEqual(others, []);
    assert.equal(decision?.kind, 'derived');
    assert.equal(decision.author, 'plimsoll (tool)');
    assert.match(decision.source, /^rule holds-no-code version \d+$/);
    assert.match(decision.evidence?.digest ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.deepEqual(decide()[0]?.evidence, decision.evidence);
  });

  test('is not based on files if the user excluded files', () => {
    assert.deepEqual(decide({ isViewPartial: true }), []);
  });

  test('is not based on files if a saved result excluded files', () => {
    const { inventory } = stage({ reason: { kind: 'indirect' }, files: DOCUMENTATION });
    assert.deepEqual(decide({ inventory: { ...inventory, excluded: ['/opt'] } }), []);
  });

  test('is not based on files if the document contains none', () => {
    const hidden = [{ path: '/app.jar', accessPath: '/app.jar', isVisible: false }];
    const derive = (files: World['files'] = []) => {
      const one = stage({
        files,
        package: { locations: hidden },
        inventory: { relationships: [] },
      });
      const findings = { ...SAMPLE_FINDINGS, findings: [one.finding] };
      return createOwnDecider({ inventory: one.inventory, findings }).decide(one);
    };
    const [first] = derive([{ path: '/gone', isVisible: false }]);
    assert.match(first?.source ?? '', /^rule deleted-in-later-layer /);
    assert.deepEqual(derive(), []);
  });

  test('is based on files that a document lists with the package alone', () => {
    const one = stage({ reason: { kind: 'indirect' }, files: DOCUMENTATION });
    const inventory = { ...one.inventory, files: [], relationships: [] };
    const derive = (installedFiles?: readonly InventoryFile[]) => {
      const item = { ...one.package, ...defined({ installedFiles }) };
      const findings = { ...SAMPLE_FINDINGS, findings: [one.finding] };
      const decisions = createOwnDecider({ inventory, findings }).decide({ ...one, package: item });
      return decisions.map(({ source }) => source.replace(/^rule | version .*$/g, ''));
    };
    assert.deepEqual(derive(one.inventory.files), ['holds-no-code']);
    assert.deepEqual(derive([]), []);
    assert.deepEqual(derive(), []);
  });

  test('about a statement without a finding comes from the first rule for its kind', () => {
    const fixed = decideAnswer(
      derivations,
      createAnswer({}, false, createComparison('2 < 1', false)),
    );
    assert.equal(fixed?.status, 'fixed');
    assert.equal(decideAnswer(derivations, createAnswer({}, true)), undefined);
  });
});

suite('evidence records', () => {
  const { package: item, finding, inventory } = stage({ files: DOCUMENTATION });
  const files = toListInput('files', inventory.files.map(formatFileLine));
  const inputs = [toPackageInput(item), files];

  test('are the same for any order of inputs', () => {
    const rule = { id: 'r', version: 1 };
    const record = createEvidenceRecord(rule, inputs);
    assert.deepEqual(createEvidenceRecord(rule, inputs.toReversed()), record);
    assert.notEqual(createEvidenceRecord({ id: 'r', version: 2 }, inputs).digest, record.digest);
    assert.notEqual(createEvidenceRecord({ id: 's', version: 1 }, inputs).digest, record.digest);
  });

  test('change with every byte of their inputs', () => {
    const rule = { id: 'r', version: 1 };
    const lines = inventory.files.map((one) => formatFileLine({ ...one, sha256: 'f'.repeat(64) }));
    const record = createEvidenceRecord(rule, [toPackageInput(item), toListInput('files', lines)]);
    assert.notEqual(record.digest, createEvidenceRecord(rule, inputs).digest);
    const { sha256: _, ...unread } = inventory.files[0] ?? assert.fail();
    assert.equal(formatFileLine(unread), '/usr/share/doc/x/README 644 12 ');
  });

  test('name a system by its label, otherwise its major version, otherwise the ecosystem', () => {
    const advisory = finding.matches[0]?.advisory ?? assert.fail();
    const { operatingSystem: _, ecosystem: __, ...bare } = advisory;
    const system = { id: 1, name: 'debian', releaseId: '', majorVersion: '12', minorVersion: '' };
    const operatingSystem = { ...system, label: '', codename: '', channel: '' };
    const getNamespace = (more: Partial<typeof advisory>): string => {
      const input = toAdvisoryInput({ ...bare, ...more }, 'x');
      return input.kind === 'advisory' ? input.namespace : '';
    };
    assert.equal(getNamespace({ operatingSystem }), 'debian 12');
    const alpine = { ...operatingSystem, name: 'alpine', majorVersion: '3', minorVersion: '20' };
    assert.equal(getNamespace({ operatingSystem: alpine }), 'alpine 3.20');
    assert.equal(
      getNamespace({ operatingSystem: { ...operatingSystem, label: 'sid' } }),
      'debian sid',
    );
    assert.equal(getNamespace({ ecosystem: 'npm' }), 'npm');
    assert.equal(getNamespace({}), '');
  });
});
