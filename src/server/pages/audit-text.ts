import { type Markup, markup } from '../../foundation/present/markup.ts';
import type { PageContext } from './page.ts';
import { createLink, shortenName } from './parts.ts';

/** Requests that change something, as actions of a person. */
const DEEDS: ReadonlyMap<string, string> = new Map([
  ['PUT /api/v1/inventories/{digest}', 'sent an inventory'],
  ['PUT /api/v1/placement-reports/{source}', 'reported the images in use'],
  ['PUT /api/v1/policy', 'set the conditions for every image'],
  ['POST /decide', 'saved a draft of a decision'],
  ['POST /api/v1/drafts', 'saved a draft of a decision'],
  ['POST /drafts/answer', 'answered drafts'],
  ['POST /api/v1/drafts/{id}/answer', 'answered a draft'],
  ['POST /compliance/statements', 'stated something about a control'],
  ['POST /settings/subscriptions', 'changed subscriptions'],
  ['GET /sign-in/{secret}', 'signed in'],
]);

const DIGEST = /\/([0-9a-f]{64})$/;

interface AuditedAction {
  readonly action: string;
  readonly target: string;
}

/** Returns the names of the images that entries are about, by the digest of their document. */
export async function readAuditedImages(
  { db }: PageContext,
  entries: readonly AuditedAction[],
): Promise<ReadonlyMap<string, { readonly id: number; readonly name: string }>> {
  const digests = entries.flatMap(({ target }) => DIGEST.exec(target)?.[1] ?? []);
  if (digests.length === 0) {
    return new Map();
  }
  const rows = await db
    .selectFrom('image')
    .select(['id', 'name', 'document'])
    .where('document', 'in', [...new Set(digests)])
    .execute();
  return new Map(rows.map(({ document, id, name }) => [document, { id, name }]));
}

/** Describes an entry as a sentence, with the request below it. */
export function describeAudited(
  { action, target }: AuditedAction,
  images: ReadonlyMap<string, { readonly id: number; readonly name: string }>,
): Markup {
  const deed = DEEDS.get(action);
  const image = images.get(DIGEST.exec(target)?.[1] ?? '');
  const about =
    image === undefined
      ? undefined
      : markup`: ${createLink('image', { id: image.id }, image.name)}`;
  return deed === undefined
    ? markup`${shortenName(action)}<span class="row-note">${shortenName(target)}</span>`
    : markup`${deed}${about}<span class="row-note">${shortenName(action)}</span>`;
}
