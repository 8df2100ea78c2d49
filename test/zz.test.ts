import { test } from "vitest";
import { factsOf } from "./support/core.ts";
import { definitionsByElixir } from "./support/definitions.ts";
import { generateModule, randomFrom } from "./support/generate.ts";
test("x", () => {
  const r = randomFrom(3);
  const s = Array.from({ length: 150 }, (_, at) => ({ path: "x", text: generateModule(r, `G${at}`) }));
  const d = definitionsByElixir(s); let el = 0, ts = 0;
  s.forEach((x, i) => { const f = factsOf(x).fault; if (d[i] === undefined) { if (el++ < 2) console.log("ELIXIR", x.text); } else if (f) { ts++; if (ts < 6) console.log("GRAMMAR", f, x.text.split("\n").slice(Math.max(0, f.line - 3), f.line + 1).join("\n")); } });
  console.log(el, ts);
});
