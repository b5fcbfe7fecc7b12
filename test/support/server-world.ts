import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { importDatabase } from '../../src/vulnerability/advisory/import-database.ts';
import { writeGrypeDatabase } from '../../src/vulnerability/advisory/provider/grype-v6/grype-database.fixture.ts';

/** Changes the advisory database: the finding of the target is high. */
export const RATED = `UPDATE blobs SET value = replace(value, '{"id":"CVE-2020-0001"',
  '{"id":"CVE-2020-0001","severities":[{"scheme":"CHML","value":"high","rank":1}]') WHERE id = 1;`;

/** Directories for a server with a small advisory database, and a target with one finding. */
export class ServerWorld implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'plimsoll-server-'));
  readonly folder = join(this.root, 'server');
  readonly database = join(this.root, 'db');
  readonly target = join(this.root, 'target');

  /** Creates an Alpine system with musl in this version; advisories are fixed in 1.1.24-r3. */
  writeTarget(version = '1.1.20-r0'): void {
    mkdirSync(join(this.target, 'etc'), { recursive: true });
    mkdirSync(join(this.target, 'lib/apk/db'), { recursive: true });
    writeFileSync(join(this.target, 'etc/os-release'), 'ID=alpine\nVERSION_ID=3.10.1\n');
    writeFileSync(join(this.target, 'lib/apk/db/installed'), `P:musl\nV:${version}\nA:x86_64\n\n`);
  }

  /** Imports the sample database after further SQL. */
  async importDatabase(sql = ''): Promise<void> {
    const source = mkdtempSync(join(this.root, 'source-'));
    await importDatabase(writeGrypeDatabase(source, sql), this.database, {
      progress: SILENT,
      limits: DEFAULT_LIMITS,
      now: '2026-01-03T00:00:00Z',
      isLossAccepted: true,
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
