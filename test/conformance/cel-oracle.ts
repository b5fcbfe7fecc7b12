/** The parts of `@bufbuild/cel` and of the cases of cel-spec that tests use. */
export interface CelOracle {
  /** Evaluates an expression; the result of another type is not of interest. */
  evaluate(text: string, bindings: Readonly<Record<string, unknown>>): boolean | 'error' | 'other';
  readonly cases: readonly CelCase[];
}

/** One case of the conformance tests of cel-spec (Apache-2.0). */
export interface CelCase {
  /** `comparisons/eq_literal/eq_int`. */
  readonly name: string;
  readonly text: string;
  /** In the JSON of Protocol Buffers, such as `{ boolValue: true }`. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
  /** Whether it needs variables, types or names of its own. */
  readonly needsMore: boolean;
}

interface CelModule {
  run(text: string, bindings: Readonly<Record<string, unknown>>): unknown;
  isCelError(value: unknown): boolean;
}

interface SuiteJson {
  readonly name: string;
  readonly suites?: readonly SuiteJson[];
  readonly tests?: readonly { readonly original: CaseJson }[];
}

interface CaseJson {
  readonly name?: string;
  readonly expr: string;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly evalError?: unknown;
  readonly bindings?: unknown;
  readonly typeEnv?: unknown;
  readonly container?: unknown;
  readonly disableMacros?: unknown;
  readonly typedResult?: unknown;
}

/**
 * Loads the second implementation of CEL and the conformance cases; `undefined` if the development
 * dependency is not installed.
 */
export async function loadCelOracle(): Promise<CelOracle | undefined> {
  const [cel, spec] = ['@bufbuild/cel', '@bufbuild/cel-spec/testdata/conformance.js'];
  try {
    const { run, isCelError } = (await import(cel)) as CelModule;
    const { tests } = (await import(spec)) as { readonly tests: SuiteJson };
    return {
      evaluate: (text, bindings) => {
        const value = run(text, bindings);
        return isCelError(value) ? 'error' : typeof value === 'boolean' ? value : 'other';
      },
      cases: (tests.suites ?? []).flatMap((suite) => listCases(suite, [])),
    };
  } catch {
    return undefined;
  }
}

function listCases(suite: SuiteJson, path: readonly string[]): readonly CelCase[] {
  const names = [...path, suite.name];
  const own = (suite.tests ?? []).map(({ original }): CelCase => {
    const { name = original.expr, expr, value, bindings, typeEnv, container } = original;
    const { typedResult, disableMacros, evalError } = original;
    const needsMore = [bindings, typeEnv, container, disableMacros, typedResult].some(
      (part) => part !== undefined,
    );
    return {
      name: [...names, name].join('/'),
      text: expr,
      needsMore,
      // Without a result, a case expects true.
      value: value ?? { boolValue: true },
      isError: evalError !== undefined,
    };
  });
  return [...own, ...(suite.suites ?? []).flatMap((inner) => listCases(inner, names))];
}
