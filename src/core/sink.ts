/** Where a format writes. Text goes out piece by piece, never as one big string. */
export interface Sink {
  write(text: string): void;
}
