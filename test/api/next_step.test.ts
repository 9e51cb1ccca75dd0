import fc from "fast-check";
import { expect, test } from "vitest";
import { nextStep, type NextStepOptions, type Step } from "../../src/api/next_step.ts";
import type { Remedy } from "../../src/platform/error_codes.ts";

const OPTIONS: NextStepOptions = {
  tried: [],
  retry: { limit: 5, baseDelay: 500, maxDelay: 20_000 },
  hasToken: true,
  canSignForShop: true,
  timeLeft: 900_000,
  random: 0.5,
};
const REMEDIES: Remedy[] = ["retry", "throttle", "clock", "token", "sign_for_shop", "fail"];
const FAIL: Step = { action: "fail", pause: 0 };

interface Case {
  remedy: Remedy;
  wait?: number;
  retryLimit?: number;
  given?: Partial<NextStepOptions>;
  step: Step;
}

test.each<[string, Case]>([
  ["what may have been done, and must not be done twice, ends the call", {
    remedy: "retry",
    given: { mayRepeat: false },
    step: FAIL,
  }],
  ["what was not let in is asked for again", {
    remedy: "throttle",
    given: { mayRepeat: false },
    step: { action: "throttle", pause: 250 },
  }],
  ["a final answer ends the call", { remedy: "fail", step: FAIL }],
  ["also one that names a time", { remedy: "fail", wait: 1, step: FAIL }],

  ["the clock is set right at once", { remedy: "clock", step: { action: "clock", pause: 0 } }],
  ["but once in a call", { remedy: "clock", given: { tried: ["clock", "retry"] }, step: FAIL }],
  ["whatever else was tried", {
    remedy: "clock",
    given: { tried: ["token", "retry", "throttle"] },
    step: { action: "clock", pause: 0 },
  }],
  ["also where retries are turned off", {
    remedy: "clock",
    given: { retry: { limit: 0, baseDelay: 1, maxDelay: 1 } },
    step: { action: "clock", pause: 0 },
  }],

  ["a token is refreshed at once", { remedy: "token", step: { action: "token", pause: 0 } }],
  ["but once in a call", { remedy: "token", given: { tried: ["token"] }, step: FAIL }],
  ["and only where one was used", { remedy: "token", given: { hasToken: false }, step: FAIL }],

  ["a call is signed for the shop at once", {
    remedy: "sign_for_shop",
    step: { action: "sign_for_shop", pause: 0 },
  }],
  ["but once in a call", { remedy: "sign_for_shop", given: { tried: ["sign_for_shop"] }, step: FAIL }],
  ["and only where it was not", { remedy: "sign_for_shop", given: { canSignForShop: false }, step: FAIL }],

  ["a transient failure waits and sends again", { remedy: "retry", step: { action: "retry", pause: 250 } }],
  ["one of speed slows down, too", { remedy: "throttle", step: { action: "throttle", pause: 250 } }],
  ["the longest pause doubles with each retry", {
    remedy: "retry",
    given: { tried: ["retry", "throttle", "retry"] },
    step: { action: "retry", pause: 2_000 },
  }],
  ["clock and token are no retries", {
    remedy: "retry",
    given: { tried: ["clock", "token"] },
    step: { action: "retry", pause: 250 },
  }],
  ["up to maxDelay", {
    remedy: "retry",
    given: { tried: ["retry"], retry: { limit: 5, baseDelay: 500, maxDelay: 600 } },
    step: { action: "retry", pause: 300 },
  }],
  ["the jitter is full", { remedy: "retry", given: { random: 0 }, step: { action: "retry", pause: 0 } }],
  ["what the answer asks for comes on top", {
    remedy: "retry",
    wait: 7_000,
    step: { action: "retry", pause: 7_250 },
  }],
  ["so that nothing at all is never less than the own pause", {
    remedy: "throttle",
    wait: 0,
    step: { action: "throttle", pause: 250 },
  }],

  ["after very many retries there is still a pause", {
    remedy: "retry",
    given: { tried: Array(2_000).fill("retry"), retry: { limit: 5_000, baseDelay: 0, maxDelay: 0 } },
    step: { action: "retry", pause: 0 },
  }],

  ["the last retry is made", {
    remedy: "retry",
    given: { tried: ["retry", "retry", "throttle", "retry"], random: 0 },
    step: { action: "retry", pause: 0 },
  }],
  ["and none after it", { remedy: "retry", given: { tried: Array(5).fill("retry") }, step: FAIL }],
  ["of either kind", { remedy: "throttle", given: { tried: Array(5).fill("retry") }, step: FAIL }],
  ["none where they are turned off", {
    remedy: "retry",
    given: { retry: { limit: 0, baseDelay: 1, maxDelay: 1 } },
    step: FAIL,
  }],

  ["where the answer allows fewer retries, the last is made", {
    remedy: "retry",
    retryLimit: 2,
    given: { tried: ["retry"], random: 0 },
    step: { action: "retry", pause: 0 },
  }],
  ["and none after it", { remedy: "retry", retryLimit: 2, given: { tried: ["throttle", "retry"] }, step: FAIL }],
  ["never more than the policy does", {
    remedy: "retry",
    retryLimit: 2,
    given: { tried: ["retry"], retry: { limit: 1, baseDelay: 1, maxDelay: 1 } },
    step: FAIL,
  }],

  ["a pause that ends in time is made", {
    remedy: "retry",
    given: { timeLeft: 251 },
    step: { action: "retry", pause: 250 },
  }],
  ["one that ends with the deadline is not", { remedy: "retry", given: { timeLeft: 250 }, step: FAIL }],
  ["nor one that the answer asks for", { remedy: "throttle", wait: 3_600_000, step: FAIL }],
  ["nor is there any after the deadline", { remedy: "retry", wait: 0, given: { timeLeft: 0 }, step: FAIL }],
])("%s", (_, { remedy, wait, retryLimit, given, step }) => {
  expect(nextStep({ remedy, wait, retryLimit }, { ...OPTIONS, ...given })).toEqual(step);
});

