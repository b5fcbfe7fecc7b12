import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { formats } from '../../src/report/output/formats.ts';
import { DecidedWorld } from '../support/decided-image.ts';
import { ROOT, runProgram } from '../support/run-program.ts';
import { SAMPLE_REPORT, writeReport } from '../support/sample-report.ts';

const SAMPLE = join(ROOT, 'examples', 'sample-alpine.oci.tar');
const world = new DecidedWorld();
after(() => world[Symbol.dispose]());

const EPOCH = { SOURCE_DATE_EPOCH: '1767398400' };
const EPOCH_TIME = '2026-01-03T00:00:00';
/** Each command line that writes a document, by its format. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  json: ['sbom', SAMPLE],
  'cyclonedx-json': ['sbom', SAMPLE],
  'cyclonedx-xml': ['sbom', SAMPLE],
  'spdx-json': ['sbom', SAMPLE],
  'spdx-json@3.0': ['sbom', SAMPLE],
  'spdx-tag-value': ['sbom', SAMPLE],
  'github-json': ['sbom', SAMPLE],
  gitlab: ['scan', SAMPLE],
  'grype-json': ['scan', SAMPLE],
  html: ['scan', SAMPLE],
  'cyclonedx-vex': ['justify', 'vex', 'draft', SAMPLE],
};

async function writeDocument(
  format: string,
  environment: Readonly<Record<string, string>>,
  ...more: readonly string[]
): Promise<string> {
  const [command = '', ...rest] = LINES[format] ?? [];
  const line = [command, ...rest, '-o', format, '--offline', '-q', ...more];
  const run = {
    PLIMSOLL_CACHE_DIR: join(world.folder, 'cache'),
    GITHUB_SHA: 'a'.repeat(40),
    GITHUB_REF: 'refs/heads/main',
    ...environment,
  };
  const { status, stdout, stderr } = await runProgram(line, run);
  assert.equal(status, 0, stderr);
  return stdout;
}

function findTimes(text: string): readonly number[] {
  const found = text.match(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?/g) ?? [];
  return found.map((time) => Date.parse(time.endsWith('Z') ? time : `${time}Z`));
}

for (const format of Object.keys(LINES)) {
  describe(`a document in ${format}`, () => {
    test('contains the current time, even if an earlier run created the same', async () => {
      for (let run = 0; run < 2; run++) {
        const start = Math.floor(Date.now() / 1_000) * 1_000;
        const times = findTimes(await writeDocument(format, {}));
        const end = Date.now();
        assert(
          times.some((time) => time >= start && time <= end),
          `${new Date(start).toISOString()} ${times.map((time) => new Date(time).toISOString()).join(' ')}`,
        );
        assert(!times.includes(0));
      }
    });

    test('contains the time of SOURCE_DATE_EPOCH, and is then reproducible', async () => {
      const [first, ...others] = [
        await writeDocument(format, EPOCH),
        await writeDocument(format, EPOCH),
        await writeDocument(format, EPOCH, '--no-cache'),
        await writeDocument(format, EPOCH, '--reproducible'),
      ];
      assert(first.includes(EPOCH_TIME));
      for (const other of others.slice(0, 2)) {
        assert.equal(other, first);
      }
      assert(others.at(-1)?.includes(EPOCH_TIME));
    });

    test('contains no current time with --reproducible, and is reproducible', async () => {
      const start = Date.now() - 24 * 3_600_000;
      const outputs = [
        await writeDocument(format, {}, '--reproducible'),
        await writeDocument(format, {}, '--reproducible'),
        await writeDocument(format, { PLIMSOLL_REPRODUCIBLE: 'true' }, '--no-cache'),
      ];
      assert(findTimes(outputs[0] ?? '').every((time) => time < start));
      assert.equal(outputs[1], outputs[0]);
      assert(findTimes(outputs[2] ?? '').every((time) => time < start));
    });
  });
}

test('a format documented as independent of the time is independent of it', () => {
  const undated = formats.filter(({ isUndated }) => isUndated === true);
  assert(undated.length > 0);
  for (const format of undated) {
    const [then, now] = ['2020-01-01T00:00:00Z', '2026-01-01T00:00:00Z'].map((timestamp) =>
      writeReport(format, { ...SAMPLE_REPORT, timestamp }),
    );
    assert.equal(now, then, format.id);
  }
});

test('a difference contains the current time, unless it is left out', async () => {
  const line = ['compare', SAMPLE, SAMPLE, '-o', 'json', '--offline', '-q'];
  const start = Math.floor(Date.now() / 1_000) * 1_000;
  const { stdout } = await runProgram(line);
  assert(findTimes(stdout).some((time) => time >= start));
  const reproducible = await runProgram([...line, '--reproducible']);
  assert(!reproducible.stdout.includes('"timestamp"'));
});
