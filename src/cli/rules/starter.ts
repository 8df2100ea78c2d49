/** What a rule file begins with. */
interface Starter {
  readonly about: string;
  readonly rule: string;
  readonly example: string;
  readonly path: string;
  readonly modules: string;
  readonly selects: string;
  readonly tag: string;
  readonly source: string;
  readonly matches: string;
  readonly no: string;
}

const STARTERS: Readonly<Record<"phoenix" | "otp", Starter>> = {
  phoenix: {
    about: "What people do in LiveViews.",
    rule: "Every event that a browser sends to a LiveView.",
    example: "MyAppWeb.CartLive.handle_event/3",
    path: "lib/my_app_web/live/**",
    modules: "MyAppWeb.**",
    selects: "{ callback_of: Phoenix.LiveView, name: handle_event }",
    tag: "events",
    source: `defmodule MyAppWeb.CartLive do
            use Phoenix.LiveView

            def mount(_params, _session, socket), do: {:ok, socket}
            def handle_event("add", _params, socket), do: {:noreply, socket}
          end`,
    matches: "MyAppWeb.CartLive.handle_event/3",
    no: "MyAppWeb.CartLive.mount/3",
  },
  otp: {
    about: "What GenServers are asked.",
    rule: "Every call that a GenServer answers.",
    example: "MyApp.Stock.handle_call/3",
    path: "lib/my_app/stock/**",
    modules: "MyApp.**",
    selects: "{ callback_of: GenServer, name: handle_call }",
    tag: "calls",
    source: `defmodule MyApp.Stock do
            use GenServer

            def init(stock), do: {:ok, stock}
            def handle_call(:all, _from, stock), do: {:reply, stock, stock}
          end`,
    matches: "MyApp.Stock.handle_call/3",
    no: "MyApp.Stock.init/1",
  },
};

/** A rule file to begin with: it works as it stands, and says what else can be written. */
export function starterText(id: string, schema: string, kind: keyof typeof STARTERS): string {
  const { about, rule, example, path, modules, selects, tag, source, matches, no } = STARTERS[kind];
  return `# yaml-language-server: $schema=${schema}
#
# What escope watches. Try it, and see what it would watch in the project:
#
#   escope rules test THIS_FILE
#   escope plan . --rules THIS_FILE
#   escope explain . ${example} --rules THIS_FILE

description: ${about}

# Further files whose rules count here, too: escope's own (escope rules list shows them), or yours.
# extends: [builtin:gen_server, ./other.yml]

rules:
  - id: ${id}
    description: ${rule}

    # All keys must hold. Others are path, call, pattern, all, any and not.
    match:
      # path: "${path}"
      # module: { name: "${modules}" }
      function: ${selects}

    # What is recorded of it; without do, its arguments, its result and its errors.
    do:
      tag: ${tag}
      # redact: [password, token]
      # limit: { per_second: 200 }
      # sample: 0.5

    # escope rules test runs these; with --update it writes down what is matched.
    tests:
      - source: |
          ${source}
        matches: [${matches}]
        no_match: [${no}]
`;
}
