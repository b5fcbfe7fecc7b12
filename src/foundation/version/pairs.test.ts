import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { present } from '../core/assert.ts';
import { schemes } from './registry.generated.ts';
import { findSchemeByName } from './scheme-by-name.ts';

interface Facts {
  /** Each chain in ascending order, joined by ` < ` or ` = `. */
  readonly chains: readonly string[];
  readonly refused: readonly string[];
}

const FACTS: Readonly<Record<string, Facts>> = {
  apk: {
    chains: [
      '1.5.1 < 1.5.1-r1 < 1.5.2',
      '9.3.2-r4 < 9.3.4-r2',
      '4.2.52_p2-r1 < 4.2.52_p4-r2',
      '1.1_alpha1 < 1.1_alpha2 < 1.1_beta < 1.1_pre1 < 1.1_rc1 < 1.1 < 1.1_cvs < 1.1_svn < 1.1_git1 < 1.1_hg < 1.1_p9 < 1.1_p10',
      '1.0.01 < 1.0.1 < 1.0.10',
      '0.0.1 < 0.000.1',
      '1.0 < 1.0a < 1.0b < 1.0.0',
      '1.0-r9 < 1.0-r10',
      '01 = 1',
      '1.2.3-r0 < 1.2.3~abcdef-r0 = 1.2.3~abcdef-r0',
      '6.6.2_p1 < 6.6.2p1 < 6.6.2p2',
      '2.0_rc1_p1 = 2.0_rc1_p1',
      '99999999999999999998 < 99999999999999999999',
    ],
    refused: [
      '',
      'v1.5',
      '1..2',
      '1.',
      '.1',
      '1_foo',
      '1-r',
      '1-1',
      '1.0A',
      '1~',
      '1~xyz',
      '1-r1a',
      '1:1',
    ],
  },
  bitnami: {
    chains: [
      '1.2.3-rc1 < 1.2.3 = 1.2.3-1 = 1.2.3-r5 = 1.2.3-2 = 1.2.3-1+b < 1.2.3.4 < 1.2.4',
      '7.4 = 7.4.0',
      '2023.12.31 < 2024.1.1',
    ],
    refused: ['', 'latest', 'v1'],
  },
  cargo: {
    chains: ['1.0.0-alpha < 1.0.0-alpha.1 < 1.0.0-beta < 1.0.0 = 1.0.0+b = 1', '1.9.0 < 1.10.0'],
    refused: ['', 'v1.0.0', '1.0.0.0', '01.0.0', '1.0.0-', '1.0.0-01'],
  },
  composer: {
    chains: [
      '1.0-dev < 1.0-alpha1 = 1.0a1 < 1.0-beta2 = 1.0.0b2 < 1.0-RC1 < 1.0-RC10 < 1.0 = v1.0.0 = 1.0.0.0-stable < 1.0-p1 = 1.0-patch1 = 1.0pl1',
      '1.9 < 1.10',
      '20240101-beta1 < 20240101 < 20240101.0 < 20240101.1 < 20240101-patch2 < 20240102',
    ],
    refused: ['', 'dev-main', '1.x', 'abc'],
  },
  conan: {
    chains: [
      '1.0-alpha < 1.0-rc.1 < 1.0-rc.2 < 1.0 = 1 = 1.0.0 < 1.0+0 < 1.0+2 < 1.0+b1 < 1.0.1 < 1.2 < 1.10 < 1.a < 2',
      '2 < 2d < 3 < cci..1 < cci.20200101 < cci.20210101',
      '1.1.1 < 1.1.1k < 1.1.1w < 1.1.2 < 1.1.9e < 1.1.10',
      '1.+0+1 = 1+1 < 1.+2+1 = 1.2+1',
    ],
    refused: ['', '-1', '.1', '1 0', '1/2'],
  },
  cran: {
    chains: ['0.1-0 = 0.01.0 < 0.1.0.0 < 0.2 < 0.9 < 0.75 < 1 < 1.0', '1.0-9 < 1.0.10'],
    refused: ['', '1.', '1.0a', '.1', '1--1'],
  },
  deb: {
    chains: [
      '7u151-2.7 < 7u151-2.6.11-2ubuntu0.14.04.1',
      '1.0~~ < 1.0~ < 1.0~rc1 < 1.0 = 1.0-0 = 0:1.0 < 1.0-1 < 1.0a < 1.0+deb9u1',
      '2 < 1:0',
      '1.0-1 < 1.0-a',
      '8.3.1-5ubuntu1.5 < 8.3.1-5ubuntu1.40',
      '2:4.19.1-1 = 2:4.19.01-1',
      '1.2.3-1~bpo10+1 < 1.2.3-1',
      '10.0-2ubuntu0.1~esm1 < 10.0-2ubuntu0.1',
      ' 1.0 = 1.0',
    ],
    refused: ['', 'abc', '1_0', '1.0-', 'a:1', ':1', '1:', '-1', '1.0-1_2', '4294967296:1', '1 0'],
  },
  fuzzy: {
    chains: [
      '1.0.2k < 1.0.2l',
      '1.1.1 < 1.1.1w',
      '4.2.8p9 < 4.2.8p15',
      '98SE < 98SP1',
      '5_1.0.6 < 5-1.16',
      '1.02 < 1.4',
      '1.000.0.1 < 10.0',
      '1.0.4 = 1.0.4+metadata = v1.0.4',
      '1.0rc1 = 1.0.0-rc1 < 1.0 = 1.0.0 < 1.0.0-post1',
      '5a1 < 5a2',
      '8.0.1-alpha.2 < 8.0.1-alpha.10 < 8.0.1',
      '2.0.0-canary.abc < 2.0.0 = 2.0.0.Final',
      '1.2.0.beta1 < 1.2.0',
      '1.0~1 < 1.0',
    ],
    refused: ['', 'unknown', '(devel)'],
  },
  gem: {
    chains: [
      '1.0.a < 1.0 = 1 = 1.0.0',
      '1.8.2.a9 < 1.8.2.a10 < 1.8.2',
      '0.beta.1 = 0.0.beta.1',
      '5.a < 5.0.0.rc2 < 5.x',
      '1-1 < 1',
      '1.9.3 < 1.9.3.1',
      '1.13.1 = 1.13.1-java = 1.13.1-x86_64-linux = 1.13.1-arm64-darwin = 1.13.1-x64-mingw32 = 1.13.1-mingw32',
    ],
    refused: ['', '1..2', '1_2', 'a', '1beta'],
  },
  go: {
    chains: [
      'go1.21beta1 < go1.21rc2 < go1.21rc10 < 1.21.0 = go1.21 < go1.21.1',
      'v1.2.3 < v1.2.4-0.20230101000000-abcdefabcdef < v1.2.4',
      'v0.0.0-20230716000000-abcdefabcdef < v0.0.0-20230922000000-abcdefabcdef',
      'v1.0.0 = v1.0.0+incompatible+dirty = 1.0.0 = v1',
      'v1.0.0-rc.9 < v1.0.0-rc.10',
      'go1.22.3 = go1.22.3 X:boringcrypto,loopvar',
      'v17.12.0-ce-rc1.0.20200309214505-aa6a9891b09c < 19.03.0 < 19.03.10',
    ],
    refused: ['', '(devel)', 'devel go1.25-abcdef', 'v1.0.0.0', 'v1.0.0+a b'],
  },
  hackage: {
    chains: ['0 < 0.11.3.0 < 1 < 1.0 = 1.0-tag-x86 < 1.0.0 < 1.0.0.1 < 1.1 < 1.10'],
    refused: ['', '1.', '01', '1.02', '1.0-', '1.0-t.1', 'a'],
  },
  hex: {
    chains: ['1.0.0-alpha < 1.0.0-rc.1 < 1.0.0-rc.10 < 1.0.0 = 1.0.0+b = 1.0', '1.9.0 < 1.10.0'],
    refused: ['', 'v1.0.0', '1.0.0.0', '01.0.0', '1.0.0-', '1.0.0-01'],
  },
  jvm: {
    chains: [
      '1.7.0_80 < 1.8.0 = 8.0.0 = 8 < 1.8.0_131-ea < 1.8.0_131 = 1.8.0_131-b11 < 1.8.0_132',
      '1.8.0_302-b08 = 8.0.302 = 8u302 = 8.0-update302-b08 = 1.8.0-update_302 < 9.0.0',
      '11.0.4+11 = 11.0.4 = 11.0.4+11-LTS < 11.0.20 < 11.0.20.1+1',
      '21-ea < 21 = 21.0.0',
    ],
    refused: ['', 'openjdk', '8uu1', '1.8.0_'],
  },
  kb: {
    chains: ['878787 = KB878787 = kb0878787', 'base = BASE'],
    refused: ['', 'KB', '1.0', 'latest'],
  },
  maven: {
    chains: [
      '1.0-alpha-1 = 1.0a1 < 1.0-beta-1 < 1.0-m3 = 1.0-milestone-3 < 1.0-rc1 = 1.0-cr1 < 1.0-SNAPSHOT < 1.0 = 1.0.Final = 1ga = 1.0.RELEASE < 1.0-sp < 1.0-xyz < 1.0-1 < 1.0.1',
      '2.0-1 < 2.0.1-xyz < 2.0.1-123',
      '12.10.2.jre11 = 12.10.2 < 12.10.2.jre',
      '.1 = 0.1 < 1..1 = 1.0.1',
      '1-0.1 < 1-1 < 1-1.1',
      '31.1-android < 31.1-jre',
    ],
    refused: ['', '-', '...'],
  },
  npm: {
    chains: [
      '1.0.0-alpha < 1.0.0-alpha.1 < 1.0.0-alpha.beta < 1.0.0-beta.2 < 1.0.0-beta.11 < 1.0.0-rc.1 < 1.0.0',
      '1.0.0+a = 1.0.0+b = v1.0.0 = =1.0.0 = 1.0',
      '1.0.0-1 < 1.0.0-RC1 < 1.0.0-a',
      '99999999999999999998.0.0 < 99999999999999999999.0.0',
    ],
    refused: ['', 'alpha', '1.0.0.0', '01.2.3', '1.0.0_1', '1.0.0-', 'latest'],
  },
  nuget: {
    chains: [
      '1.0.0-ALPHA = 1.0.0-alpha < 1.0.0 = 1.0.0.0 = 1.0 = 1.0.0+x = 01.0.0 < 1.0.0.1',
      '1.0.0-a.-2 < 1.0.0-a.-0 = 1.0.0-a.0 < 1.0.0-a.1 < 1.0.0-a.2147483647 < 1.0.0-a.20240101120000 < 1.0.0-a.2147483648 < 1.0.0-a.b',
    ],
    refused: ['', '1.0.0.0.0', 'v1.0', '1.0.0-'],
  },
  pep440: {
    chains: [
      '1.0.dev1 < 1.0a1 < 1.0b1 < 1.0rc1 = 1.0c1 = 1.0-preview_1 < 1.0 = 1.0.0 = V1 < 1.0+local < 1.0+1 < 1.0.post1.dev1 < 1.0.post1 = 1.0-1 = 1.0-r1',
      '2.0 < 1!0.1',
      '2022.12.07 = 2022.12.7',
      '1.1.1-a < 1.1.1',
      '2.0.0+cgr.2 < 2.0.0+cgr.12',
    ],
    refused: ['', 'abc', '1.0+', '1.0-foo', '1.0+a b', '1.0.*'],
  },
  pacman: {
    chains: [
      '1.0a < 1.0b < 1.0beta < 1.0p < 1.0pre < 1.0rc < 1.0 < 1.0.a < 1.0.1',
      '1.0 < 1.0-1 < 1.0-1.1 < 1.0-2 < 1.0.0',
      '1.0.0alpha < 1.0.0 = 1.0.000 = 1.0_0',
      '1.0.1 < 1.0..0 = 1.0__0',
      '1.0.a < 1.0. < 1.0.1',
      '0.115+24+g5230646-1 < 0.116-1',
      '9 < 1:0 = 01:0 < 1:9 < 2:1',
      '0:1 = :1 = 1',
      'a < 1',
    ],
    refused: ['', '-1', '1 0', '1:', '1:-1'],
  },
  portage: {
    chains: [
      '12.2 < 12.2.0 < 12.2.5',
      '12.2b < 12.2.5',
      '1.0 < 1.01 = 1.010 < 1.02 < 1.1 < 1.10',
      '1_alpha = 1_alpha0 < 1_alpha1 < 1_beta < 1_pre < 1_rc < 1_rc_p1 < 1_rc1 < 1_rc1_p1 < 1 = 1-r0 < 1-r1 < 1_p < 1_p1 < 1a < 1b',
      '1.0_p0 = 1.0_p',
      '01 = 1',
    ],
    refused: ['', 'abc', '1.', '1_foo', '1-r', '1A', '1ab', '1-1'],
  },
  pub: {
    chains: [
      '1.0.0-pre < 1.0.0-pre+build < 1.0.0 = 1.0 < 1.0.0+1 < 1.0.0+900 < 1.0.0+a < 1.0.0+a.1 < 1.0.0+a1',
      '1.0.0+b = v1.0.0+b',
      '1.0.0-alpha < 1.0.0-alpha.1 < 1.0.0-beta.2 < 1.0.0-beta.11 < 1.0.0-rc.1 < 1.0.0-rc.1+build.1 < 1.0.0 < 1.0.0+0.3.7 < 1.3.7+build < 1.3.7+build.2.b8f12d7 < 1.3.7+build.11.e0f985a < 2.0.0 < 2.1.0 < 2.2.0 < 2.11.0 < 2.11.1',
    ],
    refused: ['', 'vv1', '1.0.0.0', '1.0.0+', '1.0.0-'],
  },
  rpm: {
    chains: [
      '1.0~rc1 < 1.0 < 1.0^git1 < 1.0^20240101 < 1.0.a < 1.0.1',
      '4.19.1-1.el7_5 = 4.19.01-1.el7_5',
      '1.5 = 1.05',
      '8.3.1-5.el8 < 8.3.1-5.el8.0.0 < 8.3.1-5.el8.4 < 8.3.1-5.el8.40',
      '5.5p1 < 5.5p10',
      'xyz.4 < 8',
      '1.0 = 0:1.0 = :1.0 < 1.0-1 < 1.0.0 < 9 < 1:0',
      '1.0-1.el8 < 1.0-1.el8_4',
    ],
    refused: ['', '-1', '1 0', '1\u00000'],
  },
  swift: {
    chains: [
      'v1.0.0-beta < 1.0.0-rc.1 < 1.0.0 = v1.0.0 = 1.0.0+b = 1.0 < 1.10.0',
      '1.0.0-a.-2 < 1.0.0-a.-0 = 1.0.0-a.0 < 1.0.0-a.1 < 1.0.0-a.9223372036854775807 < 1.0.0-a.9223372036854775808 < 1.0.0-a.b',
    ],
    refused: ['', 'vv1', 'main', '1.0.0.0', '1.0.0-01'],
  },
};

