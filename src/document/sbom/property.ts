import {
  getGivenText,
  getRecords,
  getText,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';

/** Named values; a name may occur several times. */
export interface Properties {
  /** Returns the first value; `undefined` if there is none, or if it is empty without meaning. */
  getText(name: string, isEmptyTelling?: boolean): string | undefined;
  getAll(name: string): readonly string[];
  /** Returns the first values of names with a single word after the prefix, by that word. */
  getTexts(prefix: string): Readonly<Record<string, string>>;
}

export function createProperties(pairs: Iterable<readonly [string, string]>): Properties {
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
    getText(name, isEmptyTelling = false) {
      const value = values.get(name)?.[0];
      return value === '' && !isEmptyTelling ? undefined : value;
    },
    getAll: (name) => values.get(name) ?? [],
    getTexts(prefix) {
      const found = [...values].flatMap(([name, [value = '']]): [string, string][] => {
        const word = name.slice(prefix.length);
        return name.startsWith(prefix) && isWord(word) ? [[word, value]] : [];
      });
      return Object.fromEntries(found);
    },
  };
}

/** Most components of other programs have none but are searched for many. */
const NO_PROPERTIES: Properties = {
  getText: () => undefined,
  getAll: () => [],
  getTexts: () => ({}),
};

function isWord(text: string): boolean {
  return text !== '' && !text.includes(':');
}

/** Reads the member `properties` of a CycloneDX record; entries without a name are ignored. */
export function readProperties(record: JsonRecord): Properties {
  const properties = getRecords(record, 'properties');
  if (properties.length === 0) {
    return NO_PROPERTIES;
  }
  return createProperties(
    properties.flatMap((property): [string, string][] => {
      const name = getGivenText(property, 'name');
      return name === undefined ? [] : [[name, getText(property, 'value')]];
    }),
  );
}
