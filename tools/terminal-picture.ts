import { escapeXml } from '../src/foundation/present/xml-element.ts';

const CHARACTER_WIDTH = 8.43;
const LINE_HEIGHT = 19;
const MARGIN = 16;
const TITLE_HEIGHT = 34;

/** Colors of the 256-color table that the program uses, on a dark background. */
const COLORS: Readonly<Record<string, string>> = {
  '12': '#7aa2f7',
  '36': '#4fc79a',
  '178': '#e0b33a',
  '198': '#ff6a9b',
  '203': '#ff8a70',
  '240': '#8b95a5',
};
const TEXT = '#dbe2ec';

/** Draws the output of a command, with its colors, as an SVG picture of a terminal. */
export function createTerminalPicture(command: string, output: string): string {
  const lines = [`$ ${command}`, ...output.trimEnd().split('\n')];
  const columns = Math.max(...lines.map((line) => line.replaceAll(SEQUENCE, '').length));
  const width = Math.ceil(columns * CHARACTER_WIDTH + 2 * MARGIN);
  const height = TITLE_HEIGHT + lines.length * LINE_HEIGHT + MARGIN;
  const rows = lines.map(
    (line, index) =>
      `<text x="${MARGIN}" y="${TITLE_HEIGHT + 14 + index * LINE_HEIGHT}">${drawLine(line)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(command)}">
<style>text{font:14px "DejaVu Sans Mono",Menlo,Consolas,monospace;fill:${TEXT};white-space:pre}.b{font-weight:700}</style>
<rect width="${width}" height="${height}" rx="8" fill="#161b22"/>
<circle cx="20" cy="17" r="5" fill="#ff5f57"/><circle cx="38" cy="17" r="5" fill="#febc2e"/><circle cx="56" cy="17" r="5" fill="#28c840"/>
${rows.join('\n')}
</svg>
`;
}

/** Select Graphic Rendition, ECMA-48, 8.3.117. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals use them
const SEQUENCE = /\u001b\[([\d;]*)m/g;

/** Returns the spans of a line, each with its color and weight. */
function drawLine(line: string): string {
  const parts = line.split(SEQUENCE);
  return parts
    .map((text, index) => {
      if (index % 2 === 1 || text === '') return '';
      const style = index === 0 ? '' : (parts[index - 1] ?? '');
      const color = /38;5;(\d+)/.exec(style)?.[1];
      const fill = color === undefined ? '' : ` fill="${COLORS[color] ?? TEXT}"`;
      const weight = /(?:^|;)1(?:;|$)/.test(style) ? ' class="b"' : '';
      const content = escapeXml(text);
      return fill === '' && weight === '' ? content : `<tspan${weight}${fill}>${content}</tspan>`;
    })
    .join('');
}
