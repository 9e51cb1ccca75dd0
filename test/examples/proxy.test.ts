import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { emulate } from "../cli/support/emulate.ts";
import { environmentOf } from "../cli/support/run_command.ts";
import { sampleVideo } from "../cli/support/sample_video.ts";
import { temporaryFolder } from "../support/files.ts";
import { runExample } from "../support/start_example.ts";

test("a file is uploaded through the proxy, and in no other way", async () => {
  const proxy = await startProxy();
  const emulator = await emulate();
  const cwd = await temporaryFolder();
  const { bytes } = await sampleVideo(cwd, { size: 9_300_000 });
  const { host } = new URL(emulator.url);
  // Nobody but the proxy knows who this is.
  const env = {
    ...environmentOf(emulator),
    SHOPEE_BASE_URL: emulator.url.replace(host, `shopee.localhost:${proxy.port}`),
  };
  proxy.route(`shopee.localhost:${proxy.port}`, host);

  const { exitCode, stdout, stderr } = await runExample("proxy.ts", {
    argv: ["shoes.mp4"],
    env: { ...env, HTTPS_PROXY: proxy.url },
    cwd,
  });

  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  const [session] = emulator.sessions();
  expect(stdout).toContain(session!.id);
  expect(await emulator.content(session!.id)).toEqual(new Uint8Array(bytes));
  expect(proxy.bytes()).toBeGreaterThan(bytes.length);
});

/** A proxy that tunnels, and knows some hosts of its own. */
async function startProxy() {
  const routes = new Map<string, string>();
  let bytes = 0;
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on("connect", (request, client, head) => {
    const { hostname, port } = new URL(`http://${routes.get(request.url!)}`);
    const upstream = connect(Number(port), hostname, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      client.on("data", (chunk: Uint8Array) => bytes += chunk.length);
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) socket.on("error", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => void server.close());
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    route: (from: string, to: string) => void routes.set(from, to),
    bytes: () => bytes,
  };
}
