import type { PageCaller } from './page.ts';

/** What a page may show about whoever reads it. */
interface Sender {
  readonly visited?: number;
  readonly formToken?: string;
  readonly caller?: PageCaller;
}

/** The facts about the sender that a page has read, with their values. */
export type ReadFacts = Map<string, string>;

const FACTS: ReadonlySet<string> = new Set(['visited', 'formToken', 'caller']);

/**
 * Records which facts about the sender the creation of a page reads. A page that reads none is the
 * same for everybody; one with a form has the token of its sender, and is only for this person.
 */
export function watchFacts<Context extends Sender>(context: Context, read: ReadFacts): Context {
  const watchCaller = (caller: PageCaller): PageCaller =>
    new Proxy(caller, {
      get: (_, name) => recordFact(context, `caller.${String(name)}`, read),
    });
  return new Proxy(context, {
    get(_, name) {
      if (typeof name !== 'string' || !FACTS.has(name)) {
        return Reflect.get(context, name);
      }
      const value = recordFact(context, name, read);
      return name === 'caller' && context.caller !== undefined
        ? watchCaller(context.caller)
        : value;
    },
  });
}

function recordFact(sender: Sender, name: string, read: ReadFacts): unknown {
  const value = findFact(sender, name);
  // The members of a caller are recorded by themselves.
  read.set(name, describeFact(sender, name));
  return value;
}

function findFact(sender: Sender, name: string): unknown {
  const [first = '', member] = name.split('.');
  const value: unknown = Reflect.get(sender, first);
  return member === undefined || typeof value !== 'object' || value === null
    ? value
    : Reflect.get(value, member);
}

function describeFact(sender: Sender, name: string): string {
  return name === 'caller'
    ? String(sender.caller !== undefined)
    : (JSON.stringify(findFact(sender, name)) ?? '');
}

interface KeptPage<Answer> {
  readonly read: ReadonlyMap<string, string>;
  readonly answer: Answer;
}

const CHARS_MAX = 16 * 1024 * 1024;

/** The pages that were created last, up to a total length. */
export class KeptPages<Answer extends { readonly body: string }> {
  readonly #byKey = new Map<string, readonly KeptPage<Answer>[]>();
  readonly #charsMax: number;
  #chars = 0;

  constructor(charsMax = CHARS_MAX) {
    this.#charsMax = charsMax;
  }

  /**
   * Returns the page of a state and address, if everything that its creation read about the sender
   * is equal.
   *
   * @param key everything else that the page depends on
   */
  findEqual(key: string, sender: Sender): Answer | undefined {
    const pages = this.#byKey.get(key) ?? [];
    const isEqualFact = ([name, value]: readonly [string, string]): boolean =>
      describeFact(sender, name) === value;
    return pages.find(({ read }) => [...read].every(isEqualFact))?.answer;
  }

  keepPage(key: string, read: ReadonlyMap<string, string>, answer: Answer): void {
    const pages = this.#byKey.get(key) ?? [];
    this.#byKey.delete(key);
    this.#byKey.set(key, [...pages, { read, answer }]);
    this.#chars += answer.body.length;
    for (const [oldest, some] of this.#byKey) {
      if (this.#chars <= this.#charsMax) {
        break;
      }
      this.#byKey.delete(oldest);
      this.#chars -= some.reduce((sum, one) => sum + one.answer.body.length, 0);
    }
  }
}
