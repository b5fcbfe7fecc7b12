/** The value of a JSON text; `undefined` where the text is not well formed. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text that a member of an object has; empty where it is absent or of another type. */
export function textMember(record: Readonly<Record<string, unknown>>, name: string): string {
  const value = record[name];
  return typeof value === 'string' ? value : '';
}

/** The texts of a list; what else is in it is passed over. */
export function textList(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
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
