import { describe, expect, test } from "vitest";
import { componentGraph } from "../../src/index/index.ts";
import { knowledgeOf } from "../support/knowledge.ts";

const OTHER = `
defmodule ShopWeb.AuthRoutes do
  defmacro auth_routes(scope \\\\ nil) do
    quote do
      scope "/auth", ShopWeb.Auth do
        get "/in", SessionController, :new
        more_routes()
      end
    end
  end

  defmacro more_routes do
    quote do
      live "/more", MoreLive
    end
  end
end

defmodule ShopWeb.Extra do
  defmacro __using__(_) do
    quote do
      import ShopWeb.AuthRoutes
      get "/extra", ShopWeb.ExtraController, :show
    end
  end
end
`;

function routes(body: string): string[] {
  const router = `defmodule ShopWeb.Router do\n  use Phoenix.Router\n  import ShopWeb.AuthRoutes\n${body}\nend`;
  const { routes: found } = componentGraph(knowledgeOf({ "lib/router.ex": router, "lib/other.ex": OTHER }));
  return found.map(({ verb, path, module, pipelines, live_session: session }) =>
    [verb, path, module, ...pipelines, session ?? ""].join(" ").trim(),
  );
}

describe("routes", () => {
  test.each([
    ["a plain one", 'get "/a", A, :b', ["get /a A"]],
    ["in a scope with an alias", 'scope "/x", ShopWeb do\nget "/a", A, :b\nend', ["get /x/a ShopWeb.A"]],
    [
      "a scope's options",
      'scope path: "/x", alias: ShopWeb, as: :x do\nscope alias: false do\nget "/a", A, :b\nend\nend',
      ["get /x/a A"],
    ],
    [
      "without the scope's alias",
      'scope "/x", ShopWeb do\nget "/a", A, :b, alias: false\nend',
      ["get /x/a A"],
    ],
    [
      "nested resources",
      'resources "/users", UserController do\nresources "/posts", PostController do\nget "/print", PostController, :print\nend\nend',
      [
        "resources /users UserController",
        "resources /users/:user_id/posts PostController",
        "get /users/:user_id/posts/:post_id/print PostController",
      ],
    ],
    [
      "resources by another name, and a single one",
      'resources "/users", UserController, param: "slug" do\nresources "/cart", CartController, singleton: true do\nget "/x", X, :y\nend\nend',
      [
        "resources /users UserController",
        "resources /users/:user_slug/cart CartController",
        "get /users/:user_slug/cart/x X",
      ],
    ],
    ["in a for", 'for path <- ["/a", "/b"] do\nlive path, ALive\nend', ["live /* ALive"]],
    [
      "a live_session, and pipelines",
      'scope "/" do\npipe_through [:browser, :auth]\nlive_session :in do\nlive "/a", ALive\nend\nend',
      ["live /a ALive :browser :auth :in"],
    ],
    ["forward", 'scope "/x", ShopWeb do\nforward "/f", Plug\nend', ["forward /x/f ShopWeb.Plug"]],
    ["match", 'match :*, "/a", A, :b', ["match /a A"]],
    [
      "made by a macro of the project",
      'scope "/x" do\nauth_routes()\nend',
      ["get /x/auth/in ShopWeb.Auth.SessionController", "live /x/auth/more ShopWeb.Auth.MoreLive"],
    ],
    ["made by what is used", "use ShopWeb.Extra", ["get /extra ShopWeb.ExtraController"]],
  ])("%s", (_, body, expected) => {
    expect(routes(body)).toEqual(expected);
  });
});
