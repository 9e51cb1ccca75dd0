import { Buffer } from "node:buffer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Refusal } from "../../src/emulator/api/answer.ts";
import { oneFile, readForm } from "../../src/emulator/endpoints/read_body.ts";

function formRequest(body: BodyInit, type?: string): Request {
  const headers = type === undefined ? undefined : { "Content-Type": type };
  return new Request("http://localhost/", { method: "POST", body, headers });
}

/** A form of one text field and one file, written by hand. */
function handWritten(content: Uint8Array, boundary = "x"): Uint8Array<ArrayBuffer> {
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="id"\r\n\r\nsg_1\r\n` +
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n`;
  return new Uint8Array(Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]));
}

test("any texts and files arrive as the runtime has sent them, in order", async () => {
  const texts = fc.dictionary(fc.stringMatching(/^[a-z_]{1,9}$/), fc.string({ unit: "grapheme-ascii" }));
  const files = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 });
  await fc.assert(fc.asyncProperty(texts, files, async (texts, files) => {
    const data = new FormData();
    for (const [name, text] of Object.entries(texts)) data.append(name, text);
    for (const bytes of files) data.append("FILES", new Blob([bytes as Uint8Array<ArrayBuffer>]), "a.bin");
    const form = await readForm(formRequest(data), 0);
    expect({ ...form.fields }).toEqual({ ...texts });
    expect(form.files("FILES").map((bytes) => [...bytes])).toEqual(files.map((bytes) => [...bytes]));
    expect(form.files("other")).toEqual([]);
  }));
});

test.each(["", "\r\n", "\r\n--", "\r\n--x", "--x--", "\r\n--y--\r\n", "\n--xx"])(
  "a file that holds %j is not taken for the end",
  async (content) => {
    const boundary = "xxxx";
    const form = await readForm(
      formRequest(handWritten(Buffer.from(content), boundary), `multipart/form-data; boundary=${boundary}`),
      0,
    );
    expect(form.fields).toEqual({ id: "sg_1" });
    expect(Buffer.from(oneFile(form, "file")).toString()).toBe(content);
  },
);

test.each<[string, Uint8Array<ArrayBuffer>, string]>([
  ["no boundary in its type", handWritten(new Uint8Array(9)), "multipart/form-data"],
  ["another boundary", handWritten(new Uint8Array(9)), "multipart/form-data; boundary=y"],
  ["no end", handWritten(new Uint8Array(9)).slice(0, -5), "multipart/form-data; boundary=x"],
  ["no beginning", handWritten(new Uint8Array(9)).slice(1), "multipart/form-data; boundary=x"],
  [
    "a text that is not UTF-8",
    new Uint8Array(
      Buffer.from('--x\r\nContent-Disposition: form-data; name="id"\r\n\r\n\xff\r\n--x--\r\n', "latin1"),
    ),
    "multipart/form-data; boundary=x",
  ],
])("a body with %s is refused", async (_, body, type) => {
  const error = await readForm(formRequest(body, type), 0).catch((error) => error);
  expect(error).toBeInstanceOf(Refusal);
  expect(error).toMatchObject({ reason: "noForm" });
});

test("a file field has to be one file", async () => {
  const data = new FormData();
  data.append("text", "not a file");
  data.append("two", new Blob(["1"]));
  data.append("two", new Blob(["2"]));
  const form = await readForm(formRequest(data), 0);
  for (const name of ["text", "two", "none"]) expect(() => oneFile(form, name)).toThrow(Refusal);
});