for (const scheme of schemes) {
  describe(`the scheme ${scheme.id}`, () => {
    const facts = present(FACTS[scheme.id], `facts about ${scheme.id}`);

    test('orders versions like its documentation', () => {
      for (const chain of facts.chains) {
        const [first = '', ...rest] = chain.split(/ (?=[<=] )/);
        let left = first;
        for (const step of rest) {
          const right = step.slice(2);
          const parsed = [scheme.parse(left), scheme.parse(right)];
          assert.ok(!parsed.includes(undefined), `${left} ${right}`);
          const order = scheme.compare(parsed[0], parsed[1]);
          assert.equal(order, step.startsWith('<') ? -1 : 0, `${left} ${step}`);
          left = right;
        }
      }
    });

    test('refuses invalid versions', () => {
      for (const text of facts.refused) {
        assert.equal(scheme.parse(text), undefined, JSON.stringify(text));
      }
    });
  });
}

test('a bound without a local label only refers to the public version', () => {
  const pep440 = present(findSchemeByName('python'), 'the scheme of Python');
  const installed = pep440.parse('2.0.0+cgr.1');
  assert.equal(pep440.compareToBound?.(installed, pep440.parse('2.0.0')), 0);
  assert.equal(pep440.compareToBound?.(installed, pep440.parse('2.0.0+cgr.2')), -1);
  assert.equal(pep440.compareToBound?.(pep440.parse('2.0.0'), installed), -1);
});

test('pacman ranges only compare package releases if both sides have one', () => {
  const pacman = present(findSchemeByName('alpm'), 'the scheme of pacman');
  const order = (left: string, right: string): number | undefined =>
    pacman.compareToBound?.(pacman.parse(left), pacman.parse(right));
  assert.equal(order('1.0-1', '1.0'), 0);
  assert.equal(order('1.0', '1.0-1'), 0);
  assert.equal(order('1.0-1', '1.0-2'), -1);
  assert.equal(order('1.1', '1.0-2'), 1);
});
