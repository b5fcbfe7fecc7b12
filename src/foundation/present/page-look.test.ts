import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BASE_STYLE } from './page-look.data.ts';

/** WCAG 2.2: contrast of texts, and of parts that carry a meaning. */
const TEXT_CONTRAST_MIN = 4.5;
const PART_CONTRAST_MIN = 3;

/** Returns the relative luminance of a color, as WCAG 2.2 defines it. */
function computeLuminance(color: string): number {
  const digits = color.length === 4 ? color.slice(1).replaceAll(/./g, '$&$&') : color.slice(1);
  const [red = 0, green = 0, blue = 0] = [0, 2, 4]
    .map((at) => Number.parseInt(digits.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function computeContrast(left: string, right: string): number {
  const [light = 0, dark = 0] = [computeLuminance(left), computeLuminance(right)].sort(
    (a, b) => b - a,
  );
  return (light + 0.05) / (dark + 0.05);
}

const PAIR = /light-dark\((#[0-9a-f]{3,6}),(#[0-9a-f]{3,6})\)/;

/** The colors of a theme by their names. */
function readColors(theme: 0 | 1): ReadonlyMap<string, string> {
  const named = BASE_STYLE.matchAll(/--([a-z-]+):light-dark\((#[0-9a-f]+),(#[0-9a-f]+)\)/g);
  return new Map([...named].map(([, name = '', ...colors]) => [name, colors[theme] ?? '']));
}

suite('the colors of all pages', () => {
  for (const [theme, title] of ['light', 'dark'].entries()) {
    const colors = readColors(theme as 0 | 1);
    const get = (name: string): string => {
      const color = colors.get(name);
      assert.ok(color !== undefined, name);
      return color;
    };

    test(`texts are readable in ${title}`, () => {
      for (const text of ['text', 'dim', 'accent', 'good', 'bad', 'warn']) {
        for (const ground of ['bg', 'panel']) {
          const contrast = computeContrast(get(text), get(ground));
          assert.ok(contrast >= TEXT_CONTRAST_MIN, `${text} on ${ground}: ${contrast.toFixed(2)}`);
        }
      }
    });

    test(`words on their own color are readable in ${title}`, () => {
      const rules = [...BASE_STYLE.matchAll(/\.(s-[a-z]+|flag\.bad|flag)\{([^}]*)\}/g)];
      assert.ok(rules.length >= 8);
      for (const [, name, rule = ''] of rules) {
        const ground = PAIR.exec(/background:[^;]*/.exec(rule)?.[0] ?? '')?.[theme + 1];
        const color = /(?:^|;)color:([^;]*)/.exec(rule)?.[1] ?? '';
        const text = PAIR.exec(color)?.[theme + 1] ?? get('text');
        if (ground !== undefined) {
          const contrast = computeContrast(text, ground);
          assert.ok(contrast >= TEXT_CONTRAST_MIN, `${name}: ${contrast.toFixed(2)}`);
        }
      }
    });

    test(`bars and borders of inputs are visible in ${title}`, () => {
      const [, ...border] =
        /button\{[^}]*border:1px solid (light-dark\([^)]*\))/.exec(BASE_STYLE) ?? [];
      const line = PAIR.exec(border[0] ?? '')?.[theme + 1] ?? '';
      for (const part of [get('strip-a'), get('bad'), line]) {
        for (const ground of ['bg', 'panel']) {
          const contrast = computeContrast(part, get(ground));
          assert.ok(contrast >= PART_CONTRAST_MIN, `${part} on ${ground}: ${contrast.toFixed(2)}`);
        }
      }
    });
  }

  test('the contrast is that of WCAG', () => {
    assert.equal(computeContrast('#fff', '#000'), 21);
    assert.equal(computeContrast('#777777', '#ffffff').toFixed(2), '4.48');
  });
});
