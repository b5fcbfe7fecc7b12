/** Destination of a format. Text is written piece by piece, never as one large string. */
export interface Sink {
  write(text: string): void;
}
