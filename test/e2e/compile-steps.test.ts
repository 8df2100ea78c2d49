import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { command, escope, join, snapshot, tempDir } from "./support.ts";

type Files = Readonly<Record<string, string>>;

function lay(folder: string, files: Files): string {
  for (const [path, text] of Object.entries(files)) {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
  return folder;
}

function inTree(project: string, ...args: string[]): string {
  const { status, stdout, stderr } = escope(["run", project, "--", "mix", ...args], project);
  expect(status, stdout + stderr).toBe(0);
  return stdout;
}

/** Saved in a later second than anything that was compiled: Mix compares whole seconds. */
function save(file: string, text: string): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  writeFileSync(file, text);
}

/**
 * As phoenix_live_view 1.1 does it for colocated hooks: a macro writes a file into the build while a module compiles, named by
 * its line; a compiler that runs last takes away those of modules that are gone, writes an index, and links to it from `deps`.
 */
const COLOCATED: Files = {
  "mix.exs": `defmodule Mix.Tasks.Compile.Gather do
  use Mix.Task.Compiler
  def run(_) do
    folder = Path.join(Mix.Project.build_path(), "colocated/app")
    File.mkdir_p!(folder)
    names = folder |> File.ls!() |> Enum.filter(&(&1 =~ ~r/^\\d/)) |> Enum.sort()
    File.write!(Path.join(folder, "index.js"), Enum.map(names, &"export * from \\"./#{&1}\\";\\n"))
    link = "deps/colocated_app"
    File.mkdir_p!("deps")
    unless File.exists?(link), do: File.ln_s!(Path.relative_to_cwd(folder) |> up(), link)
    # What stands behind the link is the same folder.
    File.write!(Path.join(link, "through_the_link"), "#{length(names)}")
    {:ok, []}
  end
  defp up(path), do: Path.join("..", path)
end
defmodule App.MixProject do
  use Mix.Project
  def project, do: [app: :app, version: "0.1.0", compilers: Mix.compilers() ++ [:gather]]
end
`,
  "lib/hook.ex": `defmodule Hook do
  defmacro hook(text) do
    folder = Path.join(Mix.Project.build_path(), "colocated/app")
    File.mkdir_p!(folder)
    File.write!(Path.join(folder, "#{__CALLER__.line}_#{inspect(__CALLER__.module)}.js"), text)
    nil
  end
end
`,
  "lib/page.ex": `defmodule Page do
  use GenServer
  require Hook

  @impl true
  def init(n), do: {:ok, n}

  @impl true
  def handle_call(:get, _from, n) do
    Hook.hook("mounted() {}")
    {:reply, n, n}
  end
end
`,
};

const hooksOf = (project: string): string[] =>
  readdirSync(join(project, "_build/dev/colocated/app")).toSorted();

describe("a compile step that gathers what macros write into the build, and links to it from deps", () => {
  test("makes the same of the tree, in the tree; the original's is left alone", { timeout: 240_000 }, () => {
    const project = lay(join(tempDir(), "app"), COLOCATED);
    expect(command("mix", ["compile"], project).status).toBe(0);
    const hooks = ["10_Page.js", "index.js", "through_the_link"];
    expect(hooksOf(project)).toEqual(hooks);
    save(join(project, "_build/dev/colocated/app/through_the_link"), "the original's");
    const before = snapshot(project);
    const tree = join(project, "_escope");
    for (let round = 0; round < 2; round += 1) {
      inTree(project, "compile", "--force");
      expect(hooksOf(tree)).toEqual(hooks);
      expect(realpathSync(join(tree, "deps/colocated_app"))).toBe(
        realpathSync(join(tree, "_build/dev/colocated/app")),
      );
      expect(readFileSync(join(tree, "deps/colocated_app/through_the_link"), "utf8")).toBe("1");
      expect(snapshot(project, ["_escope", ".escope"])).toEqual(before);
    }
    const page = COLOCATED["lib/page.ex"] ?? "";
    save(join(project, "lib/page.ex"), page.replace("mounted()", "updated()"));
    inTree(project, "compile");
    expect(readFileSync(join(tree, "_build/dev/colocated/app/10_Page.js"), "utf8")).toBe("updated() {}");
    rmSync(join(project, "_build"), { recursive: true });
    inTree(project, "compile");
    expect(hooksOf(tree)).toEqual(hooks);
  });
});

/** `Phoenix.View` before Phoenix 1.7: a folder of templates apart from the views, a function of each, found from where Mix runs. */
const VIEWS: Files = {
  "mix.exs":
    'defmodule App.MixProject do\n  use Mix.Project\n  def project, do: [app: :app, version: "0.1.0"]\n  def application, do: [extra_applications: [:eex]]\nend\n',
  "lib/app_web.ex": `defmodule AppWeb do
  defmacro __using__(_) do
    quote do
      @root Path.join("lib/app_web/templates", AppWeb.folder(__MODULE__))
      @before_compile AppWeb
    end
  end

  defmacro __before_compile__(_) do
    quote unquote: false do
      @found Enum.sort(Path.wildcard(Path.join(@root, "*.eex")))
      require EEx
      for path <- @found do
        @external_resource path
        def render(unquote(Path.basename(path, ".eex")), assigns), do: unquote(EEx.compile_file(path)) |> tap(fn _ -> assigns end)
      end
      def __mix_recompile__?, do: Enum.sort(Path.wildcard(Path.join(@root, "*.eex"))) != @found
    end
  end

  def folder(module), do: module |> Module.split() |> List.last() |> String.replace_suffix("View", "") |> Macro.underscore()
end
`,
  "lib/app_web/views/page_view.ex": `defmodule AppWeb.PageView do
  use AppWeb
  require EEx
  EEx.function_from_file(:def, :beside, Path.expand("beside.eex", __DIR__), [:name])
  @external_resource Path.expand("beside.eex", __DIR__)
end
`,
  "lib/app_web/views/beside.eex": "beside <%= name %>",
  "lib/app_web/templates/page/index.html.eex": "index <%= 1 + 1 %>",
  "lib/app_web/server.ex": "defmodule AppWeb.Server do\n  use GenServer\n  def init(n), do: {:ok, n}\nend\n",
};

const show = (name: string): string =>
  `IO.puts(AppWeb.PageView.render("${name}", %{}) <> AppWeb.PageView.beside("me"))`;

describe("templates that views take in", () => {
  test("are in the tree, and compile anew where one changes, comes or goes", { timeout: 240_000 }, () => {
    const project = lay(join(tempDir(), "app"), VIEWS);
    const rendered = (name: string): string =>
      inTree(project, "run", "-e", show(name)).trimEnd().split("\n").at(-1) ?? "";
    expect(rendered("index.html")).toBe("index 2beside me");
    expect(inTree(project, "compile")).not.toContain("Compiling");
    const at = (path: string): string => join(project, "lib/app_web", path);
    save(at("templates/page/index.html.eex"), "changed <%= 3 %>");
    expect(rendered("index.html")).toBe("changed 3beside me");
    save(at("views/beside.eex"), "near <%= name %>");
    expect(rendered("index.html")).toBe("changed 3near me");
    lay(project, { "lib/app_web/templates/page/new.html.eex": "new" });
    expect(rendered("new.html")).toBe("newnear me");
    rmSync(at("templates/page/new.html.eex"));
    const gone = escope(["run", project, "--", "mix", "run", "-e", show("new.html")], project);
    expect([gone.status, gone.stderr]).toEqual([1, expect.stringContaining("FunctionClauseError")]);
  });
});
