declare module 'spdx-expression-parse' {
  /** Throws an `Error` if the text is not a valid SPDX expression. */
  export default function parse(source: string): unknown;
}
