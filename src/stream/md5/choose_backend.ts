import { ShopeeMediaError } from "../../errors.ts";
import { isRight } from "./is_right.ts";
import type { Md5Backend } from "./md5_backend.ts";

/**
 * Takes the first backend that loads and computes what is known.
 *
 * @param candidates Load the backends, the best first. One is loaded only when those before it were no good.
 * @returns A backend that has proven itself.
 * @throws {ShopeeMediaError} If none is any good; its `cause` holds why each was passed over.
 */
export async function chooseBackend(
  candidates: readonly (() => Md5Backend | Promise<Md5Backend>)[],
): Promise<Md5Backend> {
  const reasons: unknown[] = [];
  for (const load of candidates) {
    try {
      const backend = await load();
      if (isRight(backend)) return backend;
      reasons.push(new Error(`The MD5 backend ${backend.name} computes wrong digests`));
    } catch (error) {
      reasons.push(error);
    }
  }
  throw new ShopeeMediaError("Cannot compute MD5: no way to do so works here", { cause: new AggregateError(reasons) });
}
