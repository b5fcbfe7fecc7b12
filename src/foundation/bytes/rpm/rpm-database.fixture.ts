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

/** A database in rpm's own format with one page of slots. */
export function createNdb(blobs: readonly Uint8Array[]): Buffer {
  const slots = Buffer.alloc(4_096);
  slots.write('RpmP');
  slots.writeUInt32LE(1, 12);
  for (let at = 32; at < slots.length; at += 16) {
    slots.write('Slot', at);
  }
  const stored: Buffer[] = [];
  let block = slots.length / 16;
  for (const [index, blob] of blobs.entries()) {
    const length = 16 + Math.ceil((blob.length + 12) / 16) * 16;
    const content = Buffer.alloc(length);
    content.write('BlbS');
    content.writeUInt32LE(index + 1, 4);
    content.writeUInt32LE(blob.length, 12);
    content.set(blob, 16);
    content.writeUInt32LE(blob.length, length - 8);
    content.write('BlbE', length - 4);
    slots.writeUInt32LE(index + 1, 32 + index * 16 + 4);
    slots.writeUInt32LE(block, 32 + index * 16 + 8);
    slots.writeUInt32LE(length / 16, 32 + index * 16 + 12);
    stored.push(content);
    block += length / 16;
  }
  return Buffer.concat([slots, ...stored]);
}
