/** Rules that oxlint does not have. `.oxlintrc.json` assigns each to its files. */
import type { Node } from 'oxc-parser';
import {
  ECOSYSTEMS,
  ESTABLISHED_NAMES,
  FORMATS,
  MACHINE_DIRECTORIES,
  PREPOSITIONS,
  REGISTRY_HOSTS,
  VERBS,
} from './lint-plugin.data.ts';

interface Place {
  readonly start: number;
  readonly end: number;
}

interface Comment extends Place {
  readonly value: string;
  readonly loc: {
    readonly start: { readonly line: number };
    readonly end: { readonly line: number };
  };
}

/** oxc-parser types these by more than one `type`, so that `Extract` does not select them. */
type FunctionNode = Extract<Node, { readonly params: unknown; readonly id: unknown }>;
type MethodNode = Extract<
  Node,
  { readonly kind: unknown; readonly static: unknown; readonly value: unknown }
>;

type Child<T> = T & { readonly parent: Node };

/** What the rules use of the context that oxlint gives them, which is that of ESLint. */
interface Context {
  readonly sourceCode: {
    readonly text: string;
    readonly lines: readonly string[];
    getAllComments(): readonly Comment[];
  };
  report(report: { readonly node: Place; readonly message: string }): void;
}

interface Rule {
  create(context: Context): object;
}

const COLUMNS_MAX = 100;

/** Tables for look-ups by strings of an image must not return a value for `__proto__`. */
const openTable: Rule = {
  create: (context) => ({
    VariableDeclarator(node: Extract<Node, { type: 'VariableDeclarator' }>) {
      const type = node.id.type === 'Identifier' ? node.id.typeAnnotation : undefined;
      if (node.init?.type !== 'ObjectExpression' || !type) return;
      const written = context.sourceCode.text.slice(type.start, type.end);
      if (!/^:\s*Readonly<Record<string,/u.test(written)) return;
      context.report({ node, message: "make a table for any string a Map: it has no '__proto__'" });
    },
  }),
};

const clock: Rule = {
  create: (context) => ({
    NewExpression(node: Extract<Node, { type: 'NewExpression' }>) {
      const isDate = node.callee.type === 'Identifier' && node.callee.name === 'Date';
      if (!isDate || node.arguments.length > 0) return;
      context.report({ node, message: "'new Date()': take the time as a parameter" });
    },
  }),
};

/** The origin of packages and the location of this checkout are facts of one machine. */
const machine: Rule = {
  create(context) {
    const check = (node: Place, text: string): void => {
      if (REGISTRY_HOSTS.some((host) => text.includes(host))) {
        context.report({ node, message: 'the host of a package registry: name the package only' });
      } else if (MACHINE_DIRECTORIES.some((directory) => containsDirectory(text, directory))) {
        context.report({ node, message: 'a directory of one machine: take it from the caller' });
      }
    };
    return {
      ...visitStrings(check),
      Program() {
        for (const comment of context.sourceCode.getAllComments()) check(comment, comment.value);
      },
    };
  },
};

/** The caller decides the directory of temporary files. */
const temporary: Rule = {
  create: (context) =>
    visitStrings((node, text) => {
      if (!text.startsWith('/tmp/')) return;
      context.report({ node, message: 'a directory of one machine: take it from the caller' });
    }),
};

/** Stages between plug-ins must not know these names. */
const createPlugInNameRule = (names: ReadonlySet<string>): Rule => ({
  create(context) {
    const check = (node: Child<Place>, text: string): void => {
      const isImport = /^Import(?:Declaration|Expression)$/u.test(node.parent.type);
      if (isImport || !names.has(text.toLowerCase())) return;
      const message = `only its plug-in knows '${text}': let the plug-in declare what differs`;
      context.report({ node, message });
    };
    return {
      ...visitStrings(check),
      Property(node: Extract<Node, { type: 'Property' }>) {
        if (node.key.type !== 'Identifier' || node.computed || node.shorthand) return;
        check({ ...node.key, parent: node }, node.key.name);
      },
    };
  },
});

