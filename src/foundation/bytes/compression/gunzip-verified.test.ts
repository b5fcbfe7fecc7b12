import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import zlib from 'node:zlib';
import { createRandom, pick, type Random } from '../../../../test/support/random-version.ts';
import { releaseWhole } from '../../core/bytes.ts';
import { type Expansion, expandStream, STREAM_OPTIONS } from './expanding-stream.ts';
import { expandVerified, getGzipHeaderLength } from './gunzip-verified.ts';

interface Header {
  readonly extra?: Buffer;
  readonly name?: string;
  readonly comment?: string;
  readonly otherFlags?: number;
}

function createHeader({ extra, name, comment, otherFlags = 0 }: Header): Buffer {
  const flags =
    (extra === undefined ? 0 : 4) |
    (name === undefined ? 0 : 8) |
    (comment === undefined ? 0 : 16) |
    otherFlags;
  const encodeLength = ({ length }: Buffer): Buffer => Buffer.from([length & 0xff, length >> 8]);
  return Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]),
    ...(extra === undefined ? [] : [encodeLength(extra), extra]),
    ...(name === undefined ? [] : [Buffer.from(`${name}\0`)]),
    ...(comment === undefined ? [] : [Buffer.from(`${comment}\0`)]),
  ]);
}

function packMember(content: Buffer, header: Header = {}, level = 6): Buffer {
  const packed = zlib.gzipSync(content, { level });
  return Buffer.concat([createHeader(header), packed.subarray(10)]);
}

describe('the header of a gzip member', () => {
  for (const [title, header] of [
    ['without more', {}],
    ['with a name', { name: 'layer.tar' }],
    ['with a name and a comment of no letter', { name: '', comment: '' }],
    ['with extra bytes', { extra: Buffer.alloc(300, 'x') }],
    ['with all of it', { extra: Buffer.from('\0\0'), name: 'a', comment: 'b', otherFlags: 1 }],
  ] as const satisfies readonly (readonly [string, Header])[]) {
    test(`${title} has its written length, and is undefined if truncated`, () => {
      const bytes = createHeader(header);
      assert.equal(getGzipHeaderLength(Buffer.concat([bytes, Buffer.alloc(3)])), bytes.length);
      assert.equal(getGzipHeaderLength(bytes), bytes.length);
      for (let length = 0; length < bytes.length; length++) {
        assert.equal(getGzipHeaderLength(bytes.subarray(0, length)), undefined);
      }
      assert.deepEqual(
        zlib.gunzipSync(packMember(Buffer.from('abc'), header)),
        Buffer.from('abc'),
        'zlib reads it, too',
      );
    });
  }

  test('is left to zlib if it is unusual', () => {
    for (const otherFlags of [2, 32, 64, 128]) {
      assert.equal(getGzipHeaderLength(createHeader({ otherFlags })), undefined);
    }
    assert.equal(getGzipHeaderLength(Buffer.from([0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 3])), undefined);
    assert.equal(getGzipHeaderLength(Buffer.from([0x1f, 0x8c, 8, 0, 0, 0, 0, 0, 0, 3])), undefined);
  });
});

interface Outcome {
  readonly output: Buffer;
  readonly damage: string | undefined;
  /** Whether all pieces were requested. */
  readonly isTaken: boolean;
}

type Way = (pieces: AsyncGenerator<Uint8Array>, expansion: Expansion) => Promise<Error | undefined>;

const expandChecked: Way = (pieces, expansion) =>
  expandStream(zlib.createGunzip(STREAM_OPTIONS), pieces, expansion);

/** As in use: selected by the first bytes, which are all of them here. */
function chooseVerified(stored: Uint8Array): Way {
  const headerBytes = getGzipHeaderLength(stored);
  return headerBytes === undefined
    ? expandChecked
    : (pieces, expansion) => expandVerified(headerBytes, pieces, expansion);
}

/** Pieces of these lengths in turn, whose memory is released after use. */
async function runExpansion(
  way: Way,
  stored: Uint8Array,
  lengths: readonly number[],
): Promise<Outcome> {
  const output: Buffer[] = [];
  let isTaken = false;
  const streamPieces = async function* (): AsyncGenerator<Uint8Array> {
    // The first piece contains the header.
    let length = Math.max(getGzipHeaderLength(stored) ?? 0, lengths[0] ?? 1);
    for (let at = 0, number = 1; at < stored.length; number++) {
      yield Uint8Array.from(stored.subarray(at, at + length));
      at += length;
      length = lengths[number % lengths.length] ?? 1;
    }
    isTaken = true;
  };
  const damage = await way(streamPieces(), {
    countOutput: (piece) => void output.push(Buffer.from(piece)),
    releaseInput: releaseWhole,
  });
  return { output: Buffer.concat(output), damage: damage?.message, isTaken };
}

