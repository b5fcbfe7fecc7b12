import { isSecretName } from '../../../foundation/core/secret-name.ts';
import { createFact, type SubjectKind } from '../fact.ts';
import { listConfigParts } from '../image-facts.ts';

/** An environment variable of the image's configuration. */
export const variableSubject: SubjectKind<string> = {
  id: 'variable',
  about: 'an environment variable that the configuration of the image sets',
  facts: [
    {
      name: 'name',
      type: { kind: 'text' },
      about: 'its name',
      absence: 'every variable has a name',
      read: (name) => createFact(name),
    },
    {
      name: 'secret-name',
      type: { kind: 'flag' },
      about: 'whether the name is that of a password, a token or a key',
      absence: 'always known',
      read: (name) => createFact(isSecretName(name)),
    },
  ],
  list: (input) => listConfigParts(input, ({ variables }) => variables),
  describe: (name) => `variable ${name}`,
  identify: (name) => ({ key: `variable ${name}` }),
};
