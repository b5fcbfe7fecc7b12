import type { DatabaseFormat } from '../contract.ts';
import { Conversion } from './convert.ts';
import {
  openSource,
  readArchitectureAliases,
  readEcosystemOverrides,
  readEpss,
  readExploited,
  readFacts,
  readSystemOverrides,
  readSystems,
  readWeaknesses,
} from './source-database.ts';
import { isDatabaseOrArchive, unpackDatabase } from './unpack-archive.ts';

/**
 * Grype's public vulnerability database, schema 6: an archive of one SQLite file. Imports
 * everything that matching needs; the audit trail of the database build is kept with the records.
 */
export const grypeV6: DatabaseFormat = {
  kind: 'database',
  id: 'grype-v6',
  title: 'Grype vulnerability database, schema 6',
  spec: 'https://github.com/anchore/grype/tree/main/schema/grype/db',

  recognize: isDatabaseOrArchive,

  async convert(file, { writer, scratch, limits, progress }) {
    const unpacked = await unpackDatabase(file, { scratch, limits, progress });
    const source = openSource(unpacked.file);
    try {
      const facts = readFacts(source);
      const systems = readSystems(source);
      new Conversion(source, systems, { writer, progress }).convertRows();
      writer.writeMeta({
        systems,
        systemOverrides: readSystemOverrides(source),
        ecosystemOverrides: readEcosystemOverrides(source),
        architectureAliases: readArchitectureAliases(source),
        exploited: readExploited(source),
        epss: readEpss(source),
        weaknesses: readWeaknesses(source),
      });
      return { ...facts, origin: 'manual import' };
    } finally {
      source.close();
    }
  },
};
