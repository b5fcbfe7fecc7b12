/** The value of a JSON text; `undefined` where the text is not well formed. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is nested no deeper than `depthMax`, so that it can be written as JSON again. */
export function isShallow(value: unknown, depthMax: number): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const inner: unknown[] = [];
    for (const each of level) {
      if (typeof each === 'object' && each !== null) {
        for (const member of Object.values(each)) {
          inner.push(member);
        }
      }
    }
    if (inner.length > 0 && depth >= depthMax) {
      return false;
    }
    level = inner;
  }
  return true;
}
