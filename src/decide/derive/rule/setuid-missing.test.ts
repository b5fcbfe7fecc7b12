import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deriveConclusion, type World } from '../../../../test/support/derivation.ts';
import { SAMPLE_FINDINGS } from '../../../../test/support/sample-report.ts';
import { present } from '../../../core/assert.ts';
import { setuidMissing } from './setuid-missing.ts';

const RECORD = present(SAMPLE_FINDINGS.findings[0]?.matches[0], 'a match').record;
const LOCAL = 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H';

function createCvss(vector: string, version = '3.1') {
  return { scheme: 'CVSS', rank: 1, value: { vector, version } } as const;
}

interface Telling {
  readonly description?: string;
  readonly vectors?: readonly string[];
}

function derive(
  { description = 'A setuid program …', vectors = [LOCAL] }: Telling = {},
  world: World = {},
) {
  const severities = [
    { scheme: 'HML', rank: 2, value: 'high' },
    createCvss('AV:L/AC:L/Au:N/C:C/I:C/A:C', '2.0'),
    ...vectors.map((vector) => createCvss(vector)),
  ];
  const record = { ...RECORD, description, severities };
  const files = [{ path: '/bin/mount', mode: 0o755 }];
  return deriveConclusion(setuidMissing, { match: { record }, files, ...world });
}

suite('derived: no program of the package is set-user-ID', () => {
  test('is a suggestion if the vulnerability grants privileges through such a program', () => {
    const said = derive();
    assert.deepEqual([said?.effect, said?.detail], ['suggestion', 'requires_configuration']);
    assert.ok(said?.inputs.some((one) => one.kind === 'configuration' && one.value === LOCAL));
    for (const word of ['set-user-ID', 'SUID root', 'setgid', 'set user id']) {
      assert.ok(derive({ description: `by a ${word} binary` }), word);
    }
  });

  test('does not apply if one program has the bit', () => {
    for (const mode of [0o4755, 0o2755]) {
      assert.equal(derive({}, { files: [{ path: '/bin/mount', mode }] }), undefined);
    }
  });

  test('concludes nothing for remote vulnerabilities, other vulnerabilities, and packages without programs', () => {
    assert.equal(derive({ vectors: [LOCAL, LOCAL.replace('AV:L', 'AV:N')] }), undefined);
    assert.equal(derive({ vectors: [LOCAL.replace('PR:L', 'PR:N')] }), undefined);
    assert.equal(derive({ vectors: [] }), undefined);
    assert.equal(derive({ description: 'an overflow' }), undefined);
    assert.equal(derive({}, { files: [{ path: '/etc/fstab' }] }), undefined);
  });
});
