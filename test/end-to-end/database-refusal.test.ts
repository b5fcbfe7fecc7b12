import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DatabaseMirror } from '../support/database-mirror.ts';
import {
  createDatabaseWorld,
  listLeftovers,
  NEW,
  OLD,
  readBuildTime,
} from '../support/database-world.ts';

const REFUSED: readonly (readonly [
  what: string,
  publish: (mirror: DatabaseMirror) => void,
  status: number,
  message: RegExp,
])[] = [
  [
    'a wrong checksum',
    (mirror) => mirror.publishTiny(NEW, { checksum: `sha256:${'0'.repeat(64)}` }),
    1,
    /E_DIGEST_MISMATCH/,
  ],
  [
    'no checksum',
    (mirror) => mirror.publishTiny(NEW, { checksum: undefined }),
    1,
    /E_DB_UPDATE\]: .* field "checksum" is missing/,
  ],
  [
    'a listing that is not there',
    (mirror) => {
      mirror.handler = (_, response) => {
        response.writeHead(404).end();
        return true;
      };
    },
    1,
    /E_DB_UPDATE\]: .* returned status 404/,
  ],
  [
    'an archive that is not there',
    (mirror) => mirror.publishTiny(NEW, { path: 'other.tar.zst' }),
    1,
    /E_DB_UPDATE\]: .*other\.tar\.zst returned status 404/,
  ],
  [
    'a place that wants a login',
    (mirror) => {
      mirror.handler = (_, response) => {
        response.writeHead(401).end();
        return true;
      };
    },
    5,
    /E_UNAUTHORIZED\]: .* returned status 401/,
  ],
  [
    'invalid database listing: a listing that is not JSON',
    (mirror) => mirror.put('/databases/v6/latest.json', '<html>log in</html>'),
    1,
    /E_DB_UPDATE\]: invalid database listing: .* is not JSON/,
  ],
  [
    'a listing that is null',
    (mirror) => mirror.put('/databases/v6/latest.json', 'null'),
    1,
    /E_DB_UPDATE\]: invalid database listing/,
  ],
  [
    'another schema',
    (mirror) => mirror.publishTiny(NEW, { schemaVersion: 'v7.0.0' }),
    1,
    /E_DB_UPDATE\]: unsupported database schema v7\.0\.0 .*: this version reads schema 6/,
  ],
  [
    'an archive that is none',
    (mirror) => mirror.publish(Buffer.from('no archive'), NEW),
    1,
    /E_DB_IMPORT/,
  ],
  ['an archive of nothing', (mirror) => mirror.publish(Buffer.alloc(0), NEW), 1, /E_DB_IMPORT/],
];

for (const [what, publish, expected, message] of REFUSED) {
  test(`${what} keeps the old database in use`, async (t) => {
    const { mirror, root, db } = await createDatabaseWorld(t);
    mirror.publishTiny(OLD);
    await db('update');
    publish(mirror);
    const { status, stdout, stderr } = await db('update');
    assert.deepEqual([status, stdout], [expected, '']);
    assert.match(stderr, message);
    assert.equal(readBuildTime(root), OLD);
    assert.deepEqual(listLeftovers(root), []);
  });
}

for (const path of [
  '../secret.tar.zst',
  '%2e%2e/secret.tar.zst',
  'a/../../secret.tar.zst',
  '..\\secret.tar.zst',
  '/secret.tar.zst',
  '//127.0.0.2:1/databases/v6/a.tar.zst',
  'http://127.0.0.2:1/databases/v6/a.tar.zst',
  'file:///etc/passwd',
]) {
  test(`a listing cannot direct plimsoll to ${path}`, async (t) => {
    const { mirror, root, db } = await createDatabaseWorld(t);
    mirror.publishTiny(NEW, { path });
    const { status, stderr } = await db('update');
    assert.equal(status, 1);
    assert.match(stderr, /E_DB_UPDATE\]: .* names an archive outside its own directory/);
    assert.deepEqual(mirror.paths, ['/databases/v6/latest.json']);
    assert.equal(readBuildTime(root), undefined);
  });
}
