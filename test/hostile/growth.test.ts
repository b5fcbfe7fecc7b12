import { GROWING_INPUTS } from '../support/growing/growing-inputs.ts';
import { testGrowth } from '../support/growth-suite.ts';

// The nightly suite has all inputs, which take minutes.
testGrowth(GROWING_INPUTS.filter((_, index) => index % 4 === 0));
