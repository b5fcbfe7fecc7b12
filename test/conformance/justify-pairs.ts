// Signs everything that is left to justify about an image, carries it to the next image, and checks
// each result against the two saved scans: `npm run conformance -- justify`. The pairs are a rebuild, a
// change of the base, and a change from Debian to Alpine. The built program is used.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readJustifications } from '../../src/compliance/justify/file/read-entries.ts';
import { formatEntries } from '../../src/compliance/justify/file/write-entries.ts';
import { FixtureLayout } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { createTar } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { SEVERITIES } from '../../src/foundation/core/finding.ts';
import type { CoveredItem, Justification } from '../../src/foundation/core/justification.ts';
import { PROGRAM } from '../support/run-program.ts';
import { importRecorded } from './match-score.ts';
import { withFolder } from './score.ts';
import { requireSharedMaterial } from './shared-material.ts';

const shared = requireSharedMaterial();
const IMAGES = join(shared, 'corpus', 'images');

interface SavedResult {
  readonly inventory: {
    readonly packages: readonly {
      readonly key: string;
      readonly name: string;
      readonly type: string;
      readonly version: string;
    }[];
  };
  readonly findings?: {
    readonly findings: readonly {
      readonly packageKey: string;
      readonly id: string;
      readonly aliases: readonly string[];
      readonly severity: string;
    }[];
  };
}

interface CarriedEntry {
  readonly id: string;
  readonly subject: string;
  readonly state: string;
  readonly reasons: readonly string[];
}

