/** A rule file to begin with: it works as it stands, and says what else can be written. */
export function starterText(id: string, schema: string): string {
  return `# yaml-language-server: $schema=${schema}
#
# What escope watches. Try it, and see what it would watch in the project:
#
#   escope rules test THIS_FILE
#   escope plan . --rules THIS_FILE
#   escope explain . MyAppWeb.CartLive.handle_event/3 --rules THIS_FILE

description: What people do in LiveViews.

# Further files whose rules count here, too: escope's own (escope rules list shows them), or yours.
# extends: [builtin:gen_server, ./other.yml]

rules:
  - id: ${id}
    description: Every event that a browser sends to a LiveView.

    # All keys must hold. Others are path, call, pattern, all, any and not.
    match:
      # path: "lib/my_app_web/live/**"
      # module: { name: "MyAppWeb.**" }
      function: { callback_of: Phoenix.LiveView, name: handle_event }

    # What is recorded of it; without do, its arguments, its result and its errors.
    do:
      tag: events
      # redact: [password, token]
      # limit: { per_second: 200 }
      # sample: 0.5

    # escope rules test runs these; with --update it writes down what is matched.
    tests:
      - source: |
          defmodule MyAppWeb.CartLive do
            use Phoenix.LiveView

            def mount(_params, _session, socket), do: {:ok, socket}
            def handle_event("add", _params, socket), do: {:noreply, socket}
          end
        matches: [MyAppWeb.CartLive.handle_event/3]
        no_match: [MyAppWeb.CartLive.mount/3]
`;
}
