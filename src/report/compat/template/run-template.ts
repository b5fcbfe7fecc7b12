import { escapeLines } from '../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../foundation/core/sink.ts';
import { FUNCTIONS, FUNCTIONS_LEFT_OUT, FunctionError } from './functions.ts';
import type { Body, Command, Definitions, Node, Operand, Pipeline } from './syntax.ts';
import { createTemplateError } from './template-error.ts';
import {
  describeKind,
  findMember,
  formatPrinted,
  isRecord,
  isTrue,
  listSortedKeys,
} from './value.ts';

export interface TemplateBounds {
  /** Maximum number of values read and pieces written. */
  readonly stepsMax: number;
  readonly depthMax: number;
  readonly outputCharsMax: number;
  /** Values come from untrusted input: escape their control sequences for a terminal. */
  readonly isForTerminal: boolean;
}

/**
 * Executes a template on plain JSON values. A template that runs for too long ends with an error.
 *
 * @throws UserError `E_TEMPLATE`
 */
export function runTemplate(
  definitions: Definitions,
  data: unknown,
  sink: Sink,
  bounds: TemplateBounds,
): void {
  new Run(definitions, sink, bounds).start(data);
}

type Outcome = 'done' | 'break' | 'continue';

interface Variable {
  readonly name: string;
  value: unknown;
}

class Run {
  readonly #definitions: Definitions;
  readonly #sink: Sink;
  readonly #bounds: TemplateBounds;
  #variables: Variable[] = [];
  #steps = 0;
  #chars = 0;
  #depth = 0;
  #line = 1;

  constructor(definitions: Definitions, sink: Sink, bounds: TemplateBounds) {
    this.#definitions = definitions;
    this.#sink = sink;
    this.#bounds = bounds;
  }

  start(data: unknown): void {
    this.#runNamed('', data);
  }

