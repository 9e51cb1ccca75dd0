import { describe, expect, onTestFinished, test } from "vitest";
import { isShopeeApiError, isShopeeMediaError, MediaManager } from "../../mod.ts";
import { startEmulator } from "../../src/emulator/mod.ts";
import { resendsRequests } from "../../src/runtime.ts";
import { pngOf } from "../emulator/png_of.ts";
import { settle, until } from "../support/settle.ts";

/** An emulator on a socket, and a client of it that has a picture for an item. */
async function setUp(fault: string) {
  const emulator = await startEmulator({ faults: [`product/add_item${fault}`] });
  onTestFinished(() => emulator.close());
  const media = new MediaManager({
    ...emulator.credentials,
    baseUrl: emulator.url,
    retry: { limit: 3, baseDelay: 5, maxDelay: 20 },
    timeout: { attempt: 500, idle: 500, total: 5_000 },
  });
  const { response } = await media.uploadImage({ image: [pngOf(200, 200)] });
  const body = {
    item_name: "Red shoes",
    description: "They are red.",
    original_price: 12.5,
    category_id: 100_001,
    item_sku: "RED-1",
    image: { image_id_list: [response.image_info_list[0]!.image_info!.image_id] },
  };
  return {
    add: () => settle(media.call({ method: "POST", path: "/api/v2/product/add_item", body })),
    items: () => emulator.items().length,
    calls: () => emulator.requests.filter(({ endpoint }) => endpoint.endsWith("/add_item")).length,
  };
}

describe("an answer that is lost after the item was made", () => {
  test.each([
    "#1:cut",
    "#1:truncated",
    "#1:empty,after",
    "#1:html,after",
    "#1:status=503,after",
    "#1:error=error_server,after",
    "#1:error=product.error_busi,message=Too many connections,after",
    "#1:stall-after=1000",
    "#1:stall-middle=1000",
    "#1:not-attachable,after",
    // Deno's own fetch sends such a request again: see the docstring of `call`.
    ...(resendsRequests() ? [] : ["#1:reset-after"]),
  ])("%s: no second call, and the error says that it may have been done", async (fault) => {
    const { add, items, calls } = await setUp(fault);
    const { error } = await add();
    expect(error).toSatisfy(isShopeeMediaError);
    expect(error).toMatchObject({ mayHaveSucceeded: true });
    await until(() => calls() > 0); // One that stands still is logged when it has ended.
    expect([items(), calls()]).toEqual([1, 1]);
  });
});

describe("an answer that proves that nothing was done", () => {
  test.each([
    "#1:rate-limit=0",
    "#1:error=error_rate_limit,status=429",
    ":clock=-1000",
  ])("%s: the call is made again, and there is one item", async (fault) => {
    const { add, items, calls } = await setUp(fault);
    const { value, error } = await add();
    expect(error).toBeUndefined();
    expect(value).toMatchObject({ error: "" });
    expect([items(), calls()]).toEqual([1, 2]);
  });

  test(":error=product.error_param on every call: it is final, and nothing may have been done", async () => {
    const { add, items, calls } = await setUp(":error=product.error_param,message=Wrong category");
    const { error } = await add();
    expect(error).toSatisfy(isShopeeApiError);
    expect(error).toMatchObject({ mayHaveSucceeded: false });
    expect([items(), calls()]).toEqual([0, 1]);
  });
});

test("a video that is too new is refused by an error of its own, which says what to do", async () => {
  const { add } = await setUp("#1:not-attachable");
  const { error } = await add();
  expect(error).toMatchObject({ kind: "not_attachable", mayHaveSucceeded: true });
  expect(String(error)).toContain("look");
});
