import { createFact, createUnknownFact, type SubjectKind } from '../fact.ts';
import { listConfigParts } from '../image-facts.ts';

/** A port that the configuration of the image exposes, such as `80/tcp`. */
export const portSubject: SubjectKind<string> = {
  id: 'port',
  about: 'a port that the configuration of the image exposes',
  facts: [
    {
      name: 'number',
      type: { kind: 'amount', unit: 'count' },
      about: 'its number',
      absence: 'a range, or malformed: unknown',
      read: (port) => {
        const number = /^(\d{1,5})(?:\/[^/]*)?$/.exec(port)?.[1];
        return number === undefined
          ? createUnknownFact(`"${port}" is not a single port`)
          : createFact(Number(number));
      },
    },
    {
      name: 'protocol',
      type: { kind: 'text' },
      about: 'its protocol',
      absence: 'none is stated: tcp',
      read: (port) => createFact((port.split('/', 2)[1] || 'tcp').toLowerCase()),
    },
  ],
  list: (input) => listConfigParts(input, ({ ports }) => ports),
  describe: (port) => `port ${port}`,
  identify: (port) => ({ key: `port ${port}` }),
};
