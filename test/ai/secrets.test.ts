import { describe, expect, test } from "vitest";
import { modulePage } from "../../src/index/index.ts";
import { indexProject } from "../../src/indexing.ts";
import { withoutSecrets } from "../../src/planner/index.ts";
import { FIXTURES } from "../e2e/support.ts";

describe("what looks like a secret is taken out", () => {
  test.each([
    ["a key by its prefix", "use sk-proj-AbCdEfGhIjKlMnOpQrSt here", "use [secret] here"],
    ["GitHub's", "ghp_0123456789abcdefghijABCDEFGHIJ012345", "[secret]"],
    ["Amazon's", 'id: "AKIAIOSFODNN7EXAMPLE"', 'id: "[secret]"'],
    ["Slack's", "xoxb-123456789012-abcdefABCDEF", "[secret]"],
    ["a web token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N", "[secret]"],
    [
      "a private key",
      "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\n",
      "[secret]\n",
    ],
    ["a user and password in a URL", 'url = "postgres://me:pass@db/x"', 'url = "postgres://[secret]@db/x"'],
    ["hexadecimal", "<<9f86d081884c7d659a2feaa0c55ad015>>", "<<[secret]>>"],
    ["base 64", "x = a7Gk2LmQ9vXc4RtYp1ZsWq8Nb3==", "x = [secret]"],
    ["base 64 with signs", '"Zm9vYmFy/c2VjcmV0+a2V5QX9kLmQ3"', '"[secret]"'],
    ["base 32", "JBSWY3DPEHPK3PXPJBSW", "[secret]"],
    ["letters alone", "QwErTyUiOpAsDfGhJkLzXcVbNm", "[secret]"],
    ["a value by its name", 'config :shop, password: "hunter2"', 'config :shop, password: "[secret]"'],
    ["an attribute", '@api_key "a b"', '@api_key "[secret]"'],
    ["a pair", '{"authorization", "Basic x"}', '{"authorization", "[secret]"}'],
    ["a map's", '%{"client_secret" => "x\\"y"}', '%{"client_secret" => "[secret]"}'],
    ["a comparison", 'if token == "letmein", do: 1', 'if token == "[secret]", do: 1'],
    ["a default", 'def f(password \\\\ "x y")', 'def f(password \\\\ "[secret]")'],
    ["a sigil", "secret_key_base: ~s(abc def)", 'secret_key_base: "[secret]"'],
    ["a charlist", "secret = 'abc'", 'secret = "[secret]"'],
    ["a heredoc", 'private_key = """\nabc\ndef\n"""\nnext', 'private_key = "[secret]"\nnext'],
    ["one that is cut off", 'token: "abc', 'token: "[secret]"'],
  ])("%s", (_, text, expected) => {
    expect(withoutSecrets(text)).toBe(expected);
  });
});

describe("what does not is left", () => {
  test.each([
    "Phoenix.LiveView.handle_event/3",
    "ShopWeb.OAuth2ClientV3TokenEndpointController",
    "handle_checkout_completed_for_customer_2024",
    "lib/shop_web/controllers/api/v2/stock_controller.ex",
    'validate_required(:password, message: "can\'t be blank")',
    'field :token, :string, default: ""',
    'token: "#{token}"',
    "get_session(conn, :user_token)",
    "reset_password_instructions_sent_at_least_once",
    "8_446_744_073_709_551_615",
    "12345678901234567890",
    "a_very_long_name_with_Mixed_Case_And_x86_64_inside",
    "====================================",
  ])("%s", (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });

  test("nothing in the names of whole projects", async () => {
    for (const name of ["shop", "otp_shop"]) {
      const { knowledge } = await indexProject(`${FIXTURES}${name}`);
      const pages = knowledge.subjects.all.map((subject) => modulePage(knowledge, subject));
      const functions = pages.flatMap((page) => page.functions.map((each) => each.name));
      const names = [...pages.flatMap((page) => [page.name, page.file]), ...functions];
      expect(names.length).toBeGreaterThan(50);
      expect(names.filter((each) => withoutSecrets(each) !== each)).toEqual([]);
    }
  });
});

test("takes time in proportion to the text, whatever stands in it", () => {
  const texts = [
    'token: "' + "\\".repeat(50_000),
    "token ".repeat(20_000),
    "a".repeat(100_000),
    "a1B".repeat(40_000),
    "-----BEGIN PRIVATE KEY-----".repeat(2_000),
    "x://".repeat(20_000),
    "secret".repeat(20_000),
  ];
  const began = Date.now();
  for (const text of texts) withoutSecrets(text);
  expect(Date.now() - began).toBeLessThan(3_000);
});
