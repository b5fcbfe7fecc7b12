import type { Kysely } from 'kysely';
import { compareText } from '../../foundation/core/compare-text.ts';
import { VERSION } from '../../foundation/core/package-version.ts';
import type { DecisionTable, StatementTable } from '../store/decision-tables.ts';
import { decodeNumbers } from '../store/number-list.ts';
import { splitKeys } from '../store/store.ts';
import { digestKey } from '../store/stored-text.ts';
import type { Tables } from '../store/tables.ts';
import type { CurrentPolicy } from './fleet-policy.ts';

/** The inputs of verdicts that all images have in common. */
export interface CommonInputs {
  readonly policy: CurrentPolicy;
  /** Decisions in force. */
  readonly decisions: readonly DecisionTable[];
  /** Statements about controls. */
  readonly statements: readonly StatementTable[];
  /** Whether advisories are too old, by provider. */
  readonly outdated: readonly string[];
  /** Digest of the end of life of products; absent if the policy has no rule about them. */
  readonly products?: string;
}

type ImageInputs = Pick<Tables['image'], 'document' | 'components'>;

/**
 * Returns the digest of everything that the verdict about an image is computed from, except dates:
 * its document, the open matches of its components, the decisions about it, and the policy. Facts
 * about vulnerabilities only count if a policy may read them.
 */
export async function digestInputs(
  db: Kysely<Tables>,
  { document, components }: ImageInputs,
  { policy, decisions, statements, outdated, products }: CommonInputs,
): Promise<string> {
  const matches: string[] = [];
  const vulnerabilities = new Set<string>();
  for (const some of splitKeys(new Set(decodeNumbers(components)))) {
    const rows = await db
      .selectFrom('match')
      .select(['component', 'kind', 'vulnerability', 'number', 'severity', 'digest'])
      .where('component', 'in', some)
      .where('closed', 'is', null)
      .execute();
    for (const { component, kind, vulnerability, number, severity, digest } of rows) {
      matches.push(`${component} ${kind} ${number} ${severity} ${digest} ${vulnerability}`);
      vulnerabilities.add(vulnerability);
    }
  }
  const facts = policy.rules === undefined ? [] : await listFacts(db, vulnerabilities);
  return digestKey(
    JSON.stringify([
      VERSION,
      document,
      policy.digest,
      decisions.map(({ id }) => id),
      outdated,
      matches.sort(compareText),
      facts,
      ...(products === undefined ? [] : [products]),
      ...(statements.length === 0 ? [] : [statements.map(({ id }) => `statement ${id}`)]),
    ]),
  );
}

async function listFacts(
  db: Kysely<Tables>,
  vulnerabilities: Iterable<string>,
): Promise<readonly string[]> {
  const facts: string[] = [];
  for (const some of splitKeys(vulnerabilities)) {
    const rows = await db.selectFrom('vulnerability').selectAll().where('id', 'in', some).execute();
    rows.forEach(({ id, epss, exploited }) => facts.push(`${id} ${epss} ${exploited}`));
  }
  return facts.sort(compareText);
}
