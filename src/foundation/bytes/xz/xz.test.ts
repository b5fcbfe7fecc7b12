import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import { Budget } from '../../core/budget.ts';
import { DEFAULT_LIMITS, type Limits } from '../../core/limits.ts';
import { isXz, unpackXz } from './xz.ts';

/** The 200 lines below, compressed by `xz -6 --check=crc32`. */
const ONE_BLOCK =
  '/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4BmlARNdADYaSh8IoCYDTQad7+2MoT/IOM9thS+Y9mRqlCRUtV79ClFvnuse71SvawEP3eKnxRtb' +
  '/uKkLXgScZ0EvrD7yEcqUy81oqlMIBm7XtwdN954j4iEEfoNTLb6KZtTDKunpkFUCXTeJ1Sx4Wqn4oU7JUkt1Liv3YChc5oy8m969eNtgssu' +
  '6XFawmbhxrGZqgvt27vMcycqcH3ZLx8z8wqIhSIheWks30GpcfIHj7rOU36XkEpF0/LLhRo7dviTV6cwcU0ZHpqkfnJ+ah+ApOQOvq1gQZcf' +
  '9pPse/ojM1m02vrgwFBas2nyrKcipnHX2BvQagmymWG6qMTpVWG9rb8pQu4txk/Ef4RUY9R0TihmG3wypGgAAACVh8QeAAGrAqYzAACAe2OE' +
  'PjANiwIAAAAAAVla';
/** The same by `xz --lzma2=preset=0,lc=1,lp=2,pb=3 --check=none --block-size=3000`. */
const THREE_BLOCKS =
  '/Td6WFoAAAD/EtlBAgAhAQwAAACPmEGc4Au3ARCaADYaScZRAH/e1umGivqPd23fKC8zSfX/Td5L1AkD5nXUQLoBar8lt/ivXfx/ZtVZ8u38' +
  'y5KjzcVA286uoydjHYDb8bBuODVI761gL066FdrBa8rwh3WJ/0uuapkl0BXQAJy0txxSdG1lYIfuU/C34O/s7ZDr9/bjFrp2tOf0zG4AOgqy' +
  '3o/6mdr1PdioGwtyXh3hXj3ZFkrgwwgZcoqeoyymVmfWicdsmwJ2foRgknUrWTYp+9en4HLPtJdoc8jRcBh9RcHU5AjCWqRfraaE32DPxJTo' +
  'DRGqDEIl9/b1foYj2iN7+8PzRtBRAc0qDdebo0C1xTiwRztcTjIQpLpL7jHQ4y0UyPyJlbkn9ed2pDsAAAIAIQEMAAAAj5hBnOALtwEMmgAz' +
  'CAgiA7vAHZoVAODpQaaMsgmuHH6c0BWdzJ5Ypusyx3H8DyjjdXS4wcDwGl3tPTOlbbJxqVhyv3s6ak+o8bkdZDsqDZcK4QcYSLX3BPhN0lgN' +
  'DlohRYsu6k+mUFcMcl8umVDTlnMkRmmzR3LVDtXlpEuyXOh8ofga6pSHl5KrInb6ZZmGhfi+YrBHts1k6wxiprvA3s6FKchxNPWFpBMpNBU+' +
  'Badfy/g5kAbOkRw3nZbvrFFuPRWS/hS4yU1IumAzhTvj2zGyH7fcJvE9SI8Q2XWv7K5+X6Mr6Lx53ZSmIxjieWi1huTQV3qLWgpUkPT0rp1Y' +
  'XJi/bsYK2dMnKV/pvPQnnXxsdjOHR/dmAAIAIQEMAAAAj5hBnOACNQBYmgAwnQAGk7IJoq6pGyQuwsJN30k4IkqMBxRNEr6fNnhVtX0stnbv' +
  '7GrXuQPxxoC2+xvpxB3AE7s847s/wOrAPT0zLwejVO0sc4gsfZJ90IlEN//i3Uy0z80AAAADpAK4F6ACuBdstgQAAADTmhlwteNTKgQAAAAA' +
  'AFla';
