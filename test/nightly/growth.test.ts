import { GROWING_INPUTS } from '../support/growing/growing-inputs.ts';
import { testGrowth } from '../support/growth-suite.ts';

testGrowth(GROWING_INPUTS);
