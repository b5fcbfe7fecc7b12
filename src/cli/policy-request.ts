import { existsSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NamedAttestation, PolicyRequest } from '../assess/request.ts';
import type { DeclaredFact } from '../compliance/policy/declared-fact.ts';
import { readDeclaredFacts } from '../compliance/policy/declared-facts.ts';
import { type Dockerfile, readDockerfile } from '../compliance/policy/dockerfile.ts';
import { checkStatements, readStatements } from '../compliance/policy/file/read-statements.ts';
import { type Ledger, readLedger, writeLedger } from '../compliance/policy/ledger.ts';
import { loadUsualPolicy } from '../compliance/policy/load-policies.ts';
import { readPackageFeed } from '../compliance/policy/package-feeds.ts';
import type { Policy } from '../compliance/policy/policy.ts';
import { readLifecycle } from '../compliance/policy/read-lifecycle.ts';
import { readToolRuns } from '../compliance/policy/read-tool-runs.ts';
import type { Statement } from '../compliance/policy/statement.ts';
import { compareText } from '../foundation/core/compare-text.ts';
import { defined } from '../foundation/core/defined.ts';
import { UserError } from '../foundation/core/error.ts';
import { readNamedDocument } from '../image/source/named-file.ts';
import { readAcceptedChanges } from './accepted-changes.ts';
import { readVerifyingKeys } from './attestation-key.ts';
import type { Context } from './command.ts';
import { createKeylessVerifier } from './keyless-trust.ts';
import { readPolicies, readPolicyBytes } from './policy-file.ts';

const RESULTS_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Reads the policies, declared facts and the ledger that the options name. They are read before the
 * target: a mistyped rule must not cost the time of reading it.
 *
 * @throws UserError `E_POLICY` if a file cannot be read or is malformed
 */
export function createPolicyRequest(context: Context): PolicyRequest {
  const policies = choosePolicies(context);
  return {
    policies,
    statements: readStatementFile(policies, context),
    declaredFacts: readFacts(context),
    acceptedChanges: readAcceptedChanges(context),
    lifecycles: context.resolved.values.lifecycle
      .flatMap(listPages)
      .map((file) => readLifecycle(readPolicyBytes(file, 'the page of a product'), file)),
    packageFeeds: context.resolved.values.packageList.map((file) =>
      readPackageFeed(readPolicyBytes(file, 'the list of packages', RESULTS_BYTES_MAX), file),
    ),
    stepsMax: context.resolved.values.limits.policyStepsMax,
    attestations: readAttestations(context),
    toolRuns: [...context.resolved.values.results, ...context.resolved.values.evidence].flatMap(
      (file) => readToolRuns(readPolicyBytes(file, 'the results', RESULTS_BYTES_MAX), file),
    ),
    ...defined({
      ledger: readLedgerFile(context),
      dockerfile: readDockerfileOption(context),
      fingerprintKey: readFingerprintKey(context),
    }),
  };
}

function readAttestations({ resolved }: Context): readonly NamedAttestation[] {
  const { attestation, limits } = resolved.values;
  const hint = 'name a file that "plimsoll attest" or "cosign download attestation" wrote';
  const wanted = { title: 'the statement', hint, limits };
  return attestation.map((file) => ({ origin: file, content: readNamedDocument(file, wanted) }));
}

/**
 * Returns the keys and identities whose statements count; `undefined` if the options name none.
 *
 * @throws UserError `E_USAGE` if a key or the trusted root is invalid
 */
export async function readAttestationTrust(
  context: Context,
): Promise<Pick<PolicyRequest, 'attestationTrust'>> {
  const files = context.resolved.values.attestationKey;
  const keys = files.length === 0 ? undefined : readVerifyingKeys(files, '--attestation-key');
  const verifyBundle = await createKeylessVerifier(context);
  return keys === undefined && verifyBundle === undefined
    ? {}
    : { attestationTrust: defined({ keys, verifyBundle }) };
}

/** The pages of a directory are its files that end in `.md`. */
function listPages(path: string): readonly string[] {
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isDirectory
    ? readdirSync(path)
        .filter((name) => name.endsWith('.md'))
        .toSorted(compareText)
        .map((name) => join(path, name))
    : [path];
}

/** A short key could be guessed together with the secret. */
const KEY_BYTES_MIN = 16;

function readFingerprintKey({ resolved }: Context): Uint8Array | undefined {
  const { fingerprintKey: file } = resolved.values;
  const key = file === undefined ? undefined : readPolicyBytes(file, 'the key');
  if (key !== undefined && key.length < KEY_BYTES_MIN) {
    throw new UserError('E_USAGE', `the key in "${file}" has fewer than ${KEY_BYTES_MIN} bytes`, {
      hint: 'create one, for example: head -c 32 /dev/urandom > key.bin',
    });
  }
  return key;
}

function readDockerfileOption({ resolved }: Context): Dockerfile | undefined {
  const { dockerfile } = resolved.values;
  return dockerfile === undefined
    ? undefined
    : readDockerfile(readPolicyBytes(dockerfile, 'the Dockerfile'), dockerfile);
}

function choosePolicies({ resolved }: Context): readonly Policy[] {
  const { policy, pack } = resolved.values;
  return policy.length + pack.length === 0 ? loadUsualPolicy() : readPolicies(policy, pack);
}

function readStatementFile(
  policies: readonly Policy[],
  { resolved }: Context,
): readonly Statement[] {
  const { statements: file } = resolved.values;
  if (file === undefined) {
    return [];
  }
  const statements = readStatements(readPolicyBytes(file, 'the file of statements'), file);
  checkStatements(statements, policies);
  return statements;
}

function readFacts({ resolved }: Context): readonly DeclaredFact[] {
  const { facts } = resolved.values;
  return facts === undefined
    ? []
    : readDeclaredFacts(readPolicyBytes(facts, 'the file of facts'), facts);
}

/** A ledger that does not exist yet is empty. */
function readLedgerFile({ resolved }: Context): Ledger | undefined {
  const { ledger } = resolved.values;
  if (ledger === undefined) {
    return undefined;
  }
  const text = existsSync(ledger) ? readPolicyBytes(ledger, 'the ledger').toString('utf8') : '';
  return readLedger(text, ledger);
}

/** Writes a new file and renames it, so that an interrupted run keeps the old ledger. */
export function writeLedgerFile(ledger: Ledger | undefined, { resolved }: Context): void {
  const file = resolved.values.ledger;
  if (ledger !== undefined && file !== undefined) {
    writeFileSync(`${file}.new`, writeLedger(ledger));
    renameSync(`${file}.new`, file);
  }
}