test("whatever is answered, a call ends, after no more retries than were allowed and one correction of each kind", () => {
  const remedies = fc.array(fc.constantFrom<Remedy>(...REMEDIES), { minLength: 40 });
  fc.assert(fc.property(remedies, fc.nat(20), fc.boolean(), (answers, limit, hasToken) => {
    const retry = { ...OPTIONS.retry, limit };
    const tried: Remedy[] = [];
    for (const remedy of answers) {
      const { action } = nextStep({ remedy }, { ...OPTIONS, tried, retry, hasToken });
      if (action === "fail") break;
      expect(action).toBe(remedy);
      tried.push(action);
    }
    const count = (...kinds: Remedy[]) => tried.filter((action) => kinds.includes(action)).length;
    expect(count("retry", "throttle")).toBeLessThanOrEqual(limit);
    expect(count("clock")).toBeLessThanOrEqual(1);
    expect(count("token")).toBeLessThanOrEqual(hasToken ? 1 : 0);
    expect(count("sign_for_shop")).toBeLessThanOrEqual(1);
    expect(tried.length).toBeLessThanOrEqual(limit + 3);
  }));
});

test("a pause of one's own is never longer than maxDelay, however many retries there were", () => {
  fc.assert(
    fc.property(fc.nat(2_000), fc.nat(100_000), fc.nat(100_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (
      retries,
      baseDelay,
      maxDelay,
      random,
    ) => {
      const retry = { limit: 5_000, baseDelay, maxDelay };
      const { action, pause } = nextStep({ remedy: "retry" }, {
        ...OPTIONS,
        tried: Array<Remedy>(retries).fill("retry"),
        ...{ retry, random },
      });
      expect(action).toBe("retry");
      expect(pause).toBeGreaterThanOrEqual(0);
      expect(pause).toBeLessThanOrEqual(maxDelay);
    }),
  );
});