/** The formatter wraps code, but not comments. */
const wideComment: Rule = {
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        const lines = context.sourceCode.lines.slice(
          comment.loc.start.line - 1,
          comment.loc.end.line,
        );
        if (!lines.some(isWide)) continue;
        context.report({ node: comment, message: `${COLUMNS_MAX} columns at most` });
      }
    },
  }),
};

/** Functions, methods and constants that hold a function are named after what they do. */
const functionName: Rule = {
  create(context) {
    const check = (name: Place): void => {
      if (!('name' in name) || typeof name.name !== 'string') return;
      if (ESTABLISHED_NAMES.has(name.name)) return;
      const words = name.name.split(/(?=[A-Z])|[_$\d]+/u).map((word) => word.toLowerCase());
      const [first = '', last = ''] = [words.find(Boolean), words.at(-1)];
      if (!VERBS.has(first)) {
        const message = `'${name.name}': start the name of a function with a verb`;
        context.report({ node: name, message });
      } else if (words.length > 1 && PREPOSITIONS.has(last)) {
        const message = `'${name.name}': do not end the name of a function in a preposition`;
        context.report({ node: name, message });
      }
    };
    return {
      FunctionDeclaration(node: FunctionNode) {
        if (node.id) check(node.id);
      },
      MethodDefinition(node: MethodNode) {
        if (node.kind === 'method' && !node.computed) check(node.key);
      },
      VariableDeclarator(node: Extract<Node, { type: 'VariableDeclarator' }>) {
        const value = node.init?.type ?? '';
        if (/^(?:ArrowFunction|Function)Expression$/u.test(value)) check(node.id);
      },
    };
  },
};

/** Test files share a process: a hook outside a suite also runs around the tests of other files. */
const rootHook: Rule = {
  create: (context) => ({
    Program({ body }: Extract<Node, { type: 'Program' }>) {
      for (const node of body) {
        if (node.type !== 'ExpressionStatement' || node.expression.type !== 'CallExpression')
          continue;
        const { callee } = node.expression;
        if (callee.type !== 'Identifier' || !/^(?:before|after)Each$/u.test(callee.name)) continue;
        context.report({ node, message: `call '${callee.name}' inside a suite` });
      }
    },
  }),
};

/** Addresses cannot be wrapped, and code beside a comment is left to the formatter. */
function isWide(line: string): boolean {
  const isComment = /^\s*(?:\/\/|\/?\*)/u.test(line);
  const broken = line.replaceAll(/\bhttps?:\/\/\S+|`[^`]*`/gu, '');
  return isComment && Array.from(broken).length > COLUMNS_MAX;
}

/** Returns whether a path in the text begins with the directory. */
function containsDirectory(text: string, directory: string): boolean {
  const at = text.indexOf(directory);
  return at === 0 || (at > 0 && /[\s'"`(=:]/u.test(text.charAt(at - 1)));
}

/** Visits string literals and the constant pieces of templates. */
function visitStrings(check: (node: Child<Place>, text: string) => void): object {
  return {
    Literal(node: Child<Extract<Node, { type: 'Literal' }>>) {
      if (typeof node.value === 'string') check(node, node.value);
    },
    TemplateElement(node: Child<Extract<Node, { type: 'TemplateElement' }>>) {
      check(node, node.value.raw);
    },
  };
}

/** oxlint requires a default export. */
export default {
  meta: { name: 'house' },
  rules: {
    'open-table': openTable,
    clock,
    machine,
    temporary,
    'ecosystem-name': createPlugInNameRule(ECOSYSTEMS),
    'format-name': createPlugInNameRule(FORMATS),
    'wide-comment': wideComment,
    'function-name': functionName,
    'root-hook': rootHook,
  },
};
