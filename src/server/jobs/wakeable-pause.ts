/** A pause of a loop that ends earlier if there is something to do. */
export class WakeablePause {
  #wake: () => void = () => undefined;
  #isWoken = false;

  /** Ends the pause, or the next one if there is none. */
  wake(): void {
    this.#isWoken = true;
    this.#wake();
  }

  async wait(milliseconds: number): Promise<void> {
    if (!this.#isWoken) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = resolve;
      await promise;
      clearTimeout(timer);
    }
    this.#isWoken = false;
  }
}
