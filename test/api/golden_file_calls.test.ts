import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import type { BinaryInput, MediaManager } from "../../mod.ts";
import { md5, noise } from "../support/bytes.ts";
import { CREDENTIALS, managerFor, sign } from "../support/manager_for.ts";
import { parseMultipart, textOf, type WireField } from "../support/parse_multipart.ts";
import { type RecordedRequest, startRecordingServer } from "../support/recording_server.ts";

const ID = "sg_0a1b/2+3=&é";
const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70, 0, 1);
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13);

/** The same bytes in every form that a binary field takes. */
function forms(bytes: Uint8Array<ArrayBuffer>): [form: string, input: BinaryInput][] {
  const roomy = new Uint8Array(bytes.length + 20);
  roomy.set(bytes, 7);
  return [
    ["a Uint8Array", bytes],
    ["a Uint8Array inside a larger buffer", roomy.subarray(7, 7 + bytes.length)],
    ["a Buffer", Buffer.from(bytes)],
    ["a Blob", new Blob([bytes.slice(0, 5), bytes.slice(5)])],
    ["a slice of a Blob", new Blob([roomy]).slice(7, 7 + bytes.length)],
    ["a File", new File([bytes], "a.bin")],
  ];
}

// A body that holds everything which could be mistaken for a delimiter or be changed by a text decoder.
const CONTENT = new Uint8Array(
  Buffer.concat([Buffer.from("\r\n--\r\n--boundary\r\n\r\n\0"), noise(1000), Buffer.from("\r\n")]),
);

test.each(forms(CONTENT))("media_space.upload_video_part sends %s", async (_, part_content) => {
  const request = await record((media) =>
    media.uploadVideoPart({ video_upload_id: ID, part_seq: 12, content_md5: md5(CONTENT), part_content })
  );
  expectForm(request, "/api/v2/media_space/upload_video_part", {
    text: { video_upload_id: ID, part_seq: "12", content_md5: md5(CONTENT) },
    files: [{ name: "part_content", type: "application/octet-stream", content: CONTENT }],
  });
});

test.each(forms(CONTENT))("media.upload_video_part sends %s", async (_, part_content) => {
  const request = await record((media) =>
    media.uploadMediaVideoPart({ video_upload_id: ID, part_seq: 0, part_md5: md5(CONTENT), part_content })
  );
  expectForm(request, "/api/v2/media/upload_video_part", {
    text: { video_upload_id: ID, part_seq: "0", part_md5: md5(CONTENT) },
    files: [{ name: "part_content", type: "application/octet-stream", content: CONTENT }],
  });
});

test.each([1, 4_194_303, 4_194_304, 10_485_760])("a part of %d bytes arrives byte for byte", async (size) => {
  const part = noise(size);
  const request = await record((media) =>
    media.uploadMediaVideoPart({ video_upload_id: ID, part_seq: 3, part_md5: md5(part), part_content: part })
  );
  expectForm(request, "/api/v2/media/upload_video_part", {
    text: { video_upload_id: ID, part_seq: "3", part_md5: md5(part) },
    files: [{ name: "part_content", type: "application/octet-stream", content: part }],
  });
});

test.each(forms(JPEG))("media_space.upload_image sends %s", async (_, image) => {
  const request = await record((media) => media.uploadImage({ image }));
  expectForm(request, "/api/v2/media_space/upload_image", {
    text: {},
    files: [{ name: "image", type: "image/jpeg", content: JPEG }],
  });
});

test.each(forms(PNG))("media.upload_image sends %s", async (_, images) => {
  const request = await record((media) => media.uploadMediaImage({ business: 2, scene: 1, images }));
  expectForm(request, "/api/v2/media/upload_image", {
    text: { business: "2", scene: "1" },
    files: [{ name: "images", type: "image/png", content: PNG }],
  });
});

test("media_space.upload_image sends scene and ratio, and repeats the field for each image, in order", async () => {
  const images = Array.from({ length: 9 }, (_, index) => new Uint8Array([...(index % 2 ? JPEG : PNG), index]));
  const request = await record((media) => media.uploadImage({ image: images, scene: "desc", ratio: "3:4" }));
  expectForm(request, "/api/v2/media_space/upload_image", {
    text: { scene: "desc", ratio: "3:4" },
    files: images.map((content, index) => ({
      name: "image",
      type: index % 2 ? "image/jpeg" : "image/png",
      content,
    })),
  });
});

test("media.upload_image repeats the field for each image, in order", async () => {
  const images = [JPEG, PNG, JPEG];
  const request = await record((media) => media.uploadMediaImage({ business: 2, scene: 1, images }));
  expectForm(request, "/api/v2/media/upload_image", {
    text: { business: "2", scene: "1" },
    files: images.map((content) => ({
      name: "images",
      type: content === JPEG ? "image/jpeg" : "image/png",
      content,
    })),
  });
});

