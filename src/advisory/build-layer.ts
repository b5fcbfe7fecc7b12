import { createHash } from 'node:crypto';
import path from 'node:path';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import type { Problem } from '../core/problem.ts';
import { AccountKeeper } from './build-account.ts';
import { CaptureTime } from './capture-time.ts';
import { type FeedInput, readDocuments } from './feed-documents.ts';
import type { BuildAccount } from './feed-facts.ts';
import { FeedStaging } from './feed-staging.ts';
import type { GenerationOutput } from './import-database.ts';
import type { FeedDocument, FeedProvider } from './provider/contract.ts';
import { SHARD_SCHEMA } from './schema.ts';

const PROCESSOR = 'plimsoll';
const CAUSES_SHOWN = 5;

export interface LayerInput {
  readonly provider: FeedProvider;
  /** Files, directories and archives of its documents. */
  readonly files: readonly string[];
}

export interface LayerOptions {
  readonly limits: Limits;
  /** Time of the build, RFC 3339. */
  readonly now: string;
  /** Receives each record that is left out. */
  readonly report: (problem: Problem) => void;
}

/**
 * Writes the layer of one provider.
 *
 * @throws UserError `E_DB_IMPORT` if a file is unreadable, or none has a usable statement;
 *   `E_LIMIT`
 */
export async function buildLayer(
  { provider, files }: LayerInput,
  { writer, scratch }: GenerationOutput,
  options: LayerOptions,
): Promise<BuildAccount> {
  const { now } = options;
  using staging = new FeedStaging(path.join(scratch, 'staging.db'));
  const reading = new LayerReading(provider, staging, options);
  for (const file of files) {
    for await (const input of readDocuments(file, options.limits)) {
      await reading.readInput(input);
    }
  }
  const account = reading.keeper.finish(staging.writeShards(writer));
  refuseNothing(provider, account);
  const { id, version, license, marks = [] } = provider;
  const capturedAt = reading.captured.value;
  const processor = `${PROCESSOR} schema ${SHARD_SCHEMA}`;
  const inputDigest = reading.inputDigest;
  writer.finishGeneration(
    {
      sourceSchema: '',
      builtAt: capturedAt,
      origin: 'built from feeds',
      providers: [{ id, version: String(version), processor, capturedAt, inputDigest }],
      feed: { license, marks, account },
    },
    now,
  );
  return account;
}

/** The documents of one provider, while they are read in order. */
class LayerReading {
  readonly keeper = new AccountKeeper();
  readonly captured: CaptureTime;
  readonly #provider: FeedProvider;
  readonly #staging: FeedStaging;
  readonly #options: LayerOptions;
  readonly #digests = createHash('sha256');

  constructor(provider: FeedProvider, staging: FeedStaging, options: LayerOptions) {
    this.#provider = provider;
    this.#staging = staging;
    this.#options = options;
    this.captured = new CaptureTime(options.now);
    staging.addRules(provider.rules);
  }

  /** Returns the digest of the digests of all documents, in order. */
  get inputDigest(): string {
    return `sha256:${this.#digests.digest('hex')}`;
  }

  async readInput(input: FeedInput): Promise<void> {
    this.keeper.countDocument();
    if (input.omission !== undefined) {
      this.keeper.countOmission(input.omission);
    } else {
      await this.#readDocument(input.document);
    }
  }

  async #readDocument(document: FeedDocument): Promise<void> {
    const { id, read } = this.#provider;
    const { limits, report } = this.#options;
    const digest = createHash('sha256');
    const content = hashPieces(document.content, digest);
    this.captured.addFile(document.modifiedAt);
    for await (const outcome of read({ ...document, content }, limits)) {
      if ('record' in outcome) {
        this.keeper.countItem(outcome);
        this.captured.addStated(outcome.record.modifiedAt);
        this.#staging.addItem(outcome);
      } else if ('facts' in outcome) {
        this.keeper.countFacts(outcome.facts);
        this.captured.addStated(outcome.statedAt);
        this.#staging.addFacts(outcome.facts);
      } else {
        this.keeper.countOmission(outcome);
        if (outcome.problem !== undefined) {
          report({ ...outcome.problem, plugin: id, path: document.name });
        }
      }
    }
    this.#digests.update(digest.digest());
  }
}

async function* hashPieces(
  content: AsyncIterable<Uint8Array>,
  digest: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    digest.update(piece);
    yield piece;
  }
}

/**
 * An empty layer would find nothing, and every scan would look clean. Records without statements
 * are useful: other sources refer to them for severities. So are facts.
 */
function refuseNothing({ id }: FeedProvider, account: BuildAccount): void {
  const { records, statements, facts } = account;
  const keptFacts = facts?.kept ?? 0;
  if (statements.kept > 0 || (statements.read === 0 && records.kept + keptFacts > 0)) {
    return;
  }
  const causes = [account.documents, account.records, account.statements, facts]
    .flatMap((counts) => Object.entries(counts?.leftOut ?? {}))
    .sort(([, left], [, right]) => right - left)
    .map(([cause, count]) => `${cause} (${count})`);
  const rest = causes.length - CAUSES_SHOWN;
  const more = rest > 0 ? `, and ${rest} other causes` : '';
  const listed = causes.slice(0, CAUSES_SHOWN).join(', ') || 'they state nothing';
  const documents =
    account.documents.read === 1 ? '1 document' : `${account.documents.read} documents`;
  throw new UserError(
    'E_DB_IMPORT',
    `could not use any statement of ${id} in ${documents}: ${listed}${more}`,
    { hint: 'check that each FILE matches its PROVIDER; the database in use is unchanged' },
  );
}
