import { expect, test } from "vitest";
import { BoundedMap } from "../../src/push/deliver_once.ts";

test("the oldest entry goes when there are too many", () => {
  const map = new BoundedMap<string, number>(2);
  map.set("a", 1).set("b", 2).set("c", 3);
  expect([...map]).toEqual([["b", 2], ["c", 3]]);
});

test("an entry that is set again is young again", () => {
  const map = new BoundedMap<string, number>(2);
  map.set("a", 1).set("b", 2).set("a", 3).set("c", 4);
  expect([...map]).toEqual([["a", 3], ["c", 4]]);
});
