import type { PageCaller } from './page.ts';

/** The facts about the sender of a request on which a page may depend. */
interface Sender {
  readonly visited?: number;
  readonly formToken?: string;
  readonly caller?: PageCaller;
}

/** The facts about the sender that the creation of a page read, as JSON by their names. */
export type ReadFacts = Map<string, string | undefined>;

/** Stands for all members of an object, also those that it lacks. */
const ALL = '*';

/** `caller` only states whether there is one: its members are facts of their own. */
function describeSender({ visited, formToken, caller }: Sender): ReadFacts {
  const facts: readonly (readonly [string, unknown])[] = [
    ['visited', visited],
    ['formToken', formToken],
    ['caller', caller !== undefined],
    [ALL, { visited, formToken, caller }],
    [`caller.${ALL}`, caller],
    ...Object.entries(caller ?? {}).map(([name, value]) => [`caller.${name}`, value] as const),
  ];
  return new Map(facts.map(([name, value]) => [name, JSON.stringify(value)]));
}

/**
 * Records the facts about the sender that the creation of a page reads. A page that reads none is
 * the same for all senders. A page with a form reads the token of its sender, so it is only sent to
 * that person.
 */
export function watchFacts<Context extends Sender>(context: Context, read: ReadFacts): Context {
  const facts = describeSender(context);
  // Other members of the context are not facts: they are equal for all senders.
  const record = (name: string): void => void read.set(name, facts.get(name));
  const { caller } = context;
  const watched =
    caller === undefined
      ? context
      : { ...context, caller: watchMembers(caller, (name) => record(`caller.${name}`)) };
  return watchMembers(watched, record);
}

function watchMembers<Watched extends object>(
  watched: Watched,
  record: (name: string) => void,
): Watched {
  return new Proxy(watched, {
    get(_, name) {
      record(String(name));
      return Reflect.get(watched, name);
    },
    has(_, name) {
      record(String(name));
      return Reflect.has(watched, name);
    },
    ownKeys() {
      record(ALL);
      return Reflect.ownKeys(watched);
    },
  });
}

interface KeptPage<Answer> {
  readonly read: ReadonlyMap<string, string | undefined>;
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
   * Returns a page if this sender has all facts that its creation read.
   *
   * @param key everything else that the page depends on
   */
  findEqual(key: string, sender: Sender): Answer | undefined {
    const facts = describeSender(sender);
    return this.#byKey
      .get(key)
      ?.find(({ read }) => [...read].every(([name, value]) => facts.get(name) === value))?.answer;
  }

  keepPage(key: string, read: ReadonlyMap<string, string | undefined>, answer: Answer): void {
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
