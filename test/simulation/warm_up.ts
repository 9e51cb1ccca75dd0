import { createPartMaker } from "../../src/stream/part.ts";

/** Lets what is loaded on first use be loaded: that takes turns of the event loop, which a world has none to spare. */
export async function warmUp(): Promise<void> {
  await (await createPartMaker()).make(new Uint8Array(1));
}
