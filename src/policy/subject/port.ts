import { createFact, type SubjectKind } from '../fact.ts';
import { readImageFacts } from '../image-facts.ts';

/** A port that the configuration of the image exposes, such as `80/tcp`. */
export const portSubject: SubjectKind<string> = {
  id: 'port',
  about: 'a port that the configuration of the image exposes',
  facts: [
    {
      name: 'number',
      type: { kind: 'amount', unit: 'count' },
      about: 'its number; of a range, the first',
      absence: 'always known',
      read: (port) => createFact(Number.parseInt(port, 10)),
    },
    {
      name: 'protocol',
      type: { kind: 'text' },
      about: 'its protocol',
      absence: 'none is stated: tcp',
      read: (port) => createFact(port.split('/', 2)[1] ?? 'tcp'),
    },
  ],
  list: ({ assessment }) => {
    const facts = readImageFacts(assessment.inventory);
    return facts === undefined
      ? { subjects: [], missing: ['the target is not an image'] }
      : { subjects: facts.ports, missing: [] };
  },
  describe: (port) => `port ${port}`,
  identify: (port) => ({ key: `port ${port}` }),
};
