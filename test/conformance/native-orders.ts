import { compareNumbers, comparePaddedDigitLists } from '../../src/foundation/version/digits.ts';
import { findSchemeByName } from '../../src/foundation/version/scheme-by-name.ts';
import { isHere, NATIVE_TOOLS, runTool } from '../../tools/native-versions.ts';

/** `invalid`: one of the two is not a version. */
export type Sign = '<' | '=' | '>' | 'invalid';

/** Schemes whose tools require three numbers, although feeds and lists contain fewer. */
const THREE_NUMBERS: ReadonlySet<string> = new Set(['cargo', 'hex', 'npm', 'pub', 'swift']);
const PAIRS_EACH = 5_000;

/**
 * Orders versions with native tools. Pairs are collected first because a tool compares thousands of
 * them as fast as one. If a tool is not available, our scheme is used instead, which is reported.
 */
export class NativeOrders {
  readonly #wanted = new Map<string, Map<string, readonly [string, string]>>();
  readonly #answers = new Map<string, Sign>();
  readonly absent = new Set<string>();

  requestPair(scheme: string, left: string, right: string): void {
    const pairs = this.#wanted.get(scheme) ?? new Map<string, readonly [string, string]>();
    this.#wanted.set(scheme, pairs);
    const pair = [adaptVersion(scheme, left), adaptVersion(scheme, right)] as const;
    pairs.set(pair.join('\t'), pair);
  }

  runTools(): void {
    for (const [scheme, pairs] of this.#wanted) {
      const open = [...pairs].filter(([key]) => !this.#answers.has(`${scheme} ${key}`));
      for (let at = 0; at < open.length; at += PAIRS_EACH) {
        const some = open.slice(at, at + PAIRS_EACH);
        const signs = this.#runTools(
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

  #runTools(scheme: string, pairs: readonly (readonly [string, string])[]): readonly Sign[] {
    if (scheme === PLAIN_NUMBERS) {
      return pairs.map(([left, right]) => comparePlain(left, right));
    }
    const tool = NATIVE_TOOLS.find((one) => one.scheme === scheme);
    if (tool !== undefined && isHere(tool)) {
      const signs = runTool(tool, pairs) as readonly Sign[];
      return scheme === 'conan'
        ? signs.map((sign, at) => requireReferences(sign, pairs[at]))
        : signs;
    }
    this.absent.add(tool?.tool ?? scheme);
    return pairs.map((pair) => ownSign(scheme, pair));
  }

  /** Returns the recorded answer; `undefined` if the pair was not compared. */
  sign(scheme: string, left: string, right: string): Sign | undefined {
    return this.#answers.get(
      `${scheme} ${adaptVersion(scheme, left)}\t${adaptVersion(scheme, right)}`,
    );
  }
}

/** Conan compares any strings; a version in a reference has no other characters. */
const REFERENCE_VERSION = /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/;

function requireReferences(sign: Sign, pair: readonly string[] = []): Sign {
  return pair.every((text) => REFERENCE_VERSION.test(text)) ? sign : 'invalid';
}

/** Scheme of versions that contain only numbers, in any ecosystem. */
export const PLAIN_NUMBERS = 'numbers';
const PLAIN = /^[0-9]+(?:\.[0-9]+)*$/;

function comparePlain(left: string, right: string): Sign {
  return PLAIN.test(left) && PLAIN.test(right)
    ? toSign(comparePaddedDigitLists(left.split('.'), right.split('.')))
    : 'invalid';
}

function ownSign(name: string, [left, right]: readonly [string, string]): Sign {
  const scheme = findSchemeByName(name);
  const [one, other] = [scheme?.parse(left), scheme?.parse(right)];
  return scheme === undefined || one === undefined || other === undefined
    ? 'invalid'
    : toSign(scheme.compare(one, other));
}

function toSign(order: number): Sign {
  return (['<', '=', '>'] as const)[compareNumbers(order, 0) + 1] ?? 'invalid';
}

/** Go Toolchains, "Go versions": candidates have no hyphen. */
const TOOLCHAIN_LABEL = /(?<=^v[0-9.]+)(beta|rc)([0-9]+)$/;

/** Converts versions as feeds and lists write them to the spelling of the scheme's tool. */
function adaptVersion(scheme: string, text: string): string {
  if (scheme === 'go') {
    return text.replace(/^(?:go|v)?(?=[0-9])/, 'v').replace(TOOLCHAIN_LABEL, '-$1.$2');
  }
  if (!THREE_NUMBERS.has(scheme)) {
    return text;
  }
  const [, numbers = '', rest = ''] = /^([0-9]+(?:\.[0-9]+)?)(?=$|[-+])(.*)$/.exec(text) ?? [];
  return numbers === '' ? text : `${numbers}${numbers.includes('.') ? '.0' : '.0.0'}${rest}`;
}
