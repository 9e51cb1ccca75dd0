import { type Context, Hono } from "hono";
import type { Fault } from "./fault.ts";
import type { FaultControl } from "./fault_list.ts";

/**
 * The control API, by which faults are changed while the emulator runs. No signature is asked for.
 *
 * - `GET /` lists the faults.
 * - `POST /` adds what the JSON body holds: a fault, the text of one, or a list of these. It adds all of them, or none.
 * - `DELETE /` removes all faults, `DELETE /:id` one.
 */
export function faultRoutes(faults: FaultControl): Hono {
  const app = new Hono();
  app.get("/", (c) => c.json(faults.list()));
  app.post("/", (c) => addFaults(c, faults));
  app.delete("/", (c) => c.json({ removed: faults.clear() }));
  app.delete("/:id", (c) => {
    const removed = faults.clear(c.req.param("id"));
    return c.json({ removed }, removed === 0 ? 404 : 200);
  });
  return app;
}

async function addFaults(c: Context, faults: FaultControl): Promise<Response> {
  const added: string[] = [];
  try {
    const given: unknown = await c.req.json();
    for (const fault of Array.isArray(given) ? given : [given]) added.push(faults.add(fault as Fault | string));
    return c.json({ ids: added }, 201);
  } catch (error) {
    for (const id of added) faults.clear(id);
    return c.json({ error: error instanceof Error ? error.message : String(error) }, 400);
  }
}
