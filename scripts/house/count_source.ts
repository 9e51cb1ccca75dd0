import { posix } from "node:path";
import { listSources, readText } from "../repository.ts";
import {
  findAll,
  isFunction,
  isNode,
  lineAt,
  linesOf,
  nameOf,
  type Node,
  parseSources,
  type Source,
  walk,
} from "./syntax.ts";
import { targets } from "./targets.ts";

/** The files that people read. */
export interface FileCount {
  readonly files: number;
  readonly medianLines: number;
  /** Those with hardly anything in them. */
  readonly small: readonly string[];
}

/** Counts files and their lines, but not those of generated ones. */
export function countFiles(): FileCount {
  const counted = listSources().filter((path) => !path.endsWith(".generated.ts"));
  const lines = new Map(counted.map((path) => [path, readText(path).trimEnd().split("\n").length]));
  const sorted = [...lines.values()].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    files: counted.length,
    medianLines: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2,
    small: counted.filter((path) => lines.get(path)! < targets.smallFileLines),
  };
}

/** A function, and how long it is. */
export interface FunctionSize {
  readonly file: string;
  readonly lines: number;
  /** `let`s of its own, not those of functions within it. */
  readonly lets: number;
}

/** What can be read off the source without running it. */
export interface SourceCount {
  /** `createVideoUpload`. */
  readonly upload: FunctionSize;
  /** `createTransport`. */
  readonly transport: FunctionSize;
  /** Lines of the longest loop in the transport's file, and of the function around it. */
  readonly loop: { readonly lines: number; readonly functionLines: number };
  /** Where it is decided whether something is to be sent again: file, line and name of each function. */
  readonly retryJudges: readonly string[];
}

/** Measures the two functions that hold the house up, found by their names, and finds who judges retries. */
export function countSource(): SourceCount {
  const sources = parseSources();
  const transport = findFunction(sources, "createTransport");
  return {
    upload: sizeOf(findFunction(sources, "createVideoUpload")),
    transport: sizeOf(transport),
    loop: longestLoop(transport.source),
    // The emulator is the other side: it is told when to refuse, and sends nothing again.
    retryJudges: findRetryJudges(sources.filter(({ path }) => !path.startsWith("src/emulator/"))),
  };
}

interface Found {
  readonly source: Source;
  readonly node: Node;
}

function findFunction(sources: readonly Source[], name: string): Found {
  for (const source of sources) {
    const [node] = findAll(source.root, (node) => node.type === "FunctionDeclaration" && nameOf(node) === name);
    if (node !== undefined) return { source, node };
  }
  throw new Error(`There is no function ${name} in src`);
}

function sizeOf({ source, node }: Found): FunctionSize {
  let lets = 0;
  walk(node, (inner) => {
    if (inner !== node && isFunction(inner)) return false;
    if (inner.type === "VariableDeclaration" && inner["kind"] === "let") {
      lets += (inner["declarations"] as Node[]).length;
    }
  });
  return { file: source.path, lines: linesOf(source, node), lets };
}

function longestLoop(source: Source): SourceCount["loop"] {
  let longest = { lines: 0, functionLines: 0 };
  for (const around of findAll(source.root, isFunction)) {
    walk(around, (node) => {
      if (node !== around && isFunction(node)) return false;
      const lines = linesOf(source, node);
      if (/^(For|While|DoWhile)/.test(node.type) && lines > longest.lines) {
        longest = { lines, functionLines: linesOf(source, around) };
      }
    });
  }
  return longest;
}

/** What a verdict on retries is called. */
const VERDICT = /retryable|(should|may|can)retry|transient|passing|remedy/i;
/** What such a verdict is made from: what an answer or an error says. */
const EVIDENCE = /^(code|status|message|error|kind|failure)$/;

interface NamedFunction {
  readonly name: string;
  /** Its file and name. */
  readonly key: string;
  readonly line: number;
  readonly judges: boolean;
  /** Keys of the functions that it calls by their names. */
  readonly calls: readonly string[];
}

