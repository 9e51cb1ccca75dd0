import { serve } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { createPushHandler, type PushHandlerOptions } from "../../../src/push/mod.ts";

/** A server for pushes, and what the console would be told of it. */
export interface PushServer {
  /** Where it listens. */
  callbackUrl: string;
  /** Key that it verifies with. */
  pushPartnerKey: string;
}

/** Starts a real server for pushes, which lasts as long as the test. */
export async function startPushServer(options: Omit<PushHandlerOptions, keyof PushServer>): Promise<PushServer> {
  const pushPartnerKey = "5a6b7c8d9e0f5a6b7c8d9e0f5a6b7c8d";
  const listening = Promise.withResolvers<AddressInfo>();
  const server = serve({
    fetch: (request) => handler(request),
    port: 0,
    hostname: "127.0.0.1",
    overrideGlobalObjects: false,
  }, listening.resolve);
  onTestFinished(() => {
    server.close();
    if ("closeAllConnections" in server) server.closeAllConnections();
  });
  const callbackUrl = `http://127.0.0.1:${(await listening.promise).port}/shopee/pushes?tenant=7`;
  const handler = createPushHandler({ ...options, pushPartnerKey, callbackUrl });
  return { callbackUrl, pushPartnerKey };
}
