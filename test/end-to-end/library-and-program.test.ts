import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { assessCompleteness } from '../../src/foundation/core/assessment.ts';
import {
  buildDatabase,
  DEFAULT_LIMITS,
  documentText,
  EXIT_STATUS,
  type ScanResult,
  type ScanTargetOptions,
  SILENT,
  scan,
} from '../../src/index.ts';
import { ROOT, runProgram } from '../support/run-program.ts';

const NOW = '2026-01-03T00:00:00Z';
const EXAMPLES = join(ROOT, 'examples');
const ALPINE = join(EXAMPLES, 'sample-alpine.oci.tar');
const DEBIAN = join(EXAMPLES, 'sample.oci.tar');

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-faces-'));
const place = (name: string): string => join(folder, name);
after(() => rmSync(folder, { recursive: true, force: true }));

interface Case {
  readonly title: string;
  readonly target: string;
  readonly flags: readonly string[];
  readonly options: ScanTargetOptions;
  /** Expected exit status of the command line. */
  readonly status: number;
  readonly isWithoutDatabase?: true;
}

const DERIVED = { isDerived: true };

const CASES: readonly Case[] = [
  { title: 'an image', target: ALPINE, flags: [], options: {}, status: EXIT_STATUS.fine },
  {
    title: 'an image that fails a gate',
    target: DEBIAN,
    flags: ['--fail-on', 'low'],
    options: { gates: { severity: 'low' } },
    status: EXIT_STATUS.gateFailed,
  },
  {
    title: 'an image with several states, by CVE, in all layers',
    target: DEBIAN,
    flags: ['--by-cve', '--scope', 'all-layers', '--fail-on', 'negligible'],
    options: { isByCve: true, scope: 'all-layers', gates: { severity: 'negligible' } },
    status: EXIT_STATUS.gateFailed,
  },
  {
    title: 'findings that have a fix, of some severity',
    target: DEBIAN,
    flags: ['--only-fixed', '--severity', 'high'],
    options: {
      decisions: {
        ...DERIVED,
        filters: {
          ignoredStates: ['not-fixed', 'wont-fix', 'unknown'],
          statesOption: 'only-fixed',
          leastSeverity: 'high',
        },
      },
    },
    status: EXIT_STATUS.fine,
  },
  {
    title: 'a VEX document and a file of ignore rules',
    target: DEBIAN,
    flags: ['--vex', place('vex.json'), '--ignore-file', place('.trivyignore')],
    options: {
      decisions: {
        ...DERIVED,
        vexFiles: [place('vex.json')],
        ignoreFiles: [place('.trivyignore')],
      },
    },
    status: EXIT_STATUS.fine,
  },
  {
    title: 'a baseline with the same findings',
    target: DEBIAN,
    flags: ['--baseline', place('baseline.json'), '--fail-on-new'],
    options: { baselineFile: place('baseline.json'), gates: { newSeverity: 'unknown' } },
    // Nothing is new, but an unidentified executable may hide something.
    status: EXIT_STATUS.incomplete,
  },
  {
    title: 'a document with a package without a version and an unknown distribution',
    target: place('incomplete.cdx.json'),
    flags: ['--fail-incomplete'],
    options: {},
    status: EXIT_STATUS.incomplete,
  },
  {
    title: 'a gate over an incomplete document',
    target: place('incomplete.cdx.json'),
    flags: ['--fail-on', 'critical'],
    options: { gates: { severity: 'critical' } },
    status: EXIT_STATUS.incomplete,
  },
  {
    title: 'a list of package URLs that fails a gate',
    target: place('list.purls'),
    flags: ['--fail-on', 'critical'],
    options: { gates: { severity: 'critical' } },
    status: EXIT_STATUS.gateFailed,
  },
  {
    title: 'a list of package URLs that passes a gate',
    target: place('safe.purls'),
    flags: ['--fail-on', 'critical', '--fail-incomplete'],
    options: { gates: { severity: 'critical' } },
    status: EXIT_STATUS.fine,
  },
  {
    title: 'a directory, without derivations',
    target: `dir:${place('root')}`,
    flags: ['--no-derive', '--name', 'root', '--target-version', '7'],
    options: { name: 'root', declared: { version: '7' }, decisions: { isDerived: false } },
    status: EXIT_STATUS.fine,
  },
  {
    title: 'an image without a database',
    target: ALPINE,
    flags: ['--fail-incomplete'],
    options: {},
    status: EXIT_STATUS.incomplete,
    isWithoutDatabase: true,
  },
];

const DATABASE = place('db');

