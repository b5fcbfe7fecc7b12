/**
 * Evaluates three policies for every recorded target, in two processes and in opposite orders, and
 * compares the bytes of the verdicts. The replay of each verdict must name no input that differs.
 *
 * npm run conformance -- replay [--only REGEX]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { zstdDecompressSync } from 'node:zlib';
import { importAnchoreBundle } from '../../src/compliance/policy/anchore/import-bundle.ts';
import { listDifferingInputs, readEarlierVerdict } from '../../src/compliance/policy/replay.ts';
import { formatJson } from '../../src/foundation/core/json-document.ts';
import { check } from '../../src/report/library/library.ts';
import { importRecorded } from './match-score.ts';
import { parseDriverOptions, withFolder } from './score.ts';
import { requireSharedMaterial } from './shared-material.ts';
import { listCorpusTargets, type RecordedTarget } from './targets.ts';

const NOW = '2026-11-24T23:23:36Z';

const CLOCKS = `policy: clocks
packs: [bod-26-04@1, { pack: pci-6-3-3@1, mode: log }]
rules:
  - { id: cel, for: finding, cel: 'finding.cvss > 7.0 && !(finding.severity == "low")', then: warn }
  - { id: old, for: finding, when: { published-age: over 90 days, fix: true }, then: fail }
`;

const EVERYTHING = `policy: everything
content: [{ id: users, path: [/etc/passwd], pattern: '^root:' }]
rules:
  - { id: a, for: account, when: { uid: under 1 }, then: warn }
  - { id: c, for: content, when: { search: users, lines: over 0 }, then: warn }
  - { id: f, for: file, when: { setuid: true }, then: fail }
  - { id: i, for: instruction, when: { verb: ADD }, then: warn }
  - { id: l, for: license, when: { recognized: false }, then: warn }
  - { id: p, for: package, when: { license: not allowed by MIT OR GPL-2.0-only }, then: warn }
  - { id: r, for: record, when: { content: [changed, missing] }, then: fail }
  - { id: s, for: secret, when: { verified: true }, then: fail }
  - { id: v, for: variable, when: { secret-name: true }, then: warn }
  - { id: x, for: image, when: { runs-as-root: true }, then: fail }
`;

interface Job {
  readonly databaseFolder: string;
  readonly folder: string;
  readonly targets: readonly RecordedTarget[];
  readonly policies: readonly (readonly [name: string, text: string])[];
}

/** Evaluates every pair, and writes each verdict to a file of its own. */
async function evaluateAll({ databaseFolder, folder, targets, policies }: Job): Promise<void> {
  for (const { name, input } of targets) {
    for (const [policy, text] of policies) {
      const verdict = await check(input, {
        database: databaseFolder,
        policies: [{ name: `${policy}.yaml`, bytes: Buffer.from(text) }],
        now: NOW,
      });
      writeFileSync(join(folder, `${name}.${policy}.json`), formatJson(verdict));
    }
  }
}

function readBundle(shared: string): string {
  const folder = join(shared, 'policy', 'anchore-bundles');
  const name = readdirSync(folder).find((one) => one.startsWith('bundle-with-all-rules')) ?? '';
  const packed = readFileSync(join(folder, name));
  const bytes = name.endsWith('.zst') ? zstdDecompressSync(packed) : packed;
  return importAnchoreBundle(bytes, name).text;
}

function runChild(job: Job): string {
  mkdirSync(job.folder, { recursive: true });
  const file = join(job.folder, 'job.json');
  writeFileSync(file, JSON.stringify(job));
  const { status, stderr } = spawnSync(process.execPath, [import.meta.filename, '--job', file], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    throw new Error(stderr);
  }
  return job.folder;
}

async function compareRuns(): Promise<void> {
  const { only } = parseDriverOptions();
  const shared = requireSharedMaterial();
  await withFolder(async (folder) => {
    const databaseFolder = join(folder, 'db');
    await importRecorded(shared, databaseFolder);
    const targets = listCorpusTargets(shared, folder, only);
    const recommended = 'policy: usual\npacks: [recommended@1]\n';
    const policies = [
      ['clocks', CLOCKS],
      ['everything', EVERYTHING],
      ['anchore', readBundle(shared)],
      ['recommended', recommended],
    ] as const;
    const job = { databaseFolder, targets, policies };
    const first = runChild({ ...job, folder: join(folder, 'first') });
    const opposite = { targets: targets.toReversed(), policies: policies.toReversed() };
    const second = runChild({ ...job, ...opposite, folder: join(folder, 'second') });
    const outcomes = new Map<string, number>();
    let differing = 0;
    const names = readdirSync(first).filter((name) => name !== 'job.json');
    for (const name of names) {
      const [before, after] = [first, second].map((one) => readFileSync(join(one, name)));
      const earlier = readEarlierVerdict(before ?? Buffer.alloc(0), name);
      const verdict = JSON.parse(String(after)) as Awaited<ReturnType<typeof check>>;
      const inputs = listDifferingInputs(earlier, verdict);
      outcomes.set(verdict.outcome, (outcomes.get(verdict.outcome) ?? 0) + 1);
      if (before?.equals(after ?? Buffer.alloc(0)) !== true || inputs.length > 0) {
        differing += 1;
        console.log(`DIFFERS ${name}: ${inputs.join('; ')}`);
      }
    }
    const counts = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
    console.log(`${targets.length} targets, ${names.length} verdicts: ${counts}`);
    console.log(`${names.length - differing} of ${names.length} are equal byte for byte`);
    process.exitCode = differing === 0 && names.length > 0 ? 0 : 1;
  });
}

if (process.argv[2] === '--job') {
  await evaluateAll(JSON.parse(readFileSync(process.argv[3] ?? '', 'utf8')) as Job);
} else {
  await compareRuns();
}
