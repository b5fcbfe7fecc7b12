import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertGolden } from '../../../../test/support/golden.ts';
import { type PlanImage, planWithAssessment } from '../../../../test/support/plan-image.ts';
import { SAMPLE_FINDINGS } from '../../../../test/support/sample-report.ts';
import type { PlanReport } from './contract.ts';
import { planFormats } from './registry.generated.ts';

const LIBRARY = { elf: { type: 3, dynamic: [] } } as const;
const STARTER = { type: 3, dynamic: [], symbols: [{ name: 'execvp' }] } as const;

/** A server that may start a compiler, with an unread license and names that are markup. */
const SERVER: PlanImage = {
  command: ['server', '<b>'],
  files: {
    '/usr/bin/server': { elf: STARTER, words: ['/usr/bin/cc', '/usr/share/server'] },
    '/usr/share/server/table': 'rows',
    '/usr/bin/cc': LIBRARY,
    '/usr/bin/sh': LIBRARY,
    '/usr/bin/su': LIBRARY,
    '/usr/lib/a|b`c.so': LIBRARY,
    '/usr/share/doc/server/copyright': 'free',
    '/usr/share/doc/server/changelog': 'new',
    '/etc/os-release': 'ID=debian',
  },
  modes: { '/usr/bin/su': 0o4755 },
  packages: {
    server: ['/usr/bin/server', '/usr/share/server/table', '/usr/share/doc/server/copyright'],
    compiler: ['/usr/bin/cc', '/usr/lib/a|b`c.so'],
    login: ['/usr/bin/su', '/usr/bin/sh'],
    base: ['/etc/os-release'],
  },
  problems: [
    {
      code: 'P_LIMIT',
      message: 'the file was not read: it has 2 bytes',
      plugin: 'dpkg-db',
      path: '/usr/share/doc/server/copyright',
    },
  ],
};

const [FINDING] = SAMPLE_FINDINGS.findings;
assert.ok(FINDING);
const FINDINGS = {
  ...SAMPLE_FINDINGS,
  findings: ['server', 'compiler'].map((packageKey) => ({ ...FINDING, packageKey })),
};

function createReport(image: PlanImage): PlanReport {
  const tool = { name: 'plimsoll', version: '1.0.0' };
  const { plan, assessment } = planWithAssessment({ ...image, findings: FINDINGS });
  // Each change of a rule has another version.
  const rules = { versions: { 'elf-strings': 1 }, digest: `sha256:${'3'.repeat(64)}` } as const;
  return { tool, plan: { ...plan, rules }, assessment };
}

async function write(id: string, image: PlanImage): Promise<string> {
  const format = await planFormats.find((one) => one.id === id)?.load();
  assert.ok(format);
  let text = '';
  const sink = { write: (piece: string) => void (text += piece) };
  format.write(createReport(image), sink, { isColoured: false, columns: 80 });
  return text;
}

const EXTENSIONS = [
  ['table', 'txt'],
  ['markdown', 'md'],
  ['json', 'json'],
  ['html', 'html'],
] as const;

describe('the formats of a removal plan', () => {
  for (const [id, extension] of EXTENSIONS) {
    test(`${id} is as recorded`, async () => {
      const text = await write(id, SERVER);
      assertGolden(new URL(`golden/server.${extension}`, import.meta.url), text);
    });
  }

  test('a plan that cannot be decided is as recorded', async () => {
    const text = await write('table', { ...SERVER, command: ['sh'] });
    assertGolden(new URL('golden/undecided.txt', import.meta.url), text);
  });

  test('json has each member once, and html has no markup of the image', async () => {
    const document = JSON.parse(await write('json', SERVER)) as Record<string, unknown>;
    assert.deepEqual(document['schema'], { id: 'plimsoll-plan', version: 1 });
    assert.ok(!(await write('html', SERVER)).includes('<b>'));
  });
});
