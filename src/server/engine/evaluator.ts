import { hash } from 'node:crypto';
import type { AdvisoryDatabase } from '../../foundation/core/advisory.ts';
import { type Finding, SEVERITIES, type Unevaluated } from '../../foundation/core/finding.ts';
import { foldCase } from '../../foundation/core/fold-case.ts';
import { canonicalizeJson } from '../../foundation/syntax/json/canonical-json.ts';
import { openDatabase } from '../../vulnerability/advisory/open-database.ts';
import type { ComponentSystem } from '../../vulnerability/match/component.ts';
import {
  type ComponentResult,
  evaluateComponents,
} from '../../vulnerability/match/evaluate-components.ts';
import { createMatchContext, describeSystem } from '../../vulnerability/match/match-context.ts';
import type { MatchContext } from '../../vulnerability/match/matcher.ts';
import { type RecordingLookup, recordLookup } from '../../vulnerability/match/read-set.ts';
import { MATCH_KINDS, type MatchKind } from '../store/match-kind.ts';
import { readComponent } from './component-context.ts';

/** A match of a component, as it is stored. */
export interface StoredMatch {
  readonly kind: number;
  readonly vulnerability: string;
  readonly number: number;
  readonly severity: number;
  readonly fix_state: string;
  readonly fix_versions: string;
  readonly reason: string;
  readonly digest: string;
}

export interface Evaluation {
  readonly matches: readonly StoredMatch[];
  /** The questions to the database; see `read-key.ts`. */
  readonly keys: ReadonlySet<string>;
}

interface SystemContext {
  readonly context: MatchContext;
  readonly recording: RecordingLookup;
}

/** Matches components against one advisory database. */
export class Evaluator implements Disposable {
  readonly database: AdvisoryDatabase;
  readonly #contexts = new Map<string, SystemContext>();

  /** Throws `UserError` `E_DB_MISSING` or `E_DB_INVALID`. */
  constructor(folder: string) {
    this.database = openDatabase(folder);
  }

  /** Returns the digest of everything that the database knows of a system. */
  digestSystem(system: ComponentSystem): string {
    const { context } = this.#openContext(system);
    return digestText(describeSystem(context));
  }

  /** Matches the result of `writeComponent`. */
  evaluate(json: string): Evaluation {
    const { component, system } = readComponent(json);
    const { context, recording } = this.#openContext(system);
    recording.takeKeys();
    const [result] = evaluateComponents([component], { ...context, lookup: recording.lookup });
    const keys = recording.takeKeys();
    return { matches: result === undefined ? [] : toStoredMatches(result), keys };
  }

  [Symbol.dispose](): void {
    this.database[Symbol.dispose]();
    this.#contexts.clear();
  }

  #openContext(system: ComponentSystem): SystemContext {
    const key = canonicalizeJson(system);
    const known = this.#contexts.get(key);
    if (known !== undefined) {
      return known;
    }
    const context = createMatchContext(system, this.database, {});
    const opened = { context, recording: recordLookup(context.lookup) };
    this.#contexts.set(key, opened);
    return opened;
  }
}

/** Converts the result of a component to rows; equal results have equal rows. */
function toStoredMatches(result: ComponentResult): readonly StoredMatch[] {
  const numbers = new Map<string, number>();
  const create = (
    kind: MatchKind,
    id: string,
    row: Omit<StoredMatch, 'kind' | 'vulnerability' | 'number'>,
  ): StoredMatch => {
    const key = `${kind} ${foldCase(id)}`;
    const number = numbers.get(key) ?? 0;
    numbers.set(key, number + 1);
    return { kind: MATCH_KINDS.indexOf(kind), vulnerability: id, number, ...row };
  };
  return [
    ...result.findings.map((one) => create('finding', one.id, describeFinding(one, ''))),
    ...result.ignored.map(({ finding, rule }) =>
      create('ignored', finding.id, describeFinding(finding, rule)),
    ),
    ...result.unevaluated.map((one) =>
      create('unevaluated', one.vulnerability ?? '', describeUnevaluated(one)),
    ),
  ];
}

function describeFinding(finding: Finding, rule: string) {
  return {
    severity: SEVERITIES.indexOf(finding.severity),
    fix_state: finding.fixState,
    fix_versions: finding.fixVersions.join(' '),
    reason: rule,
    digest: digestText(JSON.stringify(finding, omitFacts) + rule),
  };
}

function describeUnevaluated({ why, detail }: Unevaluated) {
  const reason = `${why}: ${detail}`;
  return { severity: 0, fix_state: '', fix_versions: '', reason, digest: digestText(reason) };
}

/** Facts about a vulnerability are stored with it, and rows of the database have no meaning. */
const OMITTED: ReadonlySet<string> = new Set([
  'epss',
  'exploited',
  'packageKey',
  'risk',
  'ssvc',
  'weaknesses',
]);

function omitFacts(key: string, value: unknown): unknown {
  if (OMITTED.has(key)) {
    return undefined;
  }
  if (typeof value === 'object' && value !== null) {
    if (key === 'operatingSystem' && 'id' in value) {
      return { ...value, id: undefined };
    }
    if (key === 'record' && 'shard' in value) {
      return undefined;
    }
  }
  return value;
}

function digestText(text: string): string {
  return hash('sha256', text, 'base64url');
}
