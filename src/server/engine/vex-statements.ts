import { createHash } from 'node:crypto';
import { readVex } from '../../document/vex/read-vex.ts';
import { addToList } from '../../foundation/core/add-to-list.ts';
import type {
  ProductReference,
  VexDocument,
  VexStatement,
} from '../../foundation/core/decision.ts';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import { parsePurl } from '../../foundation/identity/purl/parse-purl.ts';
import { matchPackage } from '../../vulnerability/decide/package-reference.ts';
import {
  createProductContext,
  type ProductContext,
} from '../../vulnerability/decide/vex/statement-fit.ts';
import { toStoredText } from '../store/stored-text.ts';
import { checkDecision, type DecisionRequest } from './decisions.ts';
import type { PartCode, PartProblem } from './invalid-parts.ts';

/** A VEX document that was sent with an inventory. */
export interface SentVex {
  /** Name that the sender gave it. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** A VEX document that was read, with its place in the request. */
export interface PlacedVex {
  /** JSON Pointer. */
  readonly pointer: string;
  /** SHA-256 of the document. */
  readonly sha256: string;
  readonly document: VexDocument;
}

/** The statement of a VEX document that a draft or a decision repeats. */
export interface VexSource {
  /** SHA-256 of the document. */
  readonly document: string;
  /** ID and author that the document states. */
  readonly id: string;
  readonly author: string;
  /** Position of the statement, starting at 1. */
  readonly statement: number;
}

/** A decision about an image that a VEX document asks for. */
export interface PlannedStatement {
  /** Its package is empty if the statement is about every package of the image. */
  readonly request: Omit<DecisionRequest, 'author'>;
  readonly aliases: readonly string[];
  readonly source: VexSource;
}

/** The statements about an image, and everything that prevents their use. */
export interface StatementPlan {
  /** Statements in the documents. */
  readonly statements: number;
  readonly planned: readonly PlannedStatement[];
  readonly problems: readonly PartProblem[];
}

/** Statements of one request, and packages in them. */
const STATEMENTS_MAX = 5_000;
const PROBLEMS_MAX = 20;
const NAME_CHARS_MAX = 500;
const ID_CHARS_MAX = 200;
const TEXT_CHARS_MAX = 9_000;
const SOURCE_CHARS_MAX = 200;
/** These characters have a meaning in the pattern of images of a decision. */
const PATTERN_CHARACTERS = /[*?[\\]/;
/** Comparisons of products without a package URL with the packages of an inventory. */
const COMPARISONS_MAX = 500_000;

/** Reads VEX documents, and lists those that cannot be read. */
export function readSentVex(
  sent: readonly SentVex[],
  limits: Limits,
): { readonly documents: readonly PlacedVex[]; readonly problems: readonly PartProblem[] } {
  const documents: PlacedVex[] = [];
  const problems: PartProblem[] = [];
  for (const [index, { name, content }] of sent.entries()) {
    const pointer = `/body/vex/${index}`;
    const sha256 = createHash('sha256').update(content).digest('hex');
    try {
      for (const document of readVex(content, { limits, origin: name })) {
        documents.push({ pointer, sha256, document });
        for (const message of document.problems) {
          problems.push({ pointer, code: 'unreadable', message });
        }
      }
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      problems.push({ pointer, code: 'unreadable', message: error.message });
    }
  }
  return { documents, problems };
}

/**
 * Plans the decisions that statements about an image ask for: each is about one package, in images
 * of this name. A statement that names another product is a problem.
 */
export function planStatements(
  inventory: Inventory,
  documents: readonly PlacedVex[],
  now: number,
): StatementPlan {
  const statements = documents.reduce((sum, { document }) => sum + document.statements.length, 0);
  const { name } = inventory.target;
  const createRefusal = (code: PartCode, message: string): StatementPlan => {
    return { statements, planned: [], problems: [{ pointer: '/body/vex', code, message }] };
  };
  if (name === '' || name.length > NAME_CHARS_MAX || PATTERN_CHARACTERS.test(name)) {
    return createRefusal(
      'not-applicable',
      'the name of the image cannot limit a decision: it is empty, too long, or has one of * ? [ \\',
    );
  }
  if (statements > STATEMENTS_MAX) {
    return createRefusal('wrong-size', `more than ${STATEMENTS_MAX} statements in one request`);
  }
  const indexed = indexInventory(inventory);
  const planned: PlannedStatement[] = [];
  const problems: PartProblem[] = [];
  for (const placed of documents) {
    for (const statement of placed.document.statements) {
      const pointer = `${placed.pointer}/statements/${statement.index}`;
      const found = planStatement(statement, { placed, indexed, now });
      if (typeof found === 'string') {
        problems.push({ pointer, code: 'not-applicable', message: found });
      } else {
        planned.push(...found);
      }
      if (planned.length > STATEMENTS_MAX) {
        const message = `more than ${STATEMENTS_MAX} packages in the statements of one request`;
        return { statements, planned: [], problems: [{ pointer, code: 'wrong-size', message }] };
      }
    }
  }
  return { statements, planned, problems: limitProblems(problems) };
}

function limitProblems(problems: readonly PartProblem[]): readonly PartProblem[] {
  const more = problems.length - PROBLEMS_MAX;
  const message = `${more} more statements have problems`;
  const rest: PartProblem = { pointer: '/body/vex', code: 'not-applicable', message };
  return more > 0 ? [...problems.slice(0, PROBLEMS_MAX), rest] : problems;
}

/** The image that statements are compared with. */
interface IndexedInventory {
  readonly inventory: Inventory;
  readonly context: ProductContext;
  /** Packages by their name, and by the names of the packages that they were built from. */
  readonly byName: ReadonlyMap<string, readonly InventoryPackage[]>;
  comparisons: number;
}

function indexInventory(inventory: Inventory): IndexedInventory {
  const byName = new Map<string, InventoryPackage[]>();
  for (const item of inventory.packages) {
    const name = parsePurl(item.purl)?.name ?? item.name;
    const names = new Set([name, ...item.upstreams.map((upstream) => upstream.name)]);
    names.forEach((one) => addToList(byName, one, item));
  }
  return { inventory, context: createProductContext(inventory), byName, comparisons: 0 };
}

interface Place {
  readonly placed: PlacedVex;
  readonly indexed: IndexedInventory;
  readonly now: number;
}

type Part = Pick<DecisionRequest, 'package' | 'versions'>;

/** Returns the decisions of a statement, or why there is none. */
function planStatement(
  statement: VexStatement,
  { placed, indexed, now }: Place,
): readonly PlannedStatement[] | string {
  const parts: Part[] = [];
  for (const product of statement.products) {
    const found = findParts(product, indexed);
    if (typeof found === 'string') {
      return found;
    }
    parts.push(...found);
  }
  if (parts.length === 0) {
    const [written = 'no product'] = statement.products.flatMap(({ identifiers }) => identifiers);
    return `it is not about this image or a package in it, but about ${written}`;
  }
  const { status, justification, impactStatement, actionStatement } = statement;
  const reasons = [impactStatement, actionStatement].filter((one) => one !== undefined);
  const reason = reasons.join(' ').replaceAll(/\s+/g, ' ').trim();
  if (status === 'not_affected' && justification === undefined && reason === '') {
    return 'it says "not affected" without a justification or an impact statement';
  }
  const source = createSource(placed, statement);
  const { name } = indexed.inventory.target;
  const distinct = new Map(parts.map((part) => [JSON.stringify(part), part]));
  const planned: PlannedStatement[] = [];
  for (const part of distinct.values()) {
    const request = createRequest(statement, part, { reason, name });
    const problem = findProblem(request, now);
    if (problem !== undefined) {
      return problem;
    }
    planned.push({ request, aliases: statement.aliases, source });
  }
  return planned;
}

/**
 * Returns the packages that a product stands for in this image: one without a name for all of them,
 * none if it names another product.
 */
function findParts(product: ProductReference, indexed: IndexedInventory): readonly Part[] | string {
  const { subcomponents } = product;
  if (indexed.context.target.describeMatch(product) !== undefined) {
    if (subcomponents.length === 0) {
      return [{ package: '' }];
    }
    return joinParts(subcomponents.map((part) => nameParts(part, indexed)));
  }
  const own = nameParts(product, indexed, true);
  return own.length === 0 || typeof own === 'string' || subcomponents.length === 0
    ? own
    : joinParts(subcomponents.map((part) => nameParts(part, indexed)));
}

function joinParts(parts: readonly (readonly Part[] | string)[]): readonly Part[] | string {
  const problem = parts.find((part) => typeof part === 'string');
  return problem ?? parts.flatMap((part) => (typeof part === 'string' ? [] : part));
}

/** Names packages as the statement does, or else by the packages that it matches. */
function nameParts(
  reference: ProductReference,
  indexed: IndexedInventory,
  isPresenceNeeded = false,
): readonly Part[] | string {
  const { identifiers, versionRange } = reference;
  const versions = defined({ versions: versionRange });
  const purls = identifiers.filter((one) => one.startsWith('pkg:'));
  const items = findItems(reference, purls, indexed);
  if (typeof items === 'string') {
    return items;
  }
  if (purls.length > 0) {
    return isPresenceNeeded && items.length === 0
      ? []
      : purls.map((purl) => ({ package: purl, ...versions }));
  }
  const named = items.filter(({ purl }) => purl !== '');
  if (named.length === 0 && (items.length > 0 || !isPresenceNeeded)) {
    return `no package URL is known for ${identifiers[0] ?? 'a subcomponent'}`;
  }
  return named.map(({ purl }) => ({ package: purl }));
}

function findItems(
  reference: ProductReference,
  purls: readonly string[],
  indexed: IndexedInventory,
): readonly InventoryPackage[] | string {
  const { packages, distro } = indexed.inventory;
  const candidates =
    purls.length > 0 && reference.hashes.length === 0
      ? purls.flatMap((purl) => indexed.byName.get(parsePurl(purl)?.name ?? '') ?? [])
      : packages;
  indexed.comparisons += candidates.length;
  return indexed.comparisons > COMPARISONS_MAX
    ? 'the products cannot be compared with so many packages: name them by package URLs'
    : candidates.filter((item) => matchPackage(reference, item, distro).isMatch);
}

function createSource(
  { sha256, document }: PlacedVex,
  { index, author = document.author }: VexStatement,
): VexSource {
  return {
    document: sha256,
    id: document.id.slice(0, SOURCE_CHARS_MAX),
    author: author.slice(0, SOURCE_CHARS_MAX),
    statement: index + 1,
  };
}

function createRequest(
  { vulnerability, status, justification }: VexStatement,
  part: Part,
  { reason, name }: { readonly reason: string; readonly name: string },
): Omit<DecisionRequest, 'author'> {
  return {
    vulnerability: toStoredText(vulnerability),
    ...part,
    images: toStoredText(name),
    status,
    ...defined({ justification }),
    statement: toStoredText(reason),
  };
}

/** Returns the text of a decision with its origin, which drafts show beside the text. */
export function writeStatement(
  { statement = '' }: Pick<DecisionRequest, 'statement'>,
  { author, document, statement: number }: VexSource,
): string {
  const origin = `Stated by ${author} in the VEX document sha256:${document}, statement ${number}.`;
  return toStoredText(statement === '' ? origin : `${statement} ${origin}`);
}

function findProblem(request: Omit<DecisionRequest, 'author'>, now: number): string | undefined {
  const { statement = '', vulnerability, package: name, versions = '' } = request;
  const isLong =
    vulnerability.length > ID_CHARS_MAX ||
    name.length > TEXT_CHARS_MAX ||
    versions.length > TEXT_CHARS_MAX ||
    statement.length > TEXT_CHARS_MAX;
  if (isLong) {
    return 'its ID, package or text is too long';
  }
  try {
    // A package is found later if the statement is about all of them.
    checkDecision({ ...request, author: 'sender', package: name === '' ? 'pkg:' : name }, now);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) {
      return error.message;
    }
    throw error;
  }
}
