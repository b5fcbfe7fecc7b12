import { UserError } from '../../foundation/core/error.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import { formatConclusion } from '../../report/format/comparison/conclusion.ts';
import { createSideCards } from '../../report/format/comparison/parts/side-cards.ts';
import { createSurfaceBars } from '../../report/format/comparison/parts/surface-section.ts';
import { toSentence } from '../../report/format/page/reasons.ts';
import { compareImages, type FoundImage, readImageReport } from '../query/image-report.ts';
import { findPeer, type Peer } from '../query/peers.ts';
import { formatAddress } from './address.ts';
import { createImageSelect } from './image-select.ts';
import type { PageContext } from './page.ts';
import { createFilter, createLink, createNotice, createSection } from './parts.ts';

interface PeerSection {
  readonly section: Markup;
  /** Whether it shows two surfaces. */
  readonly isFound: boolean;
}

/** Compares the attack surface of an image with a hardened variant, or with a chosen image. */
export async function createPeerSection(
  context: PageContext,
  found: FoundImage,
): Promise<PeerSection> {
  try {
    return await createSections(context, found);
  } catch (error) {
    // An image stays readable if the inventory of another one is not.
    if (error instanceof UserError) {
      return createPlainSection(createNotice(toSentence(error.message)));
    }
    throw error;
  }
}

function createPlainSection(content: Markup): PeerSection {
  return { isFound: false, section: createSection('peer', 'Hardened variant', content) };
}

async function createSections(context: PageContext, found: FoundImage): Promise<PeerSection> {
  const { image } = found;
  const chosen = context.get('peer');
  const peer: Peer | undefined =
    chosen === '' ? await findPeer(context, found) : { id: Number(chosen), reason: 'was chosen' };
  const form = createPeerForm(context, image.id, peer?.id);
  if (peer === undefined) {
    return createPlainSection(
      markup`<p>No smaller variant of this image is known. Make one with <code>plimsoll harden emit</code>, and send it with <code>plimsoll push --surface</code>.</p>${form}`,
    );
  }
  const other = await readImageReport(context, String(peer.id), '');
  if (other === undefined || peer.id === image.id) {
    const text =
      other === undefined
        ? `The store has no image ${peer.id} to compare with.`
        : 'Choose another image: this one cannot be compared with itself.';
    return createPlainSection(markup`${createNotice(text)}${form}`);
  }
  const comparison = compareImages(found, other);
  const { name } = other.image;
  const compare = createLink('compare', { a: image.id, b: peer.id }, 'Compare both images');
  return {
    isFound: true,
    section: createSection(
      'peer',
      `Attack surface compared with ${name}`,
      markup`<p>${createLink('image', { id: peer.id }, name)} ${peer.reason}. ${compare}</p><p>${formatConclusion(comparison)}</p>${createSideCards(comparison.columns)}${createSurfaceBars(comparison)}${form}`,
    ),
  };
}

function createPeerForm(
  { fleet, get }: PageContext,
  image: number,
  peer: number | undefined,
): Markup | undefined {
  if (fleet.size < 2) {
    return undefined;
  }
  const gate = get('gate');
  const field = { label: 'Compare with', name: 'peer', chosen: String(peer ?? '') };
  return createFilter(formatAddress('image', { id: image }), [
    createImageSelect(field, fleet, (id) => id !== image),
    ...(gate === '' ? [] : [markup`<input type="hidden" name="gate" value="${gate}">`]),
  ]);
}
