import { Markup } from '../../foundation/present/markup.ts';

/** Addresses of files, of feeds and of the API show the present. */
const PRESENT = /^\/(?:assets\/|api\/|changes\.atom)/;

/**
 * Adds the revision of a page to its links and forms, so that following them does not leave the
 * state. All internal addresses in markup are ours: other texts are escaped.
 */
export function freezeLinks({ html }: Markup, at: number): Markup {
  const linked = html.replaceAll(
    / href="(\/[^"#]*)(#[^"]*)?"/g,
    (whole: string, address: string, place = '') =>
      PRESENT.test(address) || /[?;]asof=/.test(address)
        ? whole
        : ` href="${address}${address.includes('?') ? '&amp;' : '?'}asof=${at}${place}"`,
  );
  const field = `<input type="hidden" name="asof" value="${at}">`;
  return new Markup(linked.replaceAll(/<form [^>]*method="get"[^>]*>/g, `$&${field}`));
}
