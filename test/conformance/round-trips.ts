// Compares the findings of every recorded target with those of its SBOM in every version of every
// readable format, and prints a matrix: `npm run conformance -- round-trips`.
import { parseArgs } from 'node:util';
import { formats } from '../../src/report/output/formats.ts';
import { CARRIERS } from '../support/written-documents.ts';
import { describeDifference, formatMatrix, takeDetours } from './sbom-input.ts';
import { requireSharedMaterial } from './shared-material.ts';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });

/** The readable formats, in all versions that can be written. */
const readable = new Set(CARRIERS.map((carrier) => carrier.replace(/@.*/, '')));
const carriers = formats
  .filter(({ id }) => readable.has(id))
  .flatMap(({ id, versions }) => versions?.all.map((version) => `${id}@${version}`) ?? [id]);

const detours = await takeDetours(requireSharedMaterial(), new RegExp(values.only), carriers);
console.log(formatMatrix(detours));
const lost = detours.flatMap((detour) => describeDifference(detour) ?? []);
lost.forEach((line) => console.log(`LOST ${line}`));
const count = new Set(detours.map(({ name }) => name)).size;
console.log(
  `${count} targets, ${carriers.length} formats and versions, ${lost.length} differences;` +
    ' = same findings and same bytes when written again, b other bytes, X other findings',
);
process.exitCode = lost.length === 0 && count > 0 ? 0 : 1;
