import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { noise } from "../support/bytes.ts";
import { managerFor } from "../support/manager_for.ts";
import { runtime } from "../support/runtime.ts";
import { quiet, settle, until } from "../support/settle.ts";

const PART = { video_upload_id: "sg_1", part_seq: 0, part_md5: "0", part_content: noise(32 << 20) };

/** Does not read the body of the first request, and answers it at once or as told; and the others as it should. */
async function startHastyServer(first = (_: IncomingMessage, response: ServerResponse): unknown => {
  response.writeHead(500, { "Content-Type": "text/html" });
  return response.end("<html>");
}) {
  const requests: IncomingMessage[] = [];
  let isFirstGone = false;
  const server = createServer((request, response) => {
    const isFirst = requests.push(request) === 1;
    request.on("error", () => {});
    response.on("error", () => {});
    if (isFirst) {
      request.socket.on("close", () => isFirstGone = true);
      return first(request, response);
    }
    request.on("end", () => response.end('{"error":"","message":"","request_id":"1"}'));
    request.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    isFirstGone: () => isFirstGone,
  };
}

// Deno's fetch takes a body as one piece, and tells of an early answer only when that has gone out.
test.runIf(runtime !== "deno")(
  "an attempt that was answered early is over: no more progress of it, and the rest of its body is dropped",
  async () => {
    const server = await startHastyServer();
    const events: (number | "over")[] = [];
    const media = managerFor(server, {
      retry: { limit: 1, baseDelay: 50 },
      onRequest: () => events.push("over"),
    });
    const { error } = await settle(media.uploadMediaVideoPart(PART, { onSent: (bytes) => events.push(bytes) }));
    expect(error).toBeUndefined();
    await until(() => server.isFirstGone());
    // Nobody wants to read it now.
    server.requests[0]!.resume();
    await quiet();
    expect(server.requests).toHaveLength(2);

    const second = events.slice(events.indexOf("over") + 1, -1) as number[];
    expect(events.filter((event) => event === "over")).toHaveLength(2);
    expect(events.at(-1)).toBe("over");
    // Of one attempt alone: it starts over, and only grows.
    expect(second).toEqual([...new Set(second)].sort((a, b) => a - b));
    if (second.length > 0) expect(second[0]).toBeLessThanOrEqual(1 << 20);
  },
);

test("of a call that was aborted, there is no more progress either: its body is not read to the end", async () => {
  const server = await startHastyServer((request) => request.pause());
  const abort = new AbortController();
  let sentAfter = 0;
  const call = settle(
    managerFor(server).uploadMediaVideoPart(PART, {
      signal: abort.signal,
      onSent: () => {
        if (abort.signal.aborted) sentAfter++;
      },
    }),
  );
  await until(() => server.requests.length === 1);
  abort.abort(new Error("enough"));
  expect((await call).error).toBe(abort.signal.reason);
  for (let turn = 0; turn < 20; turn++) await quiet();
  expect(sentAfter).toBe(0);
});