before(async () => {
  const inputs = [
    ['alpine-secdb', 'alpine-secdb-3.10.json'],
    ['debian-tracker', 'debian-tracker.json'],
    ['osv', 'osv-npm.json'],
  ].map(([provider = '', file = '']) => ({ provider, file: join(EXAMPLES, 'advisories', file) }));
  const options = { progress: SILENT, limits: DEFAULT_LIMITS, now: '2026-01-02T00:00:00Z' };
  await buildDatabase(inputs, DATABASE, options);
  writeFileSync(place('vex.json'), JSON.stringify(VEX));
  writeFileSync(place('.trivyignore'), '# the name is not used\nCVE-2021-23337\n');
  writeFileSync(place('list.purls'), 'pkg:npm/ejs@3.1.5\npkg:npm/left-pad@1.3.0\n');
  writeFileSync(place('safe.purls'), 'pkg:npm/left-pad@1.3.0\n');
  writeFileSync(place('incomplete.cdx.json'), JSON.stringify(INCOMPLETE));
  mkdirSync(place('root/etc'), { recursive: true });
  mkdirSync(place('root/lib/apk/db'), { recursive: true });
  writeFileSync(place('root/etc/os-release'), 'ID=alpine\nVERSION_ID=3.10.1\n');
  writeFileSync(place('root/lib/apk/db/installed'), 'P:musl\nV:1.1.20-r0\nA:x86_64\n\n');
  await runScan({ target: DEBIAN, flags: ['-o', `json=${place('baseline.json')}`] });
});

const VEX = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://example.org/vex/1',
  author: 'a',
  timestamp: '2026-01-01T00:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: 'CVE-2022-0778' },
      products: [{ '@id': 'pkg:deb/debian/openssl' }],
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
    },
  ],
};

const INCOMPLETE = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  components: [
    { type: 'library', name: 'ejs', purl: 'pkg:npm/ejs' },
    {
      type: 'library',
      name: 'openssl',
      version: '1.1.1',
      purl: 'pkg:deb/unheard-of/openssl@1.1.1?distro=unheard-of-1',
    },
  ],
};

async function runScan({
  target,
  flags,
  isWithoutDatabase,
}: Pick<Case, 'target' | 'flags' | 'isWithoutDatabase'>) {
  const database =
    isWithoutDatabase === true
      ? ['--cache-dir', place('cache'), '--offline']
      : ['--db', DATABASE, '--db-max-age', '0', '--offline'];
  return await runProgram(['scan', target, ...flags, ...database, '-q'], {
    SOURCE_DATE_EPOCH: String(Date.parse(NOW) / 1_000),
  });
}

/**
 * Returns the exit status that the command line must have for this result, by its documentation.
 */
function getExitStatus(result: ScanResult, isFailingIncomplete: boolean): number {
  if (result.verdict?.outcome === 'fail') return EXIT_STATUS.gateFailed;
  if (result.verdict?.outcome === 'unknown') return EXIT_STATUS.incomplete;
  const isDoubtful = isFailingIncomplete && !assessCompleteness(result).isComplete;
  return isDoubtful ? EXIT_STATUS.incomplete : EXIT_STATUS.fine;
}

/** Returns the entire result as data, without the description of the run. */
function readContent(text: string): Readonly<Record<string, unknown>> {
  const { tool, configuration: _ofRun, ...content } = JSON.parse(text) as Record<string, unknown>;
  assert.ok(tool);
  return content;
}

suite('the library and the command line give the same result for', () => {
  for (const one of CASES) {
    test(one.title, async () => {
      const file = place('out.json');
      const ended = await runScan({ ...one, flags: [...one.flags, '-o', `json=${file}`] });
      assert.equal(ended.status, one.status, ended.stderr);
      const database = { folder: DATABASE, isRequired: true, maxAgeDays: 0 };
      const result = await scan(one.target, {
        decisions: DERIVED,
        now: NOW,
        ...(one.isWithoutDatabase ? {} : { database }),
        ...one.options,
      });
      assert.equal(getExitStatus(result, one.flags.includes('--fail-incomplete')), one.status);
      const text = documentText({ ...result, timestamp: NOW }, 'json');
      assert.deepEqual(readContent(readFileSync(file, 'utf8')), readContent(text));
    });
  }

  test('inputs with findings, decisions and verdicts', async () => {
    assert.ok(CASES.length >= 10);
    const results = await Promise.all(
      CASES.filter((one) => !one.isWithoutDatabase).map(async ({ target, options }) => {
        const database = { folder: DATABASE, isRequired: true, maxAgeDays: 0 };
        return await scan(target, { decisions: DERIVED, now: NOW, database, ...options });
      }),
    );
    const withFindings = results.filter(({ findings }) => findings.findings.length > 0);
    assert.ok(withFindings.length >= 7, String(withFindings.length));
    assert.ok(results.some(({ findings }) => (findings.dispositioned ?? []).length > 0));
    const outcomes = new Set(results.map(({ verdict }) => verdict?.outcome));
    assert.deepEqual(outcomes, new Set([undefined, 'pass', 'fail', 'unknown']));
  });
});
