import { testKilledOperations } from '../../test/support/killed-operation-suite.ts';

testKilledOperations(3);
