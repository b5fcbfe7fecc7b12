import { testRemovals } from '../support/removal-suite.ts';

testRemovals(400);
