import { dropTag } from '../../compliance/policy/ledger.ts';
import { readImageConfig } from '../../foundation/core/image-config.ts';
import { SOURCE_LABEL } from '../../foundation/core/source-label.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';
import { listImageDigests } from '../engine/image-digests.ts';
import type { PageContext } from '../pages/page.ts';
import { toStoredText } from '../store/stored-text.ts';
import type { Fleet } from './fleet.ts';
import type { FleetImage } from './fleet-image.ts';
import type { FoundImage } from './image-report.ts';

/** A smaller variant of an image, or the image that a smaller variant was made from. */
export interface Peer {
  readonly id: number;
  /** Why it is one; the end of a sentence that starts with its name. */
  readonly reason: string;
}

/** Words in the names of hardened variants: `shop:1.4-slim`, `hardened/shop:1.4`. */
const HARDENED =
  /(?<![a-z0-9])(?:slim|hardened|distroless|minimal|chainguard|wolfi|dhi)(?![a-z0-9])/g;
/** Images of similar names whose descriptions are read, the newest first. */
const READ_MAX = 3;

/**
 * Finds the hardened variant of an image: by the label that `plimsoll harden emit` writes, or by
 * its name, if it has fewer packages and starts the same program.
 */
export async function findPeer(
  context: PageContext,
  { image, report }: FoundImage,
): Promise<Peer | undefined> {
  const { fleet, assessments } = context;
  const { target } = report.inventory;
  const original = await findOriginal(context, target);
  if (original !== undefined) {
    return { id: original, reason: 'is the original, as a label of this image states' };
  }
  const variants = (await readVariants(fleet)).get(toStem(image.name)) ?? [];
  const digests = listImageDigests(target);
  const start = readStart(target);
  for (const one of variants
    .filter(({ id, packages }) => id !== image.id && packages < image.packages)
    .slice(0, READ_MAX)) {
    const other = await assessments.describeTarget(await readDocumentDigest(context, one.id));
    const source = readSource(other);
    if (source !== undefined && digests.includes(source)) {
      return { id: one.id, reason: 'names this image as its original in a label' };
    }
    if (start !== undefined && readStart(other) === start) {
      return {
        id: one.id,
        reason: 'has a similar name and fewer packages, and starts the same program',
      };
    }
  }
  return undefined;
}

/** Returns the images whose names contain a word for hardened variants, the newest first. */
async function readVariants(fleet: Fleet): Promise<ReadonlyMap<string, readonly FleetImage[]>> {
  return await fleet.rememberRevision('variants', () => {
    const named = fleet.sortImages('newest').filter(({ name }) => name.search(HARDENED) >= 0);
    return Promise.resolve(Map.groupBy(named, ({ name }) => toStem(name)));
  });
}

/** Returns the last part of a name, without its tag and words for hardened variants. */
function toStem(name: string): string {
  const last = dropTag(name).split('/').at(-1) ?? '';
  return last
    .toLowerCase()
    .replaceAll(HARDENED, '')
    .replaceAll(/[^a-z0-9]+/g, '');
}

async function findOriginal(
  { db, fleet }: PageContext,
  target: TargetDescription,
): Promise<number | undefined> {
  const source = readSource(target);
  if (source === undefined) {
    return undefined;
  }
  const rows = await db
    .selectFrom('image_digest')
    .select('image')
    .where('digest', '=', source)
    .orderBy('image', 'desc')
    .execute();
  return rows.find(({ image }) => fleet.get(image) !== undefined)?.image;
}

async function readDocumentDigest({ db }: PageContext, id: number): Promise<string> {
  const row = await db
    .selectFrom('image')
    .select('document')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return row.document;
}

function readSource(target: TargetDescription): string | undefined {
  // An inventory is not checked member by member: its sender may have written anything.
  const source: unknown = target.kind === 'image' ? target.labels[SOURCE_LABEL] : undefined;
  return typeof source === 'string' ? toStoredText(source) : undefined;
}

/** Returns the program that an image starts, as text; `undefined` if it names none. */
function readStart(target: TargetDescription): string | undefined {
  const { Entrypoint, Cmd } = target.kind === 'image' ? readImageConfig(target.config).process : {};
  return Entrypoint === undefined && Cmd === undefined
    ? undefined
    : JSON.stringify([Entrypoint ?? null, Cmd ?? null]);
}
