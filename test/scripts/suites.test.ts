import { expect, test } from "vitest";
// @ts-expect-error a script, without types
import { difference, failuresIn, ran, verdictsIn } from "../../scripts/suites.mjs";

const OUTPUT = `==> first
...

  1) test adds (FirstTest)
     test/first_test.exs:7
     Assertion with == failed

 12) doctest First.add/2 (1) (FirstTest)
     test/deep/first_test.exs:3: FirstTest

6 doctests, 31 tests, 2 failures, 1 skipped
==> second
1 test, 0 failures
`;

test("failing tests, with the place that runs them alone", () => {
  expect(failuresIn(OUTPUT)).toEqual([
    { name: "test adds (FirstTest)", file: "test/first_test.exs", line: "7" },
    { name: "doctest First.add/2 (1) (FirstTest)", file: "test/deep/first_test.exs", line: "3" },
  ]);
});

test("a summary a suite, compared without its failures", () => {
  expect(verdictsIn(OUTPUT).map(ran)).toEqual(["6 doctests, 31 tests, 1 skipped", "1 test"]);
});

test("what only one side has", () => {
  expect(difference(["a", "b"], ["b", "c"])).toEqual(["c", "a"]);
});
