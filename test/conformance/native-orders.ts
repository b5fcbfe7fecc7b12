import { compareNumbers, comparePaddedDigitLists } from '../../src/version/digits.ts';
import { schemeByName } from '../../src/version/scheme-by-name.ts';
import { askTool, isHere, NATIVE_TOOLS } from '../../tools/native-versions.ts';

/** `createInvalidError`: one of the two is no version. */
export type Sign = '<' | '=' | '>' | 'invalid';

/** Schemes whose tools want three numbers, where feeds and lists write fewer. */
const THREE_NUMBERS: ReadonlySet<string> = new Set(['cargo', 'hex', 'npm', 'pub', 'swift']);
const PAIRS_EACH = 5_000;

/**
 * How native tools order versions. Pairs are gathered first, since a tool answers thousands of them
 * as fast as one. Where a tool is not here, our scheme stands in, and that is told.
 */
export class NativeOrders {
  readonly #wanted = new Map<string, Map<string, readonly [string, string]>>();
  readonly #answers = new Map<string, Sign>();
  readonly absent = new Set<string>();

  want(scheme: string, left: string, right: string): void {
    const pairs = this.#wanted.get(scheme) ?? new Map<string, readonly [string, string]>();
    this.#wanted.set(scheme, pairs);
    const pair = [asWritten(scheme, left), asWritten(scheme, right)] as const;
    pairs.set(pair.join('\t'), pair);
  }

  ask(): void {
    for (const [scheme, pairs] of this.#wanted) {
      const open = [...pairs].filter(([key]) => !this.#answers.has(`${scheme} ${key}`));
      for (let at = 0; at < open.length; at += PAIRS_EACH) {
        const some = open.slice(at, at + PAIRS_EACH);
        const signs = this.#ask(
          scheme,
          some.map(([, pair]) => pair),
        );
        some.forEach(([key], index) => {
          this.#answers.set(`${scheme} ${key}`, signs[index] ?? 'invalid');
        });
      }
    }
    this.#wanted.clear();
  }

  #ask(scheme: string, pairs: readonly (readonly [string, string])[]): readonly Sign[] {
    if (scheme === PLAIN_NUMBERS) {
      return pairs.map(([left, right]) => comparePlain(left, right));
    }
    const tool = NATIVE_TOOLS.find((one) => one.scheme === scheme);
    if (tool !== undefined && isHere(tool)) {
      const signs = askTool(tool, pairs) as readonly Sign[];
      return scheme === 'conan' ? signs.map((sign, at) => refereed(sign, pairs[at])) : signs;
    }
    this.absent.add(tool?.tool ?? scheme);
    return pairs.map((pair) => ownSign(scheme, pair));
  }

  /** As it was answered; `undefined`: it was not asked. */
  sign(scheme: string, left: string, right: string): Sign | undefined {
    return this.#answers.get(`${scheme} ${asWritten(scheme, left)}\t${asWritten(scheme, right)}`);
  }
}

/** Conan compares any texts; a version in a reference has no other signs. */
const REFERENCE_VERSION = /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/;

function refereed(sign: Sign, pair: readonly string[] = []): Sign {
  return pair.every((text) => REFERENCE_VERSION.test(text)) ? sign : 'invalid';
}

/** The scheme of what is nothing but numbers, whatever it is a version of. */
export const PLAIN_NUMBERS = 'numbers';
const PLAIN = /^[0-9]+(?:\.[0-9]+)*$/;

function comparePlain(left: string, right: string): Sign {
  return PLAIN.test(left) && PLAIN.test(right)
    ? signOf(comparePaddedDigitLists(left.split('.'), right.split('.')))
    : 'invalid';
}

function ownSign(name: string, [left, right]: readonly [string, string]): Sign {
  const scheme = schemeByName(name);
  const [one, other] = [scheme?.parse(left), scheme?.parse(right)];
  return scheme === undefined || one === undefined || other === undefined
    ? 'invalid'
    : signOf(scheme.compare(one, other));
}

function signOf(order: number): Sign {
  return (['<', '=', '>'] as const)[compareNumbers(order, 0) + 1] ?? 'invalid';
}

/** Go Toolchains, "Go versions": candidates have no hyphen. */
const TOOLCHAIN_LABEL = /(?<=^v[0-9.]+)(beta|rc)([0-9]+)$/;

/** What the tool of a scheme calls what feeds and lists write. */
function asWritten(scheme: string, text: string): string {
  if (scheme === 'go') {
    return text.replace(/^(?:go|v)?(?=[0-9])/, 'v').replace(TOOLCHAIN_LABEL, '-$1.$2');
  }
  if (!THREE_NUMBERS.has(scheme)) {
    return text;
  }
  const [, numbers = '', rest = ''] = /^([0-9]+(?:\.[0-9]+)?)(?=$|[-+])(.*)$/.exec(text) ?? [];
  return numbers === '' ? text : `${numbers}${numbers.includes('.') ? '.0' : '.0.0'}${rest}`;
}
