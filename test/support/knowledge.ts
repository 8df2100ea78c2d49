import {
  assignTemplates,
  knowProject,
  modulePage,
  type Knowledge,
  type ModulePage,
} from "../../src/index/index.ts";
import { buildIndex, collectFacts, elixirParser, readAbout, withTree } from "../../src/parser/index.ts";

const parser = await elixirParser();

/** What is known of a project that is these files: their texts by their paths. */
export function knowledgeOf(files: Readonly<Record<string, string>>): Knowledge {
  const sources = Object.entries(files).filter(([path]) => /\.exs?$/.test(path));
  const read = sources.map(([path, text]) =>
    withTree(parser, { path, text }, (tree) => ({ facts: collectFacts(tree), about: readAbout(tree) })),
  );
  const abouts = read.map(({ about }) => about);
  const others = Object.keys(files).filter((path) => !/\.exs?$/.test(path));
  const index = buildIndex(read.map(({ facts }) => facts));
  return knowProject(
    index,
    abouts,
    assignTemplates(index, abouts, others, (path) => files[path] ?? ""),
  );
}

/** The pages of all modules of one file. */
export function pagesOf(text: string): ModulePage[] {
  const knowledge = knowledgeOf({ "lib/a.ex": text });
  return knowledge.subjects.all.map((subject) => modulePage(knowledge, subject));
}

export function pageOf(text: string, name: string): ModulePage {
  const page = pagesOf(text).find((each) => each.name === name);
  if (page === undefined) throw new Error(`no module ${name}`);
  return page;
}

/** Each message with what takes it: `GenServer.cast :go → S.handle_cast/2#1`. */
export function messagesOf(text: string): string[] {
  return pagesOf(text).flatMap(({ messages }) =>
    messages.flatMap(({ how, message, taken_by: takers }) =>
      takers.length === 0
        ? [`${how} ${message}`]
        : takers.map(
            (taker) => `${how} ${message} → ${taker.function}#${taker.clause}${taker.maybe ? " maybe" : ""}`,
          ),
    ),
  );
}
