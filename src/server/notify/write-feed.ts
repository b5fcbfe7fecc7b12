import type { Kysely } from 'kysely';
import { markup } from '../../foundation/present/markup.ts';
import { formatTime } from '../query/format-time.ts';
import type { Tables } from '../store/tables.ts';
import { describeEvent } from './describe-event.ts';
import { findSubscription } from './subscriptions.ts';

const ENTRIES_MAX = 50;

/**
 * Writes the last messages of a subscription as an Atom feed, RFC 4287.
 *
 * @throws UserError `E_USAGE` for an unknown name
 */
export async function writeFeed(db: Kysely<Tables>, name: string, now: number): Promise<string> {
  const { id } = await findSubscription(db, name);
  const rows = await db
    .selectFrom('delivery')
    .select(['message', 'body', 'created'])
    .where('subscription', '=', id)
    .orderBy('id', 'desc')
    .limit(ENTRIES_MAX)
    .execute();
  const entries = rows.map(({ message, body, created }) => {
    const { title, lines, url } = describeEvent(body);
    const text = lines.map((line) => line.text).join('\n');
    return markup`<entry><id>urn:plimsoll:message:${message}</id><title>${title}</title><updated>${formatTime(created)}</updated><link href="${url}"/><content type="text">${text}</content></entry>
`;
  });
  const updated = formatTime(rows[0]?.created ?? now);
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:plimsoll:subscription:${name}</id><title>plimsoll: ${name}</title><updated>${updated}</updated><author><name>plimsoll</name></author>
${entries}</feed>
`.html;
}