await withFolder(async (folder) => {
  const database = join(folder, 'db');
  await importRecorded(shared, database);
  const options = ['--db', database, '--db-max-age', '0', '--offline', '--justifications', 'none'];
  const run = (...args: readonly string[]): string => {
    const ended = spawnSync(process.execPath, [PROGRAM, ...args, ...options, '-q'], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (ended.status !== 0) throw new Error(`${args.join(' ')}: ${ended.stderr}`);
    return ended.stdout;
  };
  const alpine = join(IMAGES, 'alpine-3.20.oci.tar');
  const older = join(IMAGES, 'alpine-3.11.oci.tar');
  const debian = join(IMAGES, 'debian-trixie-slim.oci.tar');
  const pairs = [
    { name: 'rebuild', approved: older, old: alpine, next: rebuild(alpine, folder) },
    { name: 'base change', approved: debian, old: older, next: alpine },
    { name: 'Debian to Alpine', approved: older, old: debian, next: alpine },
  ];
  let wrong = 0;
  for (const { name, approved, old, next } of pairs) {
    const scan = (target: string, file: string): string => {
      const path = join(folder, file);
      run('scan', target, '-o', `json=${path}`, '--reach', '--surface', '--file-selection', 'all');
      return path;
    };
    const baseline = scan(approved, 'approved.json');
    const results = [old, next].map((target, index) => {
      const saved = readFileSync(scan(target, `${index}.json`), 'utf8');
      return JSON.parse(saved) as SavedResult;
    });
    const signed = sign(run('justify', 'queue', old, '--baseline', baseline, '-o', 'yaml'));
    const file = join(folder, 'signed.yaml');
    writeFileSync(file, formatEntries(signed));
    const text = run('justify', 'carry', file, next, '--baseline', baseline, '-o', 'json');
    const { entries } = JSON.parse(text) as { entries: readonly CarriedEntry[] };
    const faults = entries.flatMap((carried) => {
      const entry = signed.find(({ id }) => id === carried.id);
      return entry === undefined ? ['unknown entry'] : findFaults(entry, carried, results);
    });
    const count = (state: string): number => entries.filter((one) => one.state === state).length;
    const members = signed.reduce((sum, { covers }) => sum + Math.max(covers.length, 1), 0);
    console.log(
      `${name}: ${entries.length} entries for ${members} items: ${count('carried')} carried, ${count('returned')} returned, ${count('gone')} gone, ${faults.length} wrong`,
    );
    for (const entry of entries.filter(({ state }) => state === 'returned').slice(0, 3)) {
      console.log(`  returned: ${entry.subject}: ${entry.reasons.slice(0, 2).join('; ')}`);
    }
    for (const fault of faults.slice(0, 10)) console.log(`  wrong: ${fault}`);
    wrong += faults.length + (entries.length === signed.length ? 0 : 1);
  }
  process.exitCode = wrong === 0 ? 0 : 1;
});

function sign(text: string): readonly Justification[] {
  return readJustifications([{ path: 'queue.yaml', bytes: Buffer.from(text) }]).map((entry) => ({
    ...entry,
    reason: 'reviewed',
    by: 'ops@example.org',
    until: '2099-01-31',
  }));
}

/** The same layers, a new script, and another label, as a pipeline builds them again. */
function rebuild(image: string, folder: string): string {
  const unpacked = join(folder, 'unpacked');
  mkdirSync(unpacked);
  execFileSync('tar', ['-xf', image, '-C', unpacked]);
  const read = (digest: string): Buffer =>
    readFileSync(join(unpacked, 'blobs', 'sha256', digest.replace('sha256:', '')));
  const { manifests } = JSON.parse(readFileSync(join(unpacked, 'index.json'), 'utf8')) as {
    manifests: readonly { digest: string }[];
  };
  const manifest = JSON.parse(read(manifests[0]?.digest ?? '').toString('utf8')) as {
    layers: readonly { digest: string }[];
  };
  const script = createTar([{ name: 'usr/local/bin/deploy', content: '#!/bin/sh\n', mode: 0o755 }]);
  const layers = manifest.layers.map(({ digest }) => {
    const bytes = read(digest);
    return bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
  });
  const layout = new FixtureLayout();
  const added = layout.addImage({
    layers: [...layers, script],
    labels: { build: '2' },
    process: { Cmd: ['/bin/sh'] },
  });
  const file = join(folder, 'rebuilt.tar');
  writeFileSync(file, createTar(layout.listEntries([added])));
  return file;
}

/** Compares one result with the scans, which nothing of `justify` made. */
function findFaults(
  entry: Justification,
  carried: CarriedEntry,
  [, next]: readonly SavedResult[],
): readonly string[] {
  const members: readonly CoveredItem[] = entry.covers.length === 0 ? [entry] : entry.covers;
  const checked = members.flatMap((member) => {
    const facts = next === undefined ? undefined : readFacts(entry, member, next);
    return facts === undefined ? [] : [{ member, facts }];
  });
  const title = `${carried.state}: ${entry.change} ${entry.subject}`;
  if (carried.state === 'returned') {
    return carried.reasons.length === 0 || !carried.reasons.every((reason) => /: /.test(reason))
      ? [`${title} without a reason`]
      : checked.flatMap(({ member, facts }) => findWrongReasons(member, facts, carried, title));
  }
  return checked.flatMap(({ member, facts }) => {
    const isPresent = facts.size > 0;
    if (carried.state === 'gone') {
      return isPresent && entry.kind === 'finding' ? [`${title} is there`] : [];
    }
    const differing = [...facts].filter(([name, value]) => isWorse(entry, name, [member, value]));
    return differing.map(([name, value]) => `${title} although ${name} is ${value}`);
  });
}

function isWorse(
  { covers, kind }: Justification,
  name: string,
  [member, value]: readonly [CoveredItem, string],
): boolean {
  const before = member.evidence.get(name);
  const isGroup = covers.length > 0 && kind === 'finding';
  if (!isGroup) return before !== undefined && before !== value;
  const rank = (word: string | undefined): number => SEVERITIES.findIndex((one) => one === word);
  return name === 'severity' && value !== 'unknown' && rank(value) > rank(before);
}

/** A reason such as `version: 1 → 2` must state the value of the scan. */
function findWrongReasons(
  { subject, evidence }: CoveredItem,
  facts: ReadonlyMap<string, string>,
  { reasons }: CarriedEntry,
  title: string,
): readonly string[] {
  return [...facts].flatMap(([name, value]) => {
    const own = reasons.filter((reason) =>
      reason.replace(`${subject}: `, '').startsWith(`${name}:`),
    );
    const isStated = own.some((reason) => reason.includes(`→ ${value}`));
    const isChanged = evidence.get(name) !== undefined && evidence.get(name) !== value;
    const isNamed = own.some(
      (reason) => reason.startsWith(subject) || reasons.length === own.length,
    );
    return isChanged && own.length > 0 && isNamed && !isStated
      ? [`${title}: ${name} is ${value}: ${own.join('; ')}`]
      : [];
  });
}

/** Reads the facts that a scan has about the subject; empty if it has none, absent if not read. */
function readFacts(
  { kind }: Justification,
  { evidence }: CoveredItem,
  { inventory, findings }: SavedResult,
): ReadonlyMap<string, string> | undefined {
  const name = evidence.get('package');
  const list = (texts: readonly string[]): string => [...new Set(texts)].sort().join(', ');
  if (kind === 'finding') {
    const packages = inventory.packages.filter(
      (item) => item.name === name && item.type === evidence.get('type'),
    );
    const keys = new Map(packages.map((item) => [item.key, item.version]));
    const id = evidence.get('vulnerability') ?? '';
    const found = (findings?.findings ?? []).filter(
      (one) => keys.has(one.packageKey) && [one.id, ...one.aliases].includes(id),
    );
    const [first] = found;
    return first === undefined
      ? new Map()
      : new Map([
          ['version', list(found.map(({ packageKey }) => keys.get(packageKey) ?? ''))],
          ['severity', first.severity],
        ]);
  }
  if (kind === 'package' && evidence.get('after') !== undefined) {
    const versions = inventory.packages.filter((item) => item.name === name);
    return versions.length === 0
      ? new Map()
      : new Map([['after', list(versions.map(({ version }) => version))]]);
  }
  return undefined;
}
