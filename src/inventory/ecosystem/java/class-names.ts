/** Packages of the language whose classes are not informative, because all code uses them. */
const PLAIN = ['java/lang/', 'java/util/', 'java/io/', 'java/math/', 'java/time/'];
const LETTER_J = 0x6a;

/** Whether a class belongs to the language itself, so that a reference to it is not informative. */
export function isPlainLanguage(name: string): boolean {
  // Most names begin differently, or with the first of these.
  return name.charCodeAt(0) === LETTER_J && PLAIN.some((folder) => name.startsWith(folder));
}

/** Whether a string may be a descriptor or signature: a type, a list of types, or parameters. */
export function isDescriptor(text: string): boolean {
  const first = text[0];
  const isTyped = first === 'L' || first === '(' || first === '[' || first === '<';
  return isTyped && text.includes(';');
}

const NESTED_CHARS_MAX = 1_024;

/**
 * Passes the classes in a descriptor or signature to `sink` in slashed form, without those that all
 * code uses. JVM Specification, 4.3 and 4.7.9.1. Other strings yield no names, or names of no
 * class.
 */
export function collectDescriptorNames(text: string, sink: (name: string) => void): void {
  if (text.includes('<')) {
    collectSignatureNames(text, sink);
    return;
  }
  for (let at = text.indexOf('L'); at >= 0; ) {
    const stop = text.indexOf(';', at);
    if (stop < 0) {
      return;
    }
    const name = text.slice(at + 1, stop);
    if (!isPlainLanguage(name)) {
      sink(name);
    }
    at = text.indexOf('L', stop);
  }
}

function collectSignatureNames(text: string, sink: (name: string) => void): void {
  const outer: string[] = [];
  for (let at = 0; at < text.length; ) {
    const sign = text[at];
    if (sign === 'L' || sign === 'T') {
      const stop = findIdentifierEnd(text, at + 1);
      const ending = text[stop];
      // A formal parameter has a name that may begin like a type, and a colon.
      const isClass = sign === 'L' && (ending === ';' || ending === '<');
      const name = isClass ? text.slice(at + 1, stop) : '';
      if (isClass && !isPlainLanguage(name)) {
        sink(name);
      }
      if (isClass && ending === '<') {
        outer.push(name);
      }
      at = stop + (ending === '>' ? 0 : 1);
    } else if (sign === '>') {
      at = readNestedClass(text, at, outer, sink);
    } else {
      at += 1;
    }
  }
}

/** A nested class may follow type arguments: `Lx/Outer<TT;>.Inner;`. */
function readNestedClass(
  text: string,
  at: number,
  outer: string[],
  sink: (name: string) => void,
): number {
  const name = outer.pop();
  if (name === undefined || text[at + 1] !== '.' || name.length > NESTED_CHARS_MAX) {
    return at + 1;
  }
  const stop = findIdentifierEnd(text, at + 2);
  const inner = `${name}$${text.slice(at + 2, stop).replaceAll('.', '$')}`;
  sink(inner);
  if (text[stop] === '<') {
    outer.push(inner);
  }
  return stop + 1;
}

function findIdentifierEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const sign = text[at];
    if (sign === ';' || sign === '<' || sign === ':' || sign === '>') {
      return at;
    }
    at += 1;
  }
  return at;
}

const NAME_CHARS_MIN = 3;
const NAME_CHARS_MAX = 256;
/** Names with these endings are files other than classes. */
const FILE =
  /\.(?:java|kt|scala|groovy|properties|xml|xsd|dtd|html?|txt|json|ya?ml|js|css|png|gif)$/;
const PART = /[\w$./\u0080-\uffff-]+/g;

/**
 * Passes the parts of a string that have the form of a qualified class name to `sink`, in slashed
 * form and as written: `a.b.C`, `a/b/C` and `a/b/C.class`, alone or in a list.
 */
export function collectTextNames(text: string, sink: (name: string, token: string) => void): void {
  for (const [part] of text.matchAll(PART)) {
    if (part.length >= NAME_CHARS_MIN && part.length <= NAME_CHARS_MAX) {
      // Sentences end with a full stop, paths begin with a slash.
      const token = part.replace(/^[./]+/, '').replace(/[./]$/, '');
      const name = toQualifiedName(token);
      if (name !== undefined) {
        sink(name, token);
      }
    }
  }
}

/** Returns `undefined` if the token cannot name a class in a package. */
export function toQualifiedName(token: string): string | undefined {
  const plain = token.endsWith('.class') ? token.slice(0, -'.class'.length) : token;
  const hasDot = plain.includes('.');
  const isMixed = hasDot === plain.includes('/');
  if (isMixed || plain.includes('..') || plain.includes('//') || /^[\d-]/.test(plain)) {
    return undefined;
  }
  if (FILE.test(plain) || plain.startsWith('java.') || plain.startsWith('java/')) {
    return undefined;
  }
  return hasDot ? plain.replaceAll('.', '/') : plain;
}
