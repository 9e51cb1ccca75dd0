import { Buffer } from "node:buffer";

/** One field of a form, as it stood in the bytes of the request. */
export interface WireField {
  name: string;
  /** As written between the quotes, escapes and all. */
  filename: string | undefined;
  contentType: string | undefined;
  content: Uint8Array;
  /** The names of its header lines, lower case. */
  headers: string[];
}

const CRLF = Buffer.from("\r\n");

/**
 * Takes a `multipart/form-data` body apart, byte by byte and strictly: every delimiter must be where RFC 2046 wants it.
 *
 * @throws {Error} The body is not well-formed.
 */
export function parseMultipart(contentType: string | undefined, body: Uint8Array): WireField[] {
  const boundary = /^multipart\/form-data; boundary=([\w'()+,./:=?-]{1,70})$/.exec(contentType ?? "")?.[1];
  if (boundary === undefined) throw new Error(`No boundary in ${contentType}`);
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = Buffer.from(`--${boundary}`);
  const between = Buffer.concat([CRLF, delimiter]);
  const fields: WireField[] = [];

  if (!bytes.subarray(0, delimiter.length).equals(delimiter)) {
    throw new Error("The body does not begin with a boundary");
  }
  let position = delimiter.length;
  while (true) {
    const mark = bytes.subarray(position, position + 2).toString("latin1");
    if (mark === "--") break;
    if (mark !== "\r\n") throw new Error(`A boundary is followed by ${JSON.stringify(mark)}`);
    const end = bytes.indexOf(between, position);
    if (end === -1) throw new Error("A field does not end");
    fields.push(parseField(bytes.subarray(position + 2, end)));
    position = end + between.length;
  }
  const rest = bytes.subarray(position + 2).toString("latin1");
  if (rest !== "" && rest !== "\r\n") throw new Error(`The body goes on after its end: ${JSON.stringify(rest)}`);
  return fields;
}

function parseField(bytes: Buffer): WireField {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd === -1) throw new Error("A field has no empty line");
  const lines = bytes.subarray(0, headEnd).toString("utf8").split("\r\n").map(parseHeader);
  const disposition = lines.find(([name]) => name === "content-disposition")?.[1] ?? "";
  const match = /^form-data; name="([^"\r\n]*)"(?:; filename="([^"\r\n]*)")?$/.exec(disposition);
  if (match === null) throw new Error(`Not a form field: ${disposition}`);
  return {
    name: match[1]!,
    filename: match[2],
    contentType: lines.find(([name]) => name === "content-type")?.[1],
    content: new Uint8Array(bytes.subarray(headEnd + 4)),
    headers: lines.map(([name]) => name),
  };
}

function parseHeader(line: string): [name: string, value: string] {
  const colon = line.indexOf(": ");
  if (colon < 1) throw new Error(`Not a header: ${line}`);
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 2)];
}

/** The content of a field as text. */
export function textOf(field: WireField | undefined): string | undefined {
  return field && new TextDecoder("utf-8", { fatal: true }).decode(field.content);
}
