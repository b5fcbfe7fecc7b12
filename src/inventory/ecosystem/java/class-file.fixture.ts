/** A class created for a test. Names are slashed. */
export interface ClassFixture {
  readonly name: string;
  readonly superName?: string;
  readonly interfaces?: readonly string[];
  /** Classes named in its code. */
  readonly classes?: readonly string[];
  /** Descriptors and signatures of its members. */
  readonly descriptors?: readonly string[];
  readonly texts?: readonly string[];
  /** Methods that it calls: owner and name. */
  readonly calls?: readonly (readonly [owner: string, name: string])[];
  /** Raw entries of the constant pool, before all others. Each takes one number. */
  readonly raw?: readonly Uint8Array[];
}

/** Creates a class file, which ends after its interfaces, fields, methods and attributes. */
export function createClassFile(fixture: ClassFixture): Buffer {
  const { name, superName = 'java/lang/Object', interfaces = [], raw = [] } = fixture;
  const pool = new PoolBuilder(raw);
  const own = pool.addClass(name);
  const parent = pool.addClass(superName);
  const others = interfaces.map((one) => pool.addClass(one));
  for (const one of fixture.classes ?? []) {
    pool.addClass(one);
  }
  for (const one of fixture.descriptors ?? []) {
    pool.addText(one);
  }
  for (const one of fixture.texts ?? []) {
    pool.addEntry(8, [pool.addText(one)]);
  }
  for (const [owner, method] of fixture.calls ?? []) {
    const nameAndType = pool.addEntry(12, [pool.addText(method), pool.addText('()V')]);
    pool.addEntry(10, [pool.addClass(owner), nameAndType]);
  }
  const head = Buffer.from('cafebabe0000003d', 'hex');
  const after = [0x21, own, parent, others.length, ...others, 0, 0, 0].map(encodeU2);
  return Buffer.concat([head, encodeU2(pool.count), ...pool.entries, ...after]);
}

class PoolBuilder {
  readonly entries: Uint8Array[];

  constructor(raw: readonly Uint8Array[]) {
    this.entries = [...raw];
  }

  get count(): number {
    return this.entries.length + 1;
  }

  addText(text: string): number {
    const bytes = Buffer.from(text);
    return this.entries.push(Buffer.concat([Buffer.of(1), encodeU2(bytes.length), bytes]));
  }

  addEntry(tag: number, numbers: readonly number[]): number {
    return this.entries.push(Buffer.concat([Buffer.of(tag), ...numbers.map(encodeU2)]));
  }

  addClass(name: string): number {
    return this.addEntry(7, [this.addText(name)]);
  }
}

function encodeU2(number: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(number);
  return bytes;
}
