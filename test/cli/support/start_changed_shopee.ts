import { createEmulator, type CreateEmulatorOptions, type EmulatorApp } from "../../../src/emulator/mod.ts";
import { serveApp } from "./serve_app.ts";

export interface StartChangedShopeeOptions extends CreateEmulatorOptions {
  /** Makes another answer of the emulator's. */
  change(answer: Response, request: Request): Response | Promise<Response>;
}

/** Starts an emulator on a socket whose answers are changed on their way. */
export async function startChangedShopee({ change, ...options }: StartChangedShopeeOptions): Promise<EmulatorApp> {
  const emulator = await createEmulator({ transcodeMs: 0, ...options });
  return await serveApp(emulator, async (request) => await change(await emulator.fetch(request), request));
}

/** Makes another JSON of the body, and another status if one is given. */
export async function changeJson(
  answer: Response,
  change: (body: Record<string, unknown>) => unknown,
  status: number = answer.status,
): Promise<Response> {
  const headers = { "Date": answer.headers.get("Date")!, "Content-Type": "application/json" };
  return new Response(JSON.stringify(change(await answer.json())), { status, headers });
}
