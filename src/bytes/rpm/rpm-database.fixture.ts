import { DatabaseSync } from 'node:sqlite';

/** Creates a database of rpm in SQLite. */
export function createRpmDatabase(headers: readonly Uint8Array[]): Uint8Array {
  using database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)');
  const insert = database.prepare('INSERT INTO Packages (blob) VALUES (?)');
  for (const header of headers) {
    insert.run(header);
  }
  return database.serialize();
}
