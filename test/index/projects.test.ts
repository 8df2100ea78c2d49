import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { callGraph, componentGraph, messageGraph, modulePage } from "../../src/index/index.ts";
import { graphText } from "../../src/cli/index/graph-text.ts";
import { overviewText } from "../../src/cli/index/overview.ts";
import { pageText } from "../../src/cli/index/page-text.ts";
import { indexProject } from "../../src/indexing.ts";
import { copyProject } from "../e2e/support.ts";

const golden = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/index/${name}.txt`, import.meta.url));

/** Everything that is known of a project, as people read it. `vitest -u` writes the files anew. */
describe.each(["otp_shop", "shop", "umbrella/market", "umbrella/ledger", "mistakes", "loops"])(
  "the index of %s",
  (name) => {
    test("is as expected", async () => {
      const folder = name.split("/");
      const project = [copyProject(folder[0] ?? ""), ...folder.slice(1)].join("/");
      const indexed = await indexProject(project);
      const { knowledge } = indexed;
      const pages = knowledge.subjects.all.map((subject) => modulePage(knowledge, subject));
      const parts = {
        modules: overviewText(indexed.name, knowledge),
        components: graphText({ graph: "components", data: componentGraph(knowledge) }),
        messages: graphText({ graph: "messages", data: messageGraph(knowledge) }),
        calls: graphText({ graph: "calls", data: callGraph(knowledge) }),
        pages: pages.map((page) => pageText(page).join("\n") + "\n"),
      };
      const text = Object.entries(parts).map(([title, lines]) => `# ${title}\n\n${lines.join("\n")}\n`);
      await expect(text.join("\n")).toMatchFileSnapshot(golden(name.replace("/", "_")));
    });
  },
);
