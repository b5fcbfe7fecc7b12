import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findDominators } from './dominators.ts';

function parseLinks(text: string): Record<string, string> {
  const links = text.split(' ').map((word) => {
    const [from = '', to = ''] = word.split('>');
    return { from, to };
  });
  return Object.fromEntries(findDominators('start', links));
}

suite('dominators', () => {
  test('a node required by one other node only is dominated by it', () => {
    assert.deepEqual(parseLinks('start>curl curl>libcurl libcurl>libldap libldap>liblber'), {
      curl: 'start',
      libcurl: 'curl',
      libldap: 'libcurl',
      liblber: 'libldap',
    });
  });

  test('a node with two paths is dominated by their common part', () => {
    assert.deepEqual(parseLinks('start>a a>b a>c b>d c>d start>e e>f b>f'), {
      a: 'start',
      b: 'a',
      c: 'a',
      d: 'a',
      e: 'start',
      f: 'start',
    });
  });

  test('handles circles and unreachable nodes', () => {
    const found = parseLinks('start>a a>b b>a b>c c>b x>c y>x');
    assert.deepEqual(found, { a: 'start', b: 'a', c: 'b' });
  });

  test('a node is dominated by the nodes on all its paths, on every random graph', () => {
    let seed = 7;
    const pickNumber = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (let round = 0; round < 50; round += 1) {
      const links = Array.from({ length: 24 }, () => {
        const from = pickNumber(12);
        return { from: from === 0 ? 'start' : `${from}`, to: `${1 + pickNumber(11)}` };
      });
      for (const [node, dominator] of findDominators('start', links)) {
        assert.ok(findReached(links, '').has(node));
        assert.ok(dominator === 'start' || !findReached(links, dominator).has(node));
        for (let other = 1; other < 12; other += 1) {
          const isNeeded = `${other}` !== node && !findReached(links, `${other}`).has(node);
          assert.ok(!isNeeded || isDominated(links, node, `${other}`));
        }
      }
    }
  });
});

function findReached(links: readonly { from: string; to: string }[], without: string): Set<string> {
  const found = new Set(['start']);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { from, to } of links) {
      if (found.has(from) && from !== without && to !== without) {
        found.add(to);
      }
    }
  }
  return found;
}

/** Returns whether the dominators of the node include the other node. */
function isDominated(
  links: readonly { from: string; to: string }[],
  node: string,
  other: string,
): boolean {
  const dominators = findDominators('start', links);
  for (let at = dominators.get(node); at !== undefined; at = dominators.get(at)) {
    if (at === other) {
      return true;
    }
  }
  return false;
}