/** Sixty incompressible bytes with their compressed form. */
const NOISE = 'RCCCPP3m8cJrMPkOx90B5Ih1NKIPCw0Ew27YDnHg/XewdnDrlAvVM1+XParYYZuR/8kR9XzO1Fi7vyzg';
const STORED =
  '/Td6WFoAAATm1rRGAgAhAQwAAACPmEGcAQA7RCCCPP3m8cJrMPkOx90B5Ih1NKIPCw0Ew27YDnHg/XewdnDrlAvVM1+XParYYZuR/8kR9XzO' +
  '1Fi7vyzgAI8rZCJiVRoJAAFUPPxRPtEftvN9AQAAAAAEWVo=';
/** By `xz --x86 --lzma2`. */
const FILTERED =
  '/Td6WFoAAAD/EtlBAgEEACEBFgANhjUf4AB3AAldADCYiKvUTWmAAAAAAAAAAR14OSA0gQZynnoBAAAAAABZWg==';

const TEXT = Buffer.from(
  Array.from({ length: 200 }, (_, at) => `line ${(at * at) % 97} of a text that is packed\n`).join(
    '',
  ),
);

function decodeBase64(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}

function unpack(
  content: Uint8Array,
  options: { readonly limits?: Limits; readonly maxBytes?: number; readonly pieces?: number } = {},
) {
  const pieces: Buffer[] = [];
  const problem = unpackXz(content, {
    budget: new Budget({
      ...(options.limits ?? DEFAULT_LIMITS),
      expandedFileBytesMax: options.maxBytes ?? 1_000_000,
    }),
    maxBytes: 'expandedFileBytesMax',
    onOutput: (piece) => {
      pieces.push(Buffer.from(piece));
      return pieces.length !== options.pieces;
    },
  });
  return { code: problem?.code, message: problem?.message, output: Buffer.concat(pieces) };
}

suite('xz content', () => {
  for (const [title, packed, expected] of [
    ['in one block', decodeBase64(ONE_BLOCK), TEXT],
    ['in blocks with other properties', decodeBase64(THREE_BLOCKS), TEXT],
    ['that could not be made smaller', decodeBase64(STORED), decodeBase64(NOISE)],
    [
      'in streams with padding between',
      Buffer.concat([decodeBase64(STORED), Buffer.alloc(8), decodeBase64(ONE_BLOCK)]),
      Buffer.concat([decodeBase64(NOISE), TEXT]),
    ],
  ] as const) {
    test(`${title} is restored completely`, () => {
      assert.ok(isXz(packed));
      const { code, output } = unpack(packed);
      assert.equal(code, undefined);
      const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
      assert.equal(digest(output), digest(expected));
    });
  }

  test('stops when no more content is requested', () => {
    assert.equal(unpack(decodeBase64(THREE_BLOCKS), { pieces: 2 }).output.length, 6000);
  });

  test('is rejected with an unknown filter, a large dictionary, or above the limit', () => {
    assert.equal(unpack(decodeBase64(FILTERED)).code, 'P_UNSUPPORTED');
    const limits = { ...DEFAULT_LIMITS, xzDictionaryBytesMax: 4096 };
    assert.equal(unpack(decodeBase64(ONE_BLOCK), { limits }).code, 'P_UNSUPPORTED');
    const { code, message } = unpack(decodeBase64(ONE_BLOCK), { maxBytes: 1000 });
    assert.equal(code, 'P_LIMIT');
    assert.equal(message, 'content compressed with xz is beyond expandedFileBytesMax');
  });

  test('is rejected if truncated anywhere, and damage causes no exception', () => {
    const packed = decodeBase64(THREE_BLOCKS);
    for (let length = 0; length < packed.length; length += 3) {
      assert.ok(unpack(packed.subarray(0, length)).code !== undefined);
    }
    for (let at = 0; at < packed.length; at++) {
      const damaged = Buffer.from(packed);
      damaged[at] = (damaged[at] ?? 0) ^ 0x55;
      assert.doesNotThrow(() => unpack(damaged));
    }
  });
});
