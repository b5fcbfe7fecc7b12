import { createHash } from 'node:crypto';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import type { Problem } from '../core/problem.ts';
import { AccountKeeper } from './build-account.ts';
import { CaptureTime } from './capture-time.ts';
import type { BuildAccount } from './feed-facts.ts';
import { FeedStaging } from './feed-staging.ts';
import { findCurrentGeneration, type Generation } from './generation.ts';
import { GenerationOutput } from './import-database.ts';
import type { SorterMemory } from './page-file/entry-sorter.ts';
import { listPastReleases } from './past-releases.ts';
import type { FeedDocument, FeedOmission, FeedProvider, FeedSystem } from './provider/contract.ts';
import { formatRelease, SHARD_SCHEMA } from './schema.ts';

const PROCESSOR = 'plimsoll';
const CAUSES_SHOWN = 5;

export interface LayerOptions {
  readonly limits: Limits;
  /** Time of the build, RFC 3339. */
  readonly now: string;
  /** Shared by all layers of a build. */
  readonly memory: SorterMemory;
  /** Receives each record that is left out. */
  readonly report: (problem: Problem) => void;
  /** If true, releases that the feed no longer has are dropped. */
  readonly isLossAccepted?: boolean | undefined;
}

/** Builds the layer of one provider from documents that arrive in any order. */
export class LayerBuild implements Disposable {
  readonly provider: FeedProvider;
  readonly #output: GenerationOutput;
  readonly #options: LayerOptions;
  readonly #staging: FeedStaging;
  readonly #root: string;
  readonly #keeper = new AccountKeeper();
  readonly #captured: CaptureTime;
  /** Of all documents, each followed by its size. */
  readonly #digest = createHash('sha256');

  /** `root`: directory of the layer's generations. */
  constructor(provider: FeedProvider, root: string, options: LayerOptions) {
    this.provider = provider;
    this.#root = root;
    this.#options = options;
    const { memory } = options;
    this.#output = new GenerationOutput(root, options.now, { memory, keepsRepeated: false });
    this.#staging = new FeedStaging(this.#output.writer, this.#output.scratch);
    this.#staging.addRules(provider.rules);
    this.#captured = new CaptureTime(options.now);
  }

  countOmission(omission: FeedOmission): void {
    this.#keeper.countDocument();
    this.#keeper.countOmission(omission);
  }

  async readDocument(document: FeedDocument): Promise<void> {
    const { id, read } = this.provider;
    const { limits, report } = this.#options;
    this.#keeper.countDocument();
    this.#captured.addFile(document.modifiedAt);
    const content = this.#hashPieces(document.content);
    for await (const outcome of read({ ...document, content }, limits)) {
      if ('record' in outcome) {
        this.#keeper.countItem(outcome);
        this.#captured.addStated(outcome.record.modifiedAt);
        this.#staging.addItem(outcome);
      } else if ('facts' in outcome) {
        this.#keeper.countFacts(outcome.facts);
        this.#captured.addStated(outcome.statedAt);
        this.#staging.addFacts(outcome.facts);
      } else {
        this.#keeper.countOmission(outcome);
        if (outcome.problem !== undefined) {
          report({ ...outcome.problem, plugin: id, path: document.name });
        }
      }
    }
  }

  /**
   * Writes the layer and returns its account. The generation is complete, but not the current one.
   *
   * @throws UserError `E_DB_IMPORT` if no document has a usable statement
   */
  writeLayer(): { readonly generation: Generation; readonly account: BuildAccount } {
    const { writer } = this.#output;
    const { id, version, license, marks = [] } = this.provider;
    this.#keepPastReleases();
    const account = this.#keeper.finish(this.#staging.writeShards());
    this.#staging[Symbol.dispose]();
    refuseNothing(this.provider, account);
    const capturedAt = this.#captured.value;
    const processor = `${PROCESSOR} schema ${SHARD_SCHEMA}`;
    const inputDigest = `sha256:${this.#digest.digest('hex')}`;
    writer.finishGeneration(
      {
        sourceSchema: '',
        builtAt: capturedAt,
        origin: 'built from feeds',
        providers: [{ id, version: String(version), processor, capturedAt, inputDigest }],
        feed: { license, marks, account },
      },
      this.#options.now,
    );
    return { generation: this.#output.completeGeneration(), account };
  }

  /** Removes the generation, unless it is complete. */
  [Symbol.dispose](): void {
    this.#staging[Symbol.dispose]();
    this.#output[Symbol.dispose]();
  }

  /** A damaged layer has nothing to keep, but that is reported. */
  #keepPastReleases(): void {
    const root = this.#root;
    const generation = findCurrentGeneration(root);
    const { isLossAccepted = false, report } = this.#options;
    if (this.provider.keepsPastReleases !== true || isLossAccepted || generation === undefined) {
      return;
    }
    const isCurrent = (system: FeedSystem): boolean => this.#staging.hasSystem(system);
    try {
      for (const { system, items } of listPastReleases({ root, generation }, isCurrent)) {
        const release = formatRelease(system);
        for (const item of items) {
          this.#keeper.countPast(release, { isNewRecord: this.#staging.addItem(item) });
        }
      }
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      const message = `the last state of releases that left the feed was lost: ${error.message}`;
      this.#keeper.countOmission({ leftOut: 'part', cause: 'releases of a damaged layer' });
      report({ code: 'P_UNREADABLE', message, plugin: this.provider.id });
    }
  }

  async *#hashPieces(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let sizeBytes = 0;
    for await (const piece of content) {
      this.#digest.update(piece);
      sizeBytes += piece.length;
      yield piece;
    }
    this.#digest.update(`\n${sizeBytes}\n`);
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
