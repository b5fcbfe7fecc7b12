import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import type { ReachedFile } from '../../src/foundation/core/reach.ts';
import { processConfig } from '../../src/hardening/reach/process-config.ts';
import { listBrokenWays } from '../support/reach-laws.ts';
import { openRoot, type RootReader } from './reach-trace-reader.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

/** Images of the corpus, and programs in them that are started besides their own. */
const IMAGES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'alpine-3.11.oci.tar': [['/sbin/apk'], ['/usr/bin/ssl_client']],
  'alpine-3.20.oci.tar': [['/sbin/apk'], ['/usr/sbin/fbsplash']],
  'binaries-a.oci.tar': [['/opt/nginx/nginx'], ['/usr/bin/python3']],
  'debian-trixie-slim.oci.tar': [
    ['apt-get', 'update'],
    ['dpkg-reconfigure'],
    ['perl', '/usr/bin/debconf'],
    ['/usr/sbin/adduser'],
    ['bash', '-c', 'tar -czf /tmp/x /etc'],
    ['/usr/bin/passwd'],
    ['/usr/bin/dpkg', '-l'],
    ['/usr/sbin/useradd'],
    ['/usr/bin/login'],
  ],
  'go-distroless.oci.tar': [],
  'go-web-alpine.oci.tar': [['/sbin/apk']],
  'many-layers-60.oci.tar': [['/sbin/apk']],
  'polyglot-image.oci.tar': [],
  'python-mini.oci.tar': [['/sbin/apk']],
  'rust-ledger.oci.tar': [],
};

/** Each one costs an analysis without it, so more than 200 are confirmed on request only. */
const DOMINATORS_PER_ENTRY = Number(process.env['PLIMSOLL_DOMINATORS'] ?? 6);
const DOMINATORS_MIN = DOMINATORS_PER_ENTRY >= 30 ? 200 : 40;

const shared = findSharedMaterial();
const scratch = mkdtempSync(join(tmpdir(), 'reach-laws-'));
after(() => rmSync(scratch, { recursive: true }));

suite('paths to the files of recorded images', {
  skip: shared === undefined ? SKIP_REASON : false,
}, () => {
  let confirmed = 0;
  for (const [name, commands] of Object.entries(IMAGES)) {
    test(`${name}: have the class of their weakest step, and pass through dominators`, async () => {
      const image = `oci-archive:${join(shared ?? '', 'corpus', 'images', name)}`;
      const reader = await openRoot(image, scratch);
      for (const config of listConfigurations(reader, commands)) {
        const { reach } = reader.reachOf(config);
        assert.deepEqual(listBrokenWays(reach), []);
        confirmed += confirmDominators(reader, config, reach.files);
      }
    });
  }

  test(`at least ${DOMINATORS_MIN} dominators are confirmed`, () => {
    assert.ok(confirmed >= DOMINATORS_MIN, `${confirmed} were confirmed`);
  });
});

/** Returns the configuration of the image, and one for each command. */
function listConfigurations(
  { target }: RootReader,
  commands: readonly (readonly string[])[],
): readonly Uint8Array[] {
  const own = JSON.parse(Buffer.from(target.config).toString('utf8')) as {
    readonly config?: object;
  };
  const { command } = processConfig(target);
  const others = commands.map((words) =>
    Buffer.from(JSON.stringify({ ...own, config: { ...own.config, Entrypoint: words, Cmd: [] } })),
  );
  return command.length === 0 ? others : [target.config, ...others];
}

/** Removes dominators from the image, and asserts that their files are no longer reached. */
function confirmDominators(
  reader: RootReader,
  config: Uint8Array,
  files: readonly ReachedFile[],
): number {
  const dominated = files.filter(({ dominator }) => dominator !== undefined);
  const byDominator = [...Map.groupBy(dominated, ({ dominator = '' }) => dominator)];
  const stride = Math.max(1, Math.floor(byDominator.length / DOMINATORS_PER_ENTRY));
  const chosen = byDominator.filter((_, index) => index % stride === 0);
  for (const [dominator, own] of chosen) {
    const { reach } = reader.reachOf(config, (path) => path === dominator);
    const left = new Set(reach.files.map(({ path }) => path));
    const wrong = own.filter(({ path }) => left.has(path));
    assert.deepEqual(
      wrong.map(({ path }) => path),
      [],
      `without ${dominator}`,
    );
  }
  return chosen.length;
}
