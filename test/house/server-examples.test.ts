import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { resolveOptions } from '../../src/foundation/config/resolve-options.ts';
import { RIGHTS } from '../../src/server/access/rights.data.ts';
import { ROOT } from '../../tools/source-tree.ts';

const FOLDER = join(ROOT, 'examples', 'server');
const IMAGE = /^registry\.example\.com\/plimsoll-server:/;
const DATABASE = 'postgres://plimsoll:secret@db.example.org/plimsoll';

function readExample(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

interface Started {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Fails with the message of the program if it would reject an option or a variable. */
function checkStarted({ args, environment }: Started): void {
  const { command, flags } = parseArguments([...args]);
  assert.ok(command === 'serve' || command === 'serve worker', String(command));
  const { values } = resolveOptions({ flags, environment });
  assert.equal(values.database, DATABASE);
  assert.equal(values.publicUrl, command === 'serve' ? 'https://plimsoll.example.org' : undefined);
}

const UNITS = ['plimsoll.service', 'plimsoll-worker@.service'];

interface Service {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
}

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
}

interface Workload {
  readonly kind: string;
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly Container[];
        readonly securityContext: Readonly<Record<string, unknown>>;
      };
    };
  };
}

suite('examples of running the server', () => {
  test('systemd starts commands and sets variables that exist', () => {
    const variables = readExample('server.env').matchAll(/^([A-Z_]+)=(.*)$/gm);
    const environment = {
      ...Object.fromEntries([...variables].map(([, name = '', value = '']) => [name, value])),
      PLIMSOLL_DATABASE: DATABASE,
    };
    for (const unit of UNITS) {
      const [, args = ''] = /^ExecStart=\S+plimsoll (.*)$/m.exec(readExample(unit)) ?? [];
      const isServer = args === 'serve';
      checkStarted({
        args: args.split(' '),
        environment: isServer ? environment : { PLIMSOLL_DATABASE: DATABASE },
      });
    }
  });

  test('systemd accepts the units', (context) => {
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) {
      context.skip('needs systemd-analyze');
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-units-'));
    try {
      for (const unit of UNITS) {
        const text = readExample(unit).replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true');
        writeFileSync(join(folder, unit), text);
        const words = ['verify', '--man=no', '--recursive-errors=no', join(folder, unit)];
        const { status, stderr } = spawnSync('systemd-analyze', words, { encoding: 'utf8' });
        assert.deepEqual([status, stderr], [0, ''], unit);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('Compose starts commands that exist, without privileges', () => {
    const text = readExample('compose.yaml')
      .replaceAll('${POSTGRES_PASSWORD:?}@postgres', 'secret@db.example.org')
      .replaceAll('${PLIMSOLL_HOST:?}', 'plimsoll.example.org');
    const { services } = parse(text, { merge: true }) as {
      readonly services: Readonly<Record<string, Service>>;
    };
    const own = Object.values(services).filter(({ image }) => IMAGE.test(image));
    assert.equal(own.length, 2);
    for (const { command, environment, user, read_only: isReadOnly, cap_drop: dropped } of own) {
      checkStarted({ args: command, environment });
      assert.deepEqual([user, isReadOnly, dropped], ['65532:65532', true, ['ALL']]);
    }
  });

  test('Kubernetes starts commands that exist, without privileges', () => {
    const workloads = parseAllDocuments(readExample('kubernetes.yaml'))
      .map((document) => document.toJS() as Workload)
      .filter(({ kind }) => kind === 'Deployment');
    assert.equal(workloads.length, 2);
    for (const { spec } of workloads) {
      const { containers, securityContext } = spec.template.spec;
      assert.equal(securityContext['runAsUser'], 65_532);
      for (const { image, args, env, securityContext: own } of containers) {
        assert.match(image, IMAGE);
        const entries = env.map(({ name, value = DATABASE }) => [name, value] as const);
        checkStarted({ args, environment: Object.fromEntries(entries) });
        assert.deepEqual(own, {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
  });

  test('the webhook asks an existing route', () => {
    const text = readExample('admission.yaml');
    const { webhooks } = parse(text) as {
      readonly webhooks: readonly { readonly clientConfig: { readonly url: string } }[];
    };
    const routes = new Set(RIGHTS.map(({ method, path }) => `${method} ${path}`));
    for (const { clientConfig } of webhooks) {
      assert.ok(routes.has(`POST ${new URL(clientConfig.url).pathname}`), clientConfig.url);
    }
  });
});