async function assertSame(stored: Uint8Array, lengths: readonly number[]): Promise<Outcome> {
  const checked = await runExpansion(expandChecked, stored, lengths);
  const verified = await runExpansion(chooseVerified(stored), stored, lengths);
  const what = `${stored.length} bytes in pieces of ${lengths.slice(0, 20).join()}`;
  assert.equal(verified.damage, checked.damage, what);
  assert.ok(verified.isTaken && checked.isTaken, what);
  if (checked.damage === undefined) {
    assert.ok(verified.output.equals(checked.output), what);
  }
  return verified;
}

const CONTENT = Buffer.from(
  'a layer of several members, and so on and so on and so on. '.repeat(2),
);
const [FIRST, SECOND, THIRD] = [CONTENT.subarray(0, 90), Buffer.alloc(0), CONTENT.subarray(90)];
const MEMBERS = Buffer.concat([
  packMember(FIRST, { name: 'layer.tar' }),
  packMember(SECOND),
  packMember(THIRD, { comment: 'the last one' }, 0),
]);

describe('content verified by digests equals content verified by checksums', () => {
  for (const lengths of [[1], [7], [4_096], [60, 1, 1, 1, 1, 1, 1, 1, 1, 2]]) {
    test(`if truncated anywhere, in pieces of ${lengths.join()}`, async () => {
      for (let length = 10; length <= MEMBERS.length; length++) {
        await assertSame(MEMBERS.subarray(0, length), lengths);
      }
      assert.deepEqual((await assertSame(MEMBERS, lengths)).output, CONTENT);
    });
  }

  for (const [title, end, damage] of [
    ['padding', Buffer.alloc(1_000), undefined],
    ['padding and garbage', Buffer.concat([Buffer.alloc(9), Buffer.from('garbage')]), 'any'],
    ['garbage', Buffer.from('garbage that is no member'), 'incorrect header check'],
    ['a byte that could begin a member', Buffer.from([0x1f]), 'unexpected end of file'],
    ['the beginning of a member', MEMBERS.subarray(0, 12), 'unexpected end of file'],
    ['a header that is an odd one', createHeader({ otherFlags: 64 }), 'unknown header flags set'],
  ] as const) {
    test(`with ${title} after it`, async () => {
      const stored = Buffer.concat([packMember(CONTENT), end]);
      for (const lengths of [[1], [7], [4_096], [packMember(CONTENT).length]]) {
        const outcome = await assertSame(stored, lengths);
        if (damage !== 'any') {
          assert.equal(outcome.damage, damage);
        }
      }
    });
  }

  test('with a flipped byte, unless only the checksum detects it', async () => {
    const stored = packMember(CONTENT, { name: 'a' });
    for (let at = 3; at < stored.length - 8; at++) {
      const changed = Buffer.from(stored);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      const checked = await runExpansion(expandChecked, changed, [16]);
      const verified = await runExpansion(chooseVerified(changed), changed, [16]);
      if (checked.damage === 'incorrect data check') {
        assert.ok([undefined, 'incorrect length check'].includes(verified.damage));
        assert.ok(!verified.output.equals(CONTENT) || at < 12);
      } else {
        assert.equal(verified.damage, checked.damage);
      }
    }
  });

  test('with random content in random pieces', async () => {
    const random = createRandom(20_261_127);
    const noise = Buffer.from(Uint8Array.from({ length: 5_000_000 }, () => random() * 40));
    const damages = new Set<string | undefined>();
    for (let run = 0; run < 40; run++) {
      const stored = generateContent(random, noise);
      const lengths = Array.from({ length: 50 }, () => Math.ceil(random() ** 6 * 1_500_000));
      damages.add((await assertSame(stored, lengths)).damage);
    }
    assert.ok(damages.has(undefined) && damages.size > 2);
  });
});

function generateContent(random: Random, noise: Buffer): Buffer {
  const pieces: Buffer[] = [];
  do {
    const content = noise.subarray(0, Math.floor(random() ** 8 * noise.length));
    pieces.push(
      packMember(content, pick(random, [{}, { name: 'layer.tar' }]), pick(random, [0, 1])),
    );
  } while (random() < 0.5);
  const end = pick(random, [
    Buffer.alloc(0),
    Buffer.alloc(0),
    Buffer.alloc(Math.floor(random() * 3_000_000)),
    Buffer.from('garbage'),
  ]);
  const whole = Buffer.concat([...pieces, end]);
  return random() < 0.7
    ? whole
    : whole.subarray(0, Math.max(10, Math.floor(random() * whole.length)));
}

test('verifies the length of the first member and later checksums, but not its own checksum', async () => {
  const first = packMember(CONTENT);
  first[first.length - 8] = (first[first.length - 8] ?? 0) ^ 1;
  assert.deepEqual(await runExpansion(chooseVerified(first), first, [64]), {
    output: CONTENT,
    damage: undefined,
    isTaken: true,
  });
  const second = Buffer.concat([first, first]);
  assert.equal(
    (await runExpansion(chooseVerified(second), second, [9])).damage,
    'incorrect data check',
  );
  first[first.length - 1] = 1;
  assert.equal(
    (await runExpansion(chooseVerified(first), first, [9])).damage,
    'incorrect length check',
  );
});
