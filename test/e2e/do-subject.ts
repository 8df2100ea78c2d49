/** Functions for the rules below: what they are called with, and how often, stands in the script. */
export const SUBJECT: string = `defmodule OtpShop.Subject do
  def plain(x), do: x
  def quiet_end(x), do: fail(x)
  def quiet_error(x), do: fail(x)
  def late(x), do: fail(x)
  def only_errors(x), do: fail(x)
  def places(first, second, third), do: {first, second, third}
  def named(%{id: id} = order, amount, note \\\\ nil), do: {id, order, amount, note}
  def no_args(secret, other), do: {secret == other, other}
  def no_result(x), do: {x, :result}
  def hidden(map, text), do: {map, text}
  def login(user, password, card), do: {user.name, password == card}
  def logs_in(user, word), do: login(user, word.password, user.name)
  def small(list, binary, deep), do: {list, binary, deep}
  def budget(list), do: list
  def often(x), do: x
  def sometimes(x), do: x
  def over(amount, _unit), do: amount
  def either(amount), do: amount
  def marked(x), do: x

  def bound(x) do
    sum = x + 10
    {:ok, token} = Map.fetch(%{sum => "t#{sum}"}, sum)
    {sum, token}
  end

  def caller(x), do: {notify(x, 2), x + 1}
  def divides(n), do: div(n, 10)
  def rests(n), do: rem(n, 3)
  def checks(name, pin), do: check(name, pin)
  def check(name, pin) when is_binary(pin), do: {:ok, name, %{pin: pin}}
  def opted(amount, opts), do: {amount, opts}
  def notify(x, y), do: {x, y}
  # escope:trace a newcomer
  def commented(x), do: x
  # escope:ignore[everything] nobody's business
  def ignored(x), do: x

  defp fail(:fails), do: raise(ArgumentError, "no")
  defp fail(x), do: x
end
`;

export const RULES: string = `extends: [./shared.yml]
rules:
  - { id: quiet-end, match: { matches: subject, function: { name: quiet_end } }, do: { leave: false } }
  - { id: quiet-error, match: { matches: subject, function: { name: quiet_error } }, do: { raise: false } }
  - { id: late, match: { matches: subject, function: { name: late } }, do: { enter: false } }
  - { id: errors, match: { matches: subject, function: { name: only_errors } }, do: { enter: false, leave: false } }
  - { id: places, match: { matches: subject, function: { name: places } }, do: { capture: { args: [0, 2] } } }
  - { id: named, match: { matches: subject, function: { name: named } }, do: { capture: { args: [order, note] } } }
  - { id: no-args, match: { matches: subject, function: { name: no_args } }, do: { capture: { args: false } } }
  - { id: no-result, match: { matches: subject, function: { name: no_result } }, do: { capture: { result: false } } }
  - id: hidden
    match: { matches: subject, function: { name: hidden } }
    do: { redact: { keys: [iban], paths: [user.email], patterns: ['\\d{4}-\\d{4}'] } }
  - { id: login, match: { matches: subject, function: { name: login } }, do: { redact: { keys: [card], paths: [user.email] } } }
  - { id: login-calls, match: { call: OtpShop.Subject.login/3 }, do: { capture: { result: false } } }
  - id: small
    match: { matches: subject, function: { name: small } }
    do: { limit: { items: 2, bytes: 4, depth: 2 } }
  - { id: budget, match: { matches: subject, function: { name: budget } }, do: { limit: { total: 200 } } }
  - { id: often, match: { matches: subject, function: { name: often } }, do: { limit: { per_second: 5 } } }
  - { id: sometimes, match: { matches: subject, function: { name: sometimes } }, do: { sample: 0.25 } }
  - { id: over, match: { matches: subject, function: { name: over } }, do: { when: "amount > 10 and hd(args) != 12" } }
  - { id: low, match: { matches: subject, function: { name: either } }, do: { when: "amount < 0" } }
  - { id: high, match: { matches: subject, function: { name: either } }, do: { when: "amount > 9" } }
  - { id: marked, match: { matches: subject, function: { name: marked } }, do: { tag: [money, bank], mark: it happened } }
  - id: bound
    match: { matches: subject, function: { name: bound } }
    do: { capture: { locals: [sum, token] }, when: "x > 1" }
  - id: calls
    match: { call: notify/2, inside: { function: { name: caller } } }
    do: { capture: { args: [1], result: false }, tag: call }
  - { id: sums, match: { pattern: "$A + 1", inside: { function: { name: caller } } }, do: { when: "value > 7 and args == [7, 1]", mark: sum } }
  - { id: divs, match: { pattern: "div($X, 10)" }, do: { when: "value > 3", capture: { args: [0] } } }
  - { id: rems, match: { pattern: "rem($X, 3)" }, do: { when: "value == 0", capture: { args: false } } }
  - { id: checks, match: { pattern: "check($N, $P)" }, do: { redact: [pin], capture: { result: false } } }
  - { id: listed, match: { matches: subject, function: { name: opted } }, do: { when: "hd(opts) == 1", tag: first, mark: begun } }
  - { id: large, match: { matches: subject, function: { name: opted } }, do: { when: "amount > 5", tag: large, mark: much } }
  - { id: everything, match: { matches: subject, function: { name: [plain, ignored, no_result] } } }
  - { id: agents, trace: { module: Agent.Server, callback_of: GenServer }, do: { capture: { result: false }, mark: an agent } }
exclude: { function: { name: excluded } }
`;

export const SHARED: string = "utils:\n  subject: { module: { name: OtpShop.Subject } }\n";

export const SCRIPT: string = `
alias OtpShop.Subject, as: S
catching = fn fun -> try do fun.() rescue ArgumentError -> :ok end end
for f <- [:quiet_end, :quiet_error, :late, :only_errors], x <- [:works, :fails], do: catching.(fn -> apply(S, f, [x]) end)
S.plain(1)
S.places(1, 2, 3)
S.named(%{id: 7}, 10)
S.no_args("s3cret", "x")
S.no_result(1)
S.hidden(%{iban: 1, user: %{email: 2, name: 3}, email: 4}, "card 1234-5678!")
S.logs_in(%{name: "ann", email: "a@b", friend: %{email: 5}}, %{password: "hunter2"})
S.small([1, 2, 3], "abcdefgh", [[[1]]])
S.budget(Enum.to_list(1..40))
for x <- 1..40, do: S.often(x)
for x <- 1..40, do: S.sometimes(x)
for x <- [1, 11, 12, 13], do: S.over(x, :eur)
for x <- [-1, 5, 10], do: S.either(x)
S.marked(1)
for x <- [1, 2], do: S.bound(x)
for x <- [1, 7], do: S.caller(x)
for n <- 10..70//10, do: S.divides(n)
for n <- 1..7, do: S.rests(n)
S.checks("u", "1234")
catching.(fn -> try do S.checks("u", nil) rescue FunctionClauseError -> :ok end end)
for amount <- [5, 6], opts <- [[], [1]], do: S.opted(amount, opts)
S.commented(1)
S.ignored(1)
for _ <- 1..200, Escope.status().traced.functions == 0, do: Process.sleep(10)
{:ok, agent} = Agent.start(fn -> %{password: 1, at: 2} end)
Agent.get(agent, & &1.at)
Process.sleep(100)
`;
