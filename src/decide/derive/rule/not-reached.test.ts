import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { stage, type World } from '../../../../test/support/derivation.ts';
import { IMAGE, SAMPLE_FINDINGS } from '../../../../test/support/sample-report.ts';
import type { Opacity, Reach, ReachClass } from '../../../core/reach.ts';
import type { DecisionContext } from '../../decider.ts';
import { notReached } from './not-reached.ts';

const KEY = 'key-of-pkg-deb';
const NOW = '2026-11-24T00:00:00Z';

interface Told {
  readonly reach?: Partial<Reach>;
  readonly world?: World;
  readonly around?: Partial<DecisionContext>;
  readonly isTimeless?: boolean;
}

/**
 * Applies the rule to a package of one file with this class, in an image that the user vouches for.
 */
function derive(own: ReachClass | undefined, told: Told = {}) {
  const { reach = {}, world = {}, around = {}, isTimeless = false } = told;
  const answer: Reach = {
    files: [],
    opacities: [],
    tainted: [],
    packages: own === undefined ? [] : [{ packageKey: KEY, reach: own }],
    rules: { elf: 1 },
    ...reach,
  };
  const { inventory, ...one } = stage({ files: [{ path: '/usr/lib/x.so' }], ...world });
  const findings = { ...SAMPLE_FINDINGS, findings: [one.finding] };
  const clock = isTimeless ? {} : { now: NOW };
  const surroundings = { findings, ...clock, isUnreachableAsserted: true, ...around };
  return notReached.derive(one, { inventory: { ...inventory, reach: answer }, ...surroundings });
}

function createOpacity(rule: string, scope: Opacity['scope']): Opacity {
  return { path: '/bin/sh', rule, what: 'runs what it is told', scope };
}

suite('derived: the package is unreachable', () => {
  test('is a temporary decision if all gates are passed and the user vouches for the image', () => {
    const said = derive('unreachable');
    assert.equal(said?.effect, 'set-aside');
    assert.equal(said.justification, 'vulnerable_code_not_in_execute_path');
    assert.equal(said.expiresAt, '2027-02-22T00:00:00Z');
    assert.equal(derive('unreachable', { isTimeless: true })?.expiresAt, undefined);
  });

  test('is a suggestion that names every gate that is not passed', () => {
    const readReason = (told: Told): string => {
      const said = derive('unreachable', told);
      assert.equal(said?.effect, 'suggestion');
      return said.reason;
    };
    assert.match(
      readReason({ around: { isUnreachableAsserted: false } }),
      /--assert-unreachable was not given/,
    );
    const [exploited] = SAMPLE_FINDINGS.findings.flatMap(({ matches }) =>
      matches.flatMap((match) => match.exploited),
    );
    assert.ok(exploited);
    const known = { match: { exploited: [exploited] }, files: [{ path: '/usr/lib/x.so' }] };
    assert.match(readReason({ world: known }), /known to be exploited/);
    const all = createOpacity('shell', { kind: 'all' });
    assert.match(
      readReason({ reach: { opacities: [all] } }),
      /does not determine which programs run/,
    );
    const entry = createOpacity('entrypoint', { kind: 'folder', path: '/x' });
    assert.match(
      readReason({ reach: { opacities: [entry] } }),
      /does not determine which programs run/,
    );
    const no = { inventory: { relationships: [] } };
    assert.match(readReason({ world: no }), /lists no existing file/);
    const problems = [{ code: 'P_TRUNCATED', message: 'ends early' }] as const;
    const partial = { inventory: { problems }, files: [{ path: '/usr/lib/x.so' }] };
    assert.match(readReason({ world: partial }), /could not be read/);
    const elsewhere = {
      reach: { opacities: [createOpacity('shell', { kind: 'folder', path: '/x' })] },
    };
    assert.equal(derive('unreachable', elsewhere)?.effect, 'set-aside');
  });

  test('is only a suggestion for data and for code that cannot be followed', () => {
    assert.match(derive('data')?.reason ?? '', /only uses data/);
    assert.match(derive('tainted')?.reason ?? '', /cannot be followed/);
  });

  test('concludes nothing if it is reachable in any way or unknown', () => {
    for (const own of ['required', 'likely', 'possible', undefined] as const) {
      assert.equal(derive(own), undefined);
    }
    assert.equal(derive('unreachable', { reach: { unknown: 'no configuration' } }), undefined);
    const { inventory, ...one } = stage({});
    const findings = { ...SAMPLE_FINDINGS, findings: [one.finding] };
    assert.equal(notReached.derive(one, { inventory, findings }), undefined);
  });

  test('records the command of the image as evidence, or that there is none', () => {
    const readCommand = (config: string): string | undefined => {
      const target = { ...IMAGE, config: Buffer.from(config) };
      const said = derive('data', { world: { inventory: { target } } });
      return said?.inputs.flatMap((one) =>
        one.kind === 'configuration' && one.name === 'command' ? [one.value] : [],
      )[0];
    };
    assert.equal(
      readCommand('{"config":{"Entrypoint":["/bin/app"],"Cmd":["-x"]}}'),
      '["/bin/app","-x"]',
    );
    assert.equal(readCommand('{}'), '[]');
    const target = { kind: 'directory', userInput: 'x', name: 'x', path: 'x' } as const;
    const step = { from: '(config)', to: '/bin/app', rule: 'entrypoint' } as const;
    const witness = { path: '(config)', token: 'app' };
    const files: Reach['files'] = [
      { path: '/lib/y', strength: 'likely', hops: 1 },
      {
        path: '/bin/app',
        strength: 'required',
        hops: 0,
        step: { ...step, strength: 'required', witness },
      },
    ];
    const opacities = [createOpacity('shell', { kind: 'all' })];
    const said = derive('data', { world: { inventory: { target } }, reach: { files, opacities } });
    const roots = said?.inputs.find((one) => one.kind === 'configuration' && one.name === 'roots');
    assert.deepEqual(roots, { kind: 'configuration', name: 'roots', value: '/bin/app' });
  });
});
