const PERCENT_ENDS: ReadonlyMap<string, string> = new Map(
  Object.entries({ '<': '>', '(': ')', '[': ']', '{': '}' }),
);

/** Returns the strings of a Ruby expression in their order: `"a"`, `'a'` and `%q<a>`. */
export function parseRubyTexts(expression: string): string[] {
  const texts: string[] = [];
  for (let at = 0; at < expression.length; at++) {
    const character = expression[at] ?? '';
    const isPercent = character === '%' && /[qQ]/.test(expression[at + 1] ?? '');
    const open = isPercent ? at + 2 : at;
    const close = isPercent
      ? (PERCENT_ENDS.get(expression[open] ?? '') ?? '')
      : /["']/.exec(character)?.[0];
    if (close === undefined || close === '') {
      continue;
    }
    const end = findClosing(expression, open + 1, close);
    texts.push(unescapeText(expression.slice(open + 1, end), close));
    at = end;
  }
  return texts;
}

function findClosing(expression: string, from: number, close: string): number {
  for (let at = from; at < expression.length; at++) {
    if (expression[at] === '\\') {
      at++;
    } else if (expression[at] === close) {
      return at;
    }
  }
  return expression.length;
}

function unescapeText(text: string, close: string): string {
  return close === "'"
    ? text.replace(/\\(['\\])/g, '$1')
    : text.replace(/\\(?:u\{?([0-9A-Fa-f]{4})\}?|(.))/g, (_, code?: string, other?: string) =>
        code === undefined ? (other ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
      );
}