  #runNamed(name: string, dot: unknown): void {
    const body = this.#definitions.get(name);
    if (body === undefined) {
      throw this.#createError(`undefined template "${name}"`);
    }
    this.#depth += 1;
    if (this.#depth > this.#bounds.depthMax) {
      throw this.#createError(`templates call each other more than ${this.#bounds.depthMax} deep`);
    }
    const outer = this.#variables;
    this.#variables = [{ name: '$', value: dot }];
    this.#runBody(body, dot);
    this.#variables = outer;
    this.#depth -= 1;
  }

  #runBody(body: Body, dot: unknown): Outcome {
    const known = this.#variables.length;
    let outcome: Outcome = 'done';
    for (const node of body) {
      outcome = this.#runNode(node, dot);
      if (outcome !== 'done') {
        break;
      }
    }
    this.#variables.length = known;
    return outcome;
  }

  #runNode(node: Node, dot: unknown): Outcome {
    this.#step();
    switch (node.kind) {
      case 'text':
        this.#writeText(node.text);
        return 'done';
      case 'output': {
        const value = this.#evaluatePipeline(node.pipeline, dot);
        if (node.pipeline.variables.length === 0) {
          this.#writeText(
            this.#bounds.isForTerminal ? escapeLines(formatPrinted(value)) : formatPrinted(value),
          );
        }
        return 'done';
      }
      case 'if':
      case 'with':
        return this.#runBranches(node, dot);
      case 'range':
        return this.#runRange(node, dot);
      case 'template':
        this.#runNamed(node.name, node.pipeline && this.#evaluatePipeline(node.pipeline, dot));
        return 'done';
      case 'break':
      case 'continue':
        return node.kind;
    }
  }

  #runBranches(node: Node & { readonly kind: 'if' | 'with' }, dot: unknown): Outcome {
    const known = this.#variables.length;
    try {
      for (const { pipeline, body } of node.branches) {
        const value = this.#evaluatePipeline(pipeline, dot);
        if (isTrue(value)) {
          return this.#runBody(body, node.kind === 'with' ? value : dot);
        }
      }
      return this.#runBody(node.otherwise, dot);
    } finally {
      this.#variables.length = known;
    }
  }

  #runRange(node: Node & { readonly kind: 'range' }, dot: unknown): Outcome {
    const known = this.#variables.length;
    const value = this.#evaluatePipeline({ ...node.pipeline, variables: [] }, dot);
    const pairs = this.#listPairs(value);
    let isEmpty = true;
    for (const [key, element] of pairs) {
      isEmpty = false;
      this.#variables.length = known;
      this.#setLoopVariables(node.pipeline, key, element);
      if (this.#runBody(node.body, element) === 'break') {
        break;
      }
    }
    this.#variables.length = known;
    return isEmpty ? this.#runBody(node.otherwise, dot) : 'done';
  }

  *#listPairs(value: unknown): Iterable<readonly [unknown, unknown]> {
    if (Array.isArray(value)) {
      yield* value.entries();
    } else if (isRecord(value)) {
      yield* listSortedKeys(value).map((key) => [key, value[key]] as const);
    } else if (typeof value === 'number') {
      for (let number = 0; number < value; number += 1) {
        yield [number, number];
      }
    } else if (value !== undefined && value !== null) {
      throw this.#createError(`range cannot iterate over ${describeKind(value)}`);
    }
  }

  #setLoopVariables({ variables, isAssignment }: Pipeline, key: unknown, element: unknown): void {
    const [first, second] = variables;
    if (first !== undefined && second !== undefined) {
      this.#setVariable(first, key, isAssignment);
      this.#setVariable(second, element, isAssignment);
    } else if (first !== undefined) {
      this.#setVariable(first, element, isAssignment);
    }
  }

  #setVariable(name: string, value: unknown, isAssignment: boolean): void {
    if (isAssignment) {
      this.#findVariable(name).value = value;
    } else {
      this.#variables.push({ name, value });
    }
  }

  #findVariable(name: string): Variable {
    const variable = this.#variables.findLast((each) => each.name === name);
    if (variable === undefined) {
      throw this.#createError(`undeclared variable ${name}`);
    }
    return variable;
  }

  #evaluatePipeline(pipeline: Pipeline, dot: unknown): unknown {
    this.#line = pipeline.line;
    let value: unknown;
    for (const [number, command] of pipeline.commands.entries()) {
      value = this.#evaluateCommand(command, dot, number === 0 ? [] : [value]);
    }
    const [name] = pipeline.variables;
    if (name !== undefined) {
      this.#setVariable(name, value, pipeline.isAssignment);
    }
    return value;
  }

  #evaluateCommand({ operands }: Command, dot: unknown, last: readonly unknown[]): unknown {
    const [first, ...others] = operands;
    if (first.kind === 'function') {
      return this.#call(first.name, others, dot, last);
    }
    if (others.length > 0 || last.length > 0) {
      throw this.#createError('arguments were passed to a value that is not a function');
    }
    return this.#evaluateOperand(first, dot);
  }

  #call(
    name: string,
    operands: readonly Operand[],
    dot: unknown,
    last: readonly unknown[],
  ): unknown {
    this.#step();
    if (name === 'and' || name === 'or') {
      return this.#evaluateJunction(name, operands, dot, last);
    }
    const called = FUNCTIONS.get(name);
    if (called === undefined) {
      const why = FUNCTIONS_LEFT_OUT.get(name);
      throw this.#createError(`unknown function "${name}"${why === undefined ? '' : `: ${why}`}`);
    }
    const args = [...operands.map((operand) => this.#evaluateOperand(operand, dot)), ...last];
    try {
      return called(...args);
    } catch (error) {
      throw error instanceof FunctionError ? this.#createError(`${name}: ${error.message}`) : error;
    }
  }

  /** Arguments after the deciding one are not evaluated. */
  #evaluateJunction(
    name: 'and' | 'or',
    operands: readonly Operand[],
    dot: unknown,
    last: readonly unknown[],
  ): unknown {
    let value: unknown;
    for (const operand of operands) {
      value = this.#evaluateOperand(operand, dot);
      if (isTrue(value) === (name === 'or')) {
        return value;
      }
    }
    return last.length > 0 ? last[0] : value;
  }

  #evaluateOperand(operand: Operand, dot: unknown): unknown {
    this.#step();
    switch (operand.kind) {
      case 'literal':
        return operand.value;
      case 'function':
        return this.#call(operand.name, [], dot, []);
      case 'field':
        return this.#getFields(dot, operand.fields);
      case 'variable':
        return this.#getFields(this.#findVariable(operand.name).value, operand.fields);
      case 'group':
        return this.#getFields(this.#evaluatePipeline(operand.pipeline, dot), operand.fields);
    }
  }

  #getFields(start: unknown, fields: readonly string[]): unknown {
    let value = start;
    for (const field of fields) {
      if (isRecord(value)) {
        value = findMember(value, field);
      } else if (value !== undefined && value !== null) {
        throw this.#createError(`${describeKind(value)} has no field "${field}"`);
      }
    }
    return value;
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps > this.#bounds.stepsMax) {
      throw this.#createError(`it needs more than ${this.#bounds.stepsMax} steps`);
    }
  }

  #writeText(text: string): void {
    this.#chars += text.length;
    if (this.#chars > this.#bounds.outputCharsMax) {
      throw this.#createError(`it writes more than ${this.#bounds.outputCharsMax} characters`);
    }
    this.#sink.write(text);
  }

  #createError(message: string): Error {
    return createTemplateError(message, this.#line);
  }
}