/**
 * Finds the functions that give a verdict on retries, by their own name or by what they set, and that look at the evidence
 * for it themselves: they compare a code, a status, a kind or a message, look it up, or ask for an error's class. Who only
 * reads a verdict, or hands one on, is none of them; and a verdict to which one such function comes by way of another is
 * one verdict, its own.
 */
function findRetryJudges(sources: readonly Source[]): string[] {
  const functions = sources.flatMap(namedFunctions);
  const callsOf = Map.groupBy(functions, ({ key }) => key);
  const judges = functions.filter(({ judges }) => judges);

  /** Whether a function calls another, over any number of steps. */
  function comesTo(from: NamedFunction, to: NamedFunction): boolean {
    const called = new Set(from.calls);
    // It grows while it is walked.
    for (const key of called) {
      for (const { calls } of callsOf.get(key) ?? []) calls.forEach((call) => called.add(call));
    }
    return called.has(to.key);
  }

  return judges
    .filter((judge) => !judges.some((other) => other.key !== judge.key && comesTo(other, judge)))
    .map(({ key, line, name }) => `${key.split("#")[0]}:${line} ${name}`);
}

function namedFunctions(source: Source): NamedFunction[] {
  const imported = importedNames(source);
  return findAll(source.root, (node) => isFunction(node) && nameOf(node) !== undefined).map((node) => {
    const name = nameOf(node)!;
    const own = ownNodes(node);
    const gives = VERDICT.test(name) || own.some(setsVerdict);
    const callees = own.flatMap(({ type, callee }) => type === "CallExpression" ? nameOf(callee) ?? [] : []);
    return {
      name,
      key: `${source.path}#${name}`,
      line: lineAt(source, node.start),
      judges: gives && own.some(looksAtEvidence),
      calls: callees.map((callee) => imported.get(callee) ?? `${source.path}#${callee}`),
    };
  });
}

/** Keys of what a file imports from others of the house, by the names that they have here. */
function importedNames({ path, root }: Source): Map<string, string> {
  const names = new Map<string, string>();
  for (const { source, specifiers } of findAll(root, ({ type }) => type === "ImportDeclaration")) {
    const from = posix.join(posix.dirname(path), (source as { value: string } & Node).value);
    for (const { local, imported } of specifiers as Node[]) names.set(nameOf(local)!, `${from}#${nameOf(imported)}`);
  }
  return names;
}

/** The nodes of a function without those of named functions within it. */
function ownNodes(around: Node): Node[] {
  const nodes: Node[] = [];
  walk(around, (node) => {
    if (node !== around && isFunction(node) && nameOf(node) !== undefined) return false;
    nodes.push(node);
  });
  return nodes;
}

function setsVerdict({ type, key, id, value, init, shorthand }: Node): boolean {
  const name = nameOf(type === "Property" ? key : type === "VariableDeclarator" ? id : undefined);
  if (name === undefined || !VERDICT.test(name) || shorthand === true) return false;
  const from = type === "Property" ? value : init;
  // A list of what is transient is no verdict, nor is one that is handed on: `remedy: found.remedy`.
  if (!isNode(from) || from.type === "Identifier" || from.type === "ArrayExpression") return false;
  return !(from.type === "MemberExpression" && VERDICT.test(nameOf(from["property"]) ?? ""));
}

function looksAtEvidence(node: Node): boolean {
  const { type, operator, left, right, discriminant, callee, computed, property } = node;
  if (type === "BinaryExpression" && /^[!=]==?$/.test(`${operator}`)) return [left, right].some(isEvidence);
  if (type === "SwitchStatement") return isEvidence(discriminant);
  if (type === "MemberExpression") return computed === true && isEvidence(property);
  if (type !== "CallExpression" || !isNode(callee)) return false;
  if (/^is\w+Error$/.test(nameOf(callee) ?? "")) return true;
  const isLookUp = /^(has|test|includes|get|match|startsWith)$/.test(nameOf(callee["property"]) ?? "");
  return isLookUp && (node["arguments"] as Node[]).some(isEvidence);
}

function isEvidence(node: unknown): boolean {
  if (!isNode(node)) return false;
  return EVIDENCE.test(nameOf(node.type === "MemberExpression" ? node["property"] : node) ?? "");
}
