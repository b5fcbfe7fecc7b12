import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readProgramFiles } from '../../src/cli/program-files.ts';
import { sealExecutable } from '../../src/cli/sealed-executable.ts';
import {
  formatProgramStatement,
  MANIFEST_NAME,
} from '../../src/compliance/attest/program-manifest.ts';
import { canSign, signStatement } from '../../src/compliance/attest/sign-envelope.ts';
import { formatSubjects, type Subject } from '../../src/compliance/attest/statement.ts';
import { VERSION } from '../../src/foundation/core/package-version.ts';
import { ROOT } from '../source-tree.ts';

/**
 * Reads the key of the release from the file that RELEASE_KEY names, or creates one for this run.
 * Its public part is written beside the artifacts.
 */
export function readReleaseKey(target: string): KeyObject {
  const file = process.env['RELEASE_KEY'];
  const key =
    file === undefined
      ? generateKeyPairSync('ed25519').privateKey
      : createPrivateKey(readFileSync(file));
  if (!canSign(key)) throw new Error('RELEASE_KEY: the key cannot sign');
  const text = createPublicKey(key).export({ type: 'spki', format: 'pem' });
  writeFileSync(join(target, 'plimsoll.pub'), text);
  return key;
}

/** Adds the signed manifest to a staged package. Its dependencies are those of the checkout. */
export function signProgram(folder: string, name: string, key: KeyObject): void {
  const link = join(folder, 'node_modules');
  symlinkSync(join(ROOT, 'node_modules'), link);
  try {
    const statement = formatProgramStatement(readProgramFiles(folder), `${name}@${VERSION}`);
    writeFileSync(join(folder, MANIFEST_NAME), JSON.stringify(signStatement(statement, key)));
  } finally {
    rmSync(link);
  }
}

/** Adds the signed manifest to an executable. */
export function signExecutable(path: string, key: KeyObject): void {
  const name = `${basename(path)}@${VERSION}`;
  sealExecutable(path, (files) =>
    JSON.stringify(signStatement(formatProgramStatement(files, name), key)),
  );
}

export const PROVENANCE_TYPE = 'https://slsa.dev/provenance/v1';

export interface Build {
  /** Commit of the sources. */
  readonly revision: string;
  /** Seconds since 1970. */
  readonly seconds: number;
  readonly artifacts: readonly Subject[];
}

/** SLSA 1.0, "Provenance". The same build has the same statement, so it has no time of its own. */
export function signProvenance(build: Build, key: KeyObject): string {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
  const source = server === undefined ? 'plimsoll' : `git+${server}/${repository}`;
  const predicate = {
    buildDefinition: {
      buildType: 'urn:plimsoll:release:v1',
      externalParameters: { source, revision: build.revision, command: 'npm run release:dry-run' },
      internalParameters: { sourceDateEpoch: build.seconds },
      resolvedDependencies: [{ uri: source, digest: { gitCommit: build.revision } }],
    },
    runDetails: {
      builder: {
        id:
          server === undefined
            ? 'urn:plimsoll:local'
            : `${server}/${repository}/.github/workflows/release.yml`,
        version: { plimsoll: VERSION, node: process.version },
      },
    },
  };
  const statement = formatSubjects(build.artifacts, PROVENANCE_TYPE, predicate);
  return JSON.stringify(signStatement(statement, key));
}
