import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeBundle, writeChannels } from '../../tools/release/channels.ts';
import { computeFileSha256 } from '../../tools/release/digest.ts';
import { runTool } from '../../tools/release/node-binary.ts';

test('package managers get the digests of archives, which every build writes alike', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-channels-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const installed = join(folder, 'installed');
  mkdirSync(join(installed, 'dist'), { recursive: true });
  writeFileSync(join(installed, 'dist', 'cli.js'), '1\n');
  const bundles = ['one', 'two'].map((name) => {
    const target = join(folder, name);
    mkdirSync(join(target, 'work'), { recursive: true });
    const seconds = 1_700_000_000;
    return writeBundle(installed, { folder: join(target, 'work'), target, seconds });
  });
  const [bundle = '', again = ''] = bundles;
  const digest = computeFileSha256(bundle);
  assert.equal(computeFileSha256(again), digest);
  const listed = runTool('tar', ['-tzf', bundle]).trim().split('\n');
  assert.deepEqual(listed, [
    'plimsoll/',
    'plimsoll/dist/',
    'plimsoll/dist/cli.js',
    'plimsoll/plimsoll.cmd',
  ]);

  const scanner = join(folder, 'plimsoll.tgz');
  writeFileSync(scanner, 'the npm package');
  const files = writeChannels(folder, scanner, bundle).map((path) => readFileSync(path, 'utf8'));
  const [formula = '', scoop = '', flake = ''] = files;
  const hex = digest.slice('sha256:'.length);
  assert.ok(formula.includes(`sha256 "${computeFileSha256(scanner).slice('sha256:'.length)}"`));
  assert.match(formula, /depends_on "node"/u);
  const manifest = JSON.parse(scoop) as Readonly<Record<string, unknown>>;
  assert.equal(manifest['hash'], hex);
  assert.equal(manifest['bin'], 'plimsoll.cmd');
  assert.ok(flake.includes(`hash = "sha256-${Buffer.from(hex, 'hex').toString('base64')}"`));
  assert.ok(flake.includes('${node}/bin/node $out/bin/plimsoll'), 'Nix replaces its expressions');
});
