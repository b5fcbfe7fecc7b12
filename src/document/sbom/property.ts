import { givenText, type JsonRecord, recordsIn, textIn } from '../../syntax/json/member.ts';

/** Named values of something; a name may stand several times. */
export interface Properties {
  /** The first value; `undefined` where there is none, or it is empty and that tells nothing. */
  text(name: string, isEmptyTelling?: boolean): string | undefined;
  all(name: string): readonly string[];
  /** The first values of names with nothing but a word after the prefix, by that word. */
  texts(prefix: string): Readonly<Record<string, string>>;
}

export function propertiesOf(pairs: Iterable<readonly [string, string]>): Properties {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    if (known === undefined) {
      values.set(name, [value]);
    } else {
      known.push(value);
    }
  }
  return {
    text(name, isEmptyTelling = false) {
      const value = values.get(name)?.[0];
      return value === '' && !isEmptyTelling ? undefined : value;
    },
    all: (name) => values.get(name) ?? [],
    texts(prefix) {
      const found = [...values].flatMap(([name, [value = '']]): [string, string][] => {
        const word = name.slice(prefix.length);
        return name.startsWith(prefix) && isWord(word) ? [[word, value]] : [];
      });
      return Object.fromEntries(found);
    },
  };
}

/** Most components of other programs have none, and are asked for many. */
const NO_PROPERTIES: Properties = { text: () => undefined, all: () => [], texts: () => ({}) };

function isWord(text: string): boolean {
  return text !== '' && !text.includes(':');
}

/** The member `properties` of a record of CycloneDX; one without a name says nothing. */
export function propertiesOfRecord(record: JsonRecord): Properties {
  const properties = recordsIn(record, 'properties');
  if (properties.length === 0) {
    return NO_PROPERTIES;
  }
  return propertiesOf(
    properties.flatMap((property): [string, string][] => {
      const name = givenText(property, 'name');
      return name === undefined ? [] : [[name, textIn(property, 'value')]];
    }),
  );
}
