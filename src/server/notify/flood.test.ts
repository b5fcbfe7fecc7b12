import { testFlood } from '../../../test/support/flood-suite.ts';

/* `test/nightly/flood.test.ts` does the same with 40,000 images. */

testFlood({ images: 400, projects: 30 });
