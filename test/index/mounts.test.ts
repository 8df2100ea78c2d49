import { describe, expect, test } from "vitest";
import { componentGraph } from "../../src/index/index.ts";
import { drawDot } from "../../src/cli/index/draw.ts";
import { graphText } from "../../src/cli/index/graph-text.ts";
import { narrowComponents } from "../../src/cli/index/narrow.ts";
import { knowledgeOf } from "../support/knowledge.ts";

const COMPONENT =
  'defmodule Cart do\n  use Phoenix.LiveComponent\n  def render(assigns), do: ~H"<p/>"\nend\n';

const PARTS = `defmodule Parts do
  use Phoenix.Component
  def page(assigns), do: ~H"<.side />"
  defp side(assigns), do: ~H"<.live_component module={Cart} id=\\"c\\" />"
  def other(assigns), do: ~H"<p/>"
end
`;

const graphOf = (render: string): ReturnType<typeof componentGraph> =>
  componentGraph(
    knowledgeOf({
      "lib/a.ex": `${COMPONENT}${PARTS}defmodule View do\n  use Phoenix.LiveView\n  ${render}\nend`,
    }),
  );

const mountsOf = (render: string): unknown =>
  graphOf(render)
    .views.find(({ module }) => module === "View")
    ?.mounts.map(({ how, target, from }) => `${how} ${target} by ${from}`);

describe("what a view mounts", () => {
  test.each([
    [
      "in its own template",
      'def render(assigns), do: ~H"<.live_component module={Cart} />"',
      "View.render/1",
    ],
    ["by a function of another module", "def render(assigns), do: Parts.page(assigns)", "Parts.side/1"],
    ["by a delegate", "defdelegate render(assigns), to: Parts, as: :page", "Parts.side/1"],
    ["by a function component", 'def render(assigns), do: ~H"<Parts.page />"', "Parts.side/1"],
  ])("%s", (_, render, from) => {
    expect(mountsOf(render)).toContain(`live_component Cart by ${from}`);
  });

  test("nothing that its render/1 does not reach", () => {
    expect(mountsOf('def render(assigns), do: ~H"<Parts.other />"')).toEqual([
      "component Parts.other/1 by View.render/1",
    ]);
  });

  test("is found from the component, too, and drawn", () => {
    const graph = graphOf("def render(assigns), do: Parts.page(assigns)");
    const data = narrowComponents(graph, (name) => name === "Cart");
    expect(data.views.map(({ module }) => module)).toEqual(["Cart", "View"]);
    const named = { graph: "components", data } as const;
    expect(graphText(named).join("\n")).toContain("views\n  View\n    live_component Cart (lib/a.ex:8)");
    expect(drawDot(named)).toContain('"View" -> "Cart" [label="live_component by Parts.side/1"]');
  });
});
