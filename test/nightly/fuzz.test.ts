import { testSubjects } from '../support/fuzz-suite.ts';

testSubjects(300);
