/** Words that come before a command. POSIX, Shell Command Language, 2.4 and 2.9. */
const PREFIX =
  /^(?:(?:then|do|else|elif|if|while|until|time|exec|!|\{|\()\s*|[A-Za-z_]\w*=\S*\s+)+/;
/** Options of RUN itself. Dockerfile reference, "RUN". */
const RUN_OPTION = /^(?:--(?:mount|network|security)(?:=\S*)?\s+)+/;

/**
 * Splits the text of a RUN instruction into its commands, each with its arguments. The exec form,
 * a list in JSON, is one command.
 */
export function splitCommands(text: string): readonly string[] {
  const plain = text
    .replace(/\s+# buildkit$/, '')
    .replace(RUN_OPTION, '')
    .trim();
  const words = parseExecForm(plain);
  if (words !== undefined) {
    return [words.join(' ')];
  }
  const shell = /^\/bin\/(?:ba|da|a)?sh\s+(?:-\w+\s+)*-\w*c\s+([^]+)$/.exec(plain)?.[1] ?? plain;
  return splitAtOperators(shell)
    .map((part) => part.trim().replace(PREFIX, '').trim())
    .filter((part) => part !== '');
}

function parseExecForm(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((one) => typeof one === 'string')
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

/** Splits at `;`, `&`, `|` and line breaks outside of quotes; cuts comments. */
function splitAtOperators(text: string): readonly string[] {
  const parts: string[] = [''];
  let quote = '';
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index] ?? '';
    const last = parts.length - 1;
    if (char === '\\' && quote !== "'") {
      parts[last] += text.slice(index, index + 2);
      index += 1;
    } else if (quote !== '' || char === '"' || char === "'") {
      quote = quote === '' ? char : char === quote ? '' : quote;
      parts[last] += char;
    } else if (char === '#' && /(?:^|\s)$/.test(parts[last] ?? '')) {
      const end = text.indexOf('\n', index);
      index = end === -1 ? text.length : end - 1;
    } else if (/[;&|\n]/.test(char)) {
      parts.push('');
    } else {
      parts[last] += char;
    }
  }
  return parts;
}
