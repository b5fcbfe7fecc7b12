import { join } from 'node:path';
import type { DatabaseDescription } from '../../foundation/core/advisory.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Findings } from '../../foundation/core/finding.ts';
import type { Report } from '../../foundation/core/format.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { VERSION } from '../../foundation/core/package-version.ts';
import { findAbsentShards } from '../../vulnerability/advisory/absent-shards.ts';
import { openDatabase } from '../../vulnerability/advisory/open-database.ts';
import { planUpdates } from '../../vulnerability/match/plan-updates.ts';
import { listOutdated } from '../engine/advisory-age.ts';
import { selectDecisions } from '../engine/decisions.ts';
import { readFirstSightings } from '../engine/first-sightings.ts';
import type { CurrentPolicy } from '../engine/fleet-policy.ts';
import { readInventoryDocument } from '../engine/inventory-document.ts';
import { judgeImage } from '../engine/judge-image.ts';
import { selectStatements } from '../engine/statements.ts';
import type { DecisionTable, StatementTable } from '../store/decision-tables.ts';
import { type DocumentSetting, type DocumentStore, openDocuments } from '../store/documents.ts';
import type { StoreView } from '../store/store-view.ts';

/** A report that has findings. */
export type ImageReport = Report & { readonly findings: Findings };

export interface ImageQuestion extends StoreView {
  /** Digest of the document with its inventory. */
  readonly document: string;
  /** Of the image. */
  readonly project: string;
  /** Digest of the advisory database. */
  readonly generation: string;
  readonly policy: CurrentPolicy;
  /** Decisions in force. */
  readonly decisions: readonly DecisionTable[];
  /** Statements about controls. */
  readonly statements: readonly StatementTable[];
  /** RFC 3339 */
  readonly now: string;
}

/** Reports that are kept for the pages of the same images. */
const KEPT_MAX = 12;
const KEPT_MILLISECONDS = 60_000;

/** Assesses images by their stored inventories, as the engine does: by decisions and a policy. */
export class ImageAssessments {
  readonly #folder: string;
  readonly #maxAgeDays: number;
  readonly #documents: DocumentStore;
  readonly #kept = new Map<string, { readonly at: number; readonly report: ImageReport }>();
  readonly #descriptions = new Map<string, DatabaseDescription>();

  constructor(setting: DocumentSetting, maxAgeDays: number) {
    this.#folder = setting.folder;
    this.#maxAgeDays = maxAgeDays;
    this.#documents = openDocuments(setting);
  }

  /** Returns the facts about an advisory database; `undefined` if it cannot be read. */
  describeDatabase(generation: string): DatabaseDescription | undefined {
    const known = this.#descriptions.get(generation);
    if (known !== undefined) {
      return known;
    }
    try {
      using database = openDatabase(this.#toFolder(generation));
      this.#descriptions.clear();
      this.#descriptions.set(generation, database.description);
      return database.description;
    } catch (error) {
      if (error instanceof UserError) {
        return undefined;
      }
      throw error;
    }
  }

  /** Returns whether a source of an advisory database is too old to rely on, or cannot be read. */
  isOutdated(generation: string, now: number): boolean {
    const description = this.describeDatabase(generation);
    return description === undefined || listOutdated(description, this.#maxAgeDays, now).length > 0;
  }

  /** Lists the shards that an advisory database lacks. */
  listAbsentShards(generation: string): readonly string[] {
    return findAbsentShards(this.#toFolder(generation));
  }

  /**
   * Returns the report of an image.
   *
   * @throws UserError `E_STORE_DAMAGED` if its inventory is missing or was altered
   */
  async assess(question: ImageQuestion): Promise<ImageReport> {
    const { document, generation, policy, decisions, statements, now } = question;
    const ids = [decisions, statements].map((rows) => rows.map(({ id }) => id).join()).join(' ');
    const key = `${document} ${generation} ${policy.digest} ${ids} ${question.project}`;
    const at = Date.parse(now);
    const kept = this.#kept.get(key);
    if (kept !== undefined && Math.abs(at - kept.at) < KEPT_MILLISECONDS) {
      return kept.report;
    }
    const report = await this.assessAgain(question);
    this.#kept.delete(key);
    this.#kept.set(key, { at, report });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) {
      this.#kept.delete(oldest);
    }
    return report;
  }

  /** Reads the description of an image from its stored inventory. */
  async describeTarget(document: string): Promise<Inventory['target']> {
    return readInventoryDocument(await this.#documents.get(document)).inventory.target;
  }

  /** Returns the report of an image without keeping it. */
  async assessAgain(question: ImageQuestion): Promise<ImageReport> {
    const { db, at, document, project, generation, policy, decisions, statements, now } = question;
    const pushed = readInventoryDocument(await this.#documents.get(document));
    const { target } = pushed.inventory;
    const sightings =
      policy.rules === undefined
        ? undefined
        : await readFirstSightings(db, target, { projects: [project], at });
    const { assessment } = await judgeImage(pushed, {
      database: this.#toFolder(generation),
      temporaryFolder: this.#folder,
      maxAgeDays: this.#maxAgeDays,
      policy,
      sightings,
      decisions: selectDecisions(decisions, { name: target.name, project }),
      statements: selectStatements(statements, { name: target.name, project }),
      now,
    });
    const { decisions: _, judged: __, ...report } = assessment;
    return {
      tool: { name: 'plimsoll', version: VERSION },
      configuration: pushed.configuration,
      timestamp: now,
      ...report,
      updates: planUpdates(report.inventory.packages, report.findings.findings),
    };
  }

  #toFolder(generation: string): string {
    return join(this.#folder, 'generations', generation);
  }
}
