import { givenText, type JsonRecord, recordsIn, textIn } from '../../json/member.ts';

/** The named values of a component; a name may stand several times. */
export interface Properties {
  /** The first value; `undefined` where there is none, or it is empty and that tells nothing. */
  text(name: string, isEmptyTelling?: boolean): string | undefined;
  all(name: string): readonly string[];
  /** Values whose name has nothing but a word after the prefix, by that word. */
  texts(prefix: string): Readonly<Record<string, string>>;
}

export function propertiesOf(component: JsonRecord): Properties {
  const values = new Map<string, string[]>();
  for (const property of recordsIn(component, 'properties')) {
    const name = givenText(property, 'name');
    if (name === undefined) {
      continue;
    }
    const known = values.get(name) ?? [];
    known.push(textIn(property, 'value'));
    values.set(name, known);
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
        return name.startsWith(prefix) && /^\w+$/.test(word) ? [[word, value]] : [];
      });
      return Object.fromEntries(found);
    },
  };
}