test("an image's content type comes from its bytes, not from its name or the type it claims", async () => {
  const image = [
    new File([JPEG], "really.png", { type: "image/png" }),
    new Blob([PNG], { type: "text/html" }),
    new Blob(["GIF89a"], { type: "image/png" }),
    JPEG.subarray(0, 3),
    JPEG.subarray(0, 2),
    PNG.subarray(0, 7),
  ];
  const fields = files(await record((media) => media.uploadImage({ image })));
  const unknown = "application/octet-stream";
  expect(fields.map(({ contentType }) => contentType)).toEqual([
    "image/jpeg",
    "image/png",
    unknown,
    "image/jpeg",
    unknown,
    unknown,
  ]);
});

test("file names of any kind stay inside their quotes", async () => {
  const names = [
    'a"b.jpg',
    "a\r\nX-Evil: 1\r\n\r\nb.jpg",
    "Schuhe 鞋 👟.jpg",
    "a; name=b.jpg",
    "back\\slash.jpg",
    ".jpg",
    "",
  ];
  const image = names.map((name) => new File([JPEG], name));
  const fields = files(await record((media) => media.uploadImage({ image })));
  expect(fields).toHaveLength(names.length);
  for (const field of fields) {
    expect(field.headers).toEqual(["content-disposition", "content-type"]);
    expect(field.filename).toMatch(/^[^"\r\n]+\.jpg$/);
    expect(field.content).toEqual(JPEG);
  }
  // As browsers do it: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
  expect(fields.map(({ filename }) => filename).slice(0, 5)).toEqual([
    "a%22b.jpg",
    "a%0D%0AX-Evil: 1%0D%0A%0D%0Ab.jpg",
    "Schuhe 鞋 👟.jpg",
    "a; name=b.jpg",
    "back\\slash.jpg",
  ]);
});

test("a text field may hold anything", async () => {
  const id = 'x"\r\n--\r\nContent-Disposition: form-data; name="part_seq"\r\n\r\n9';
  const { headers, body } = await record((media) =>
    media.uploadVideoPart({ video_upload_id: id, part_seq: 1, content_md5: "0", part_content: JPEG })
  );
  const fields = parseMultipart(headers["content-type"], body);
  expect(fields.map(({ name }) => name).sort()).toEqual(["content_md5", "part_content", "part_seq", "video_upload_id"]);
  expect(textOf(fields.find(({ name }) => name === "video_upload_id"))).toBe(id);
});

test("no image at all is refused before anything is sent", async () => {
  const server = await startRecordingServer();
  const media = managerFor(server);
  await expect(media.uploadImage({ image: [] })).rejects.toMatchObject({ name: "InvalidInputError" });
  await expect(media.uploadMediaImage({ business: 2, scene: 1, images: [] })).rejects
    .toMatchObject({ name: "InvalidInputError" });
  expect(server.requests).toHaveLength(0);
});

/** Makes one call against a server, and answers what reached it. */
async function record(call: (media: MediaManager) => Promise<unknown>): Promise<RecordedRequest> {
  const server = await startRecordingServer();
  // None of the calls that send files is a Shop call.
  await call(managerFor(server, { shopId: undefined, accessToken: undefined }));
  expect(server.requests).toHaveLength(1);
  return server.requests[0]!;
}

function files({ headers, body }: RecordedRequest): WireField[] {
  return parseMultipart(headers["content-type"], body).filter(({ filename }) => filename !== undefined);
}

interface ExpectedForm {
  text: Record<string, string>;
  files: { name: string; type: string; content: Uint8Array }[];
}

/** Exactly these fields, in a Public POST that tells its length. */
function expectForm(request: RecordedRequest, path: string, expected: ExpectedForm): void {
  expect(request.method).toBe("POST");
  expect(request.path).toBe(path);
  const timestamp = request.query.get("timestamp")!;
  expect(timestamp).toMatch(/^\d{10}$/);
  const { partnerId, partnerKey } = CREDENTIALS;
  expect(Object.fromEntries(request.query)).toEqual({
    partner_id: `${partnerId}`,
    timestamp,
    sign: sign({ partnerId, partnerKey, path, timestamp }),
  });
  expect(request.headers["content-length"]).toBe(`${request.body.length}`);
  expect(request.headers["transfer-encoding"]).toBeUndefined();

  const fields = parseMultipart(request.headers["content-type"], request.body);
  const texts = fields.filter(({ filename }) => filename === undefined);
  expect(texts.map((field) => [field.name, textOf(field)]).sort()).toEqual(Object.entries(expected.text).sort());
  const sent = fields.filter(({ filename }) => filename !== undefined);
  expect(sent.map(({ name, contentType }) => ({ name, type: contentType }))).toEqual(
    expected.files.map(({ name, type }) => ({ name, type })),
  );
  sent.forEach(({ content }, index) => expect(md5(content)).toBe(md5(expected.files[index]!.content)));
  for (const { headers } of sent) expect(headers).toEqual(["content-disposition", "content-type"]);
}
