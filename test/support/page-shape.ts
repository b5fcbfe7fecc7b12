import assert from 'node:assert/strict';

/** Characters that control a terminal or disguise text. Line feeds are part of our markup. */
const UNSAFE =
  /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\u{e0000}-\u{e007f}]/u;

interface PageShape {
  /** Names of elements, each with the names of its attributes. */
  readonly elements: readonly string[];
  /** Values of attributes that lead somewhere. */
  readonly addresses: readonly string[];
  readonly hasUnsafeText: boolean;
}

/** Reads a page as a browser finds its elements; fails if there is a bracket outside them. */
function readPageShape(html: string): PageShape {
  const element = /<(\/?[a-z!][^\s>/]*)((?:"[^"]*"|[^">])*)>/gi;
  assert.doesNotMatch(html.replaceAll(element, ''), /[<>]/);
  const elements: string[] = [];
  const addresses: string[] = [];
  for (const [, name = '', rest = ''] of html.matchAll(element)) {
    const attributes = [...rest.matchAll(/([a-z-]+)(?:="([^"]*)")?/gi)];
    elements.push([name, ...attributes.map(([, word]) => word)].join(' '));
    for (const [, word = '', value = ''] of attributes) {
      if (['href', 'src', 'action'].includes(word)) {
        addresses.push(value);
      }
    }
  }
  return { elements, addresses, hasUnsafeText: UNSAFE.test(html) };
}

/** Elements and attributes of our pages. */
const WORDS: ReadonlySet<string> = new Set(
  `!doctype a article autocomplete action aria-current aria-hidden aria-label b body br button charset command-palette copy-as data-revision live-state
  class code content d data-h datetime dd details div dl dt fieldset figcaption figure footer for form g h1 h2 h3 h4 head header hidden href hreflang
  html id input label lang legend li link list-keys main max maxlength meta method min name nav ol open option output p path placeholder readonly
  preserveAspectRatio rect rel region required role rows scope section select select-count selected span spellcheck summary svg
  tabindex table tbody text td textarea th thead time title tr type ul value viewBox width height x y`.split(
    /\s+/,
  ),
);

/** The one script of the pages: texts from outside cannot add another one. */
const OUR_SCRIPT = /<script type="module" src="\/assets\/islands-[0-9a-f]{16}\.js"><\/script>/;

/** Texts from outside add neither elements nor attributes, and only addresses of pages. */
export function assertHarmlessPage(html: string, title: string): void {
  if (html === '') {
    return;
  }
  const { elements, addresses, hasUnsafeText } = readPageShape(html.replace(OUR_SCRIPT, ''));
  const foreign = elements.filter((one) =>
    one
      .replace('/', '')
      .split(' ')
      .some((word) => !WORDS.has(word)),
  );
  assert.deepEqual(foreign, [], title);
  assert.equal(hasUnsafeText, false, title);
  for (const address of addresses) {
    assert.match(address, /^(?:\/(?!\/)|#|https?:\/\/)/, title);
  }
}
