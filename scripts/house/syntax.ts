import { parseAst } from "rolldown/parseAst";
import { listSources, readText } from "../repository.ts";

/** A node of a syntax tree in the manner of ESTree. */
export interface Node {
  readonly type: string;
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** A source file, taken apart. */
export interface Source {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
  readonly root: Node;
}

/** Takes a text of TypeScript apart. */
export function parseSource(path: string, text: string): Source {
  return { path, text, root: parseAst(text, { lang: "ts" }, path) as unknown as Node };
}

/** Takes all files in `src` apart. */
export function parseSources(): Source[] {
  return listSources().map((path) => parseSource(path, readText(path)));
}

/**
 * Visits a node and all below it, outer ones first.
 *
 * @param visit Called with each node and its parent. Answers `false` for those that are not to be looked into.
 */
export function walk(node: Node, visit: (node: Node, parent?: Node) => boolean | void, parent?: Node): void {
  if (visit(node, parent) === false) return;
  for (const child of Object.values(node).flat()) if (isNode(child)) walk(child, visit, node);
}

/** Every node below this one, itself included, for which `isWanted` holds. */
export function findAll(root: Node, isWanted: (node: Node, parent?: Node) => boolean): Node[] {
  const found: Node[] = [];
  walk(root, (node, parent) => void (isWanted(node, parent) && found.push(node)));
  return found;
}

/** Whether a node is a function of any kind. */
export function isFunction({ type }: Node): boolean {
  return ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"].includes(type);
}

/** Name of an identifier, or of what a node declares or has as its key; `undefined` for those that have none. */
export function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  const { name, id, key } = node;
  if (typeof name === "string") return name;
  return nameOf(id ?? key);
}

/** Line of an offset, from 1. */
export function lineAt({ text }: Source, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Lines that a node covers. */
export function linesOf(source: Source, { start, end }: Node): number {
  return lineAt(source, end) - lineAt(source, start) + 1;
}

/** Whether a value is a node. */
export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
