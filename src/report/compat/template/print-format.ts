import { formatPlain } from './value.ts';

const PADDING_MAX = 10_000;

/** One verb with its flags, width and precision. */
const VERB = /%([-+# 0]{0,5})(\d{1,5})?(?:\.(\d{1,3}))?([a-zA-Z%])/g;

/** Implements `printf` for the verbs that templates use. Go, package fmt, "Printing". */
export function printFormat(format: string, args: readonly unknown[]): string {
  let next = 0;
  const text = format.replaceAll(VERB, (...parts: readonly string[]) => {
    const [, flags = '', width, precision, verb = ''] = parts;
    if (verb === '%') {
      return '%';
    }
    if (next >= args.length) {
      return `%!${verb}(MISSING)`;
    }
    const arg = args[next];
    next += 1;
    const digits = precision === undefined ? undefined : Number(precision);
    const value = formatVerb(verb, arg, { flags, digits });
    return padText(value, { flags, columns: Math.min(Number(width ?? 0), PADDING_MAX) });
  });
  const extra = args.slice(next).map((arg) => `${getTypeName(arg)}=${formatPlain(arg)}`);
  return extra.length === 0 ? text : `${text}%!(EXTRA ${extra.join(', ')})`;
}

interface VerbOptions {
  readonly flags: string;
  readonly digits: number | undefined;
}

function formatVerb(verb: string, value: unknown, { flags, digits }: VerbOptions): string {
  const number = typeof value === 'number' ? value : undefined;
  switch (verb) {
    case 's':
    case 'v':
      return cut(flags.includes('#') ? JSON.stringify(value) : formatPlain(value), digits);
    case 'q':
      return JSON.stringify(formatPlain(value));
    case 't':
      return typeof value === 'boolean' ? String(value) : formatMismatch(verb, value);
    case 'd':
      return number === undefined
        ? formatMismatch(verb, value)
        : addSign(String(Math.trunc(number)), flags);
    case 'f':
    case 'F':
      return number === undefined
        ? formatMismatch(verb, value)
        : addSign(number.toFixed(digits ?? 6), flags);
    case 'e':
      return number === undefined ? formatMismatch(verb, value) : number.toExponential(digits ?? 6);
    case 'g':
      return number === undefined ? formatMismatch(verb, value) : addSign(String(number), flags);
    case 'x':
    case 'X': {
      const hex = number?.toString(16) ?? Buffer.from(formatPlain(value), 'utf8').toString('hex');
      return verb === 'x' ? hex : hex.toUpperCase();
    }
    case 'c':
      return number === undefined ? formatMismatch(verb, value) : String.fromCodePoint(number);
    default:
      return formatMismatch(verb, value);
  }
}

function cut(text: string, digits: number | undefined): string {
  return digits === undefined ? text : Array.from(text).slice(0, digits).join('');
}

function addSign(digits: string, flags: string): string {
  return flags.includes('+') && !digits.startsWith('-') ? `+${digits}` : digits;
}

function padText(
  text: string,
  { flags, columns }: { readonly flags: string; readonly columns: number },
): string {
  const missing = columns - Array.from(text).length;
  if (missing <= 0) {
    return text;
  }
  if (flags.includes('-')) {
    return text + ' '.repeat(missing);
  }
  if (!flags.includes('0')) {
    return ' '.repeat(missing) + text;
  }
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}

function formatMismatch(verb: string, value: unknown): string {
  return `%!${verb}(${getTypeName(value)}=${formatPlain(value)})`;
}

function getTypeName(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    default:
      return 'interface {}';
  }
}
