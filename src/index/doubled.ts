import type { Notice } from "./notices.ts";
import type { Subject, Subjects } from "./subjects.ts";

/** Which of several definitions of one module a name means: Elixir keeps the last of a file. */
export function standingOf(defined: readonly Subject[]): Subject | undefined {
  const there = defined.filter(({ traits }) => traits.exists !== false);
  const [first, ...others] = there.length > 0 ? there : defined;
  return others.reduce(
    (standing, next) =>
      standing !== undefined && next.file === standing.file && !excludes(standing, next) ? next : standing,
    first,
  );
}

/** Definitions that are compiled, and for which another one of the same name stands. */
export function supersededModules({ all, byName }: Subjects): Subject[] {
  return all.filter((subject) => {
    const standing = byName.get(subject.name);
    const isThere = !subject.about.computed && subject.traits.exists !== false;
    return isThere && standing !== undefined && standing !== subject && !excludes(standing, subject);
  });
}

/** Modules that are defined twice: that one does not compile beside the other, or is lost, is seldom meant. */
export function doubledModules(subjects: Subjects): Notice[] {
  return supersededModules(subjects).map(({ name, file, about }) => {
    const standing = subjects.byName.get(name);
    const place = `${standing?.file}:${standing?.about.line}`;
    const why = standing?.file === file ? ", for Elixir keeps the last of a file" : "";
    const text = `${name} is defined at ${place}, too; its name means that definition${why}`;
    return { file, line: about.line, text };
  });
}

/** They stand under conditions of which only one can hold: `if Code.ensure_loaded?(X) … else …`. */
function excludes(a: Subject, b: Subject): boolean {
  const [left, right] = [conditionsOf(a), conditionsOf(b)];
  return left.some((one) =>
    right.some((other) => {
      const [text, otherText] = [testOf(one.text), testOf(other.text)];
      const isTest = text !== one.text && text === otherText;
      const isSame = a.file === b.file && one.line === other.line && one.text === other.text;
      return (isTest || isSame) && one.taken !== other.taken;
    }),
  );
}

function conditionsOf({
  info,
  about,
}: Subject): readonly { readonly line: number; readonly text: string; readonly taken: number }[] {
  return info?.conditions ?? about.conditions;
}

/** `if x` and `unless x` ask the same. */
function testOf(text: string): string {
  return text.replace(/^(?:if|unless)\b[\s(]*/, "").trim();
}
