import { type Kysely, sql } from 'kysely';
import type { Tables } from '../store/tables.ts';

/** Finds names of packages that contain a text, in any case. */
export async function searchComponents(
  db: Kysely<Tables>,
  text: string,
  rows: number,
): Promise<readonly string[]> {
  const found = await db
    .selectFrom('component')
    .select('name')
    .distinct()
    .where(sql<boolean>`lower(name) like ${toPattern(text)} escape '\\'`)
    .orderBy('name')
    .limit(rows)
    .execute();
  return found.map(({ name }) => name);
}

/** Finds vulnerabilities whose IDs contain a text, in any case. */
export async function searchVulnerabilities(
  db: Kysely<Tables>,
  text: string,
  rows: number,
): Promise<readonly string[]> {
  const found = await db
    .selectFrom('vulnerability')
    .select('id')
    .where(sql<boolean>`lower(id) like ${toPattern(text)} escape '\\'`)
    .orderBy('id')
    .limit(rows)
    .execute();
  return found.map(({ id }) => id);
}

function toPattern(text: string): string {
  return `%${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
}
