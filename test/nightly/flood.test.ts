import { testFlood } from '../support/flood-suite.ts';

testFlood({ images: 40_000, projects: 300 });
