import { modulePage } from "../../index/index.ts";
import type { Indexed } from "../../indexing.ts";
import { makeOffer, relevanceOf, type Offer } from "../../planner/index.ts";
import { readText } from "../../project/index.ts";

/** What the model may choose from, by relevance to the question. Sources only where `withSources` says so. */
export function offerOf(indexed: Indexed, question: string, withSources: boolean): Offer {
  const { knowledge, name } = indexed;
  const pages = knowledge.subjects.all.map((subject) => modulePage(knowledge, subject));
  const sourceOf = withSources ? sourcesOf(indexed) : undefined;
  return makeOffer(name, pages, relevanceOf(pages, question), sourceOf);
}

/** The text of a function's clauses, and of nothing else in its file. */
function sourcesOf({ knowledge, project }: Indexed): (id: string) => string | undefined {
  return (id) => {
    const found = knowledge.subjects.all.find(({ functions }) => functions.some((each) => each.id === id));
    const clauses = found?.info?.clauses.filter(({ name, arity }) => `${found.name}.${name}/${arity}` === id);
    if (found === undefined || clauses === undefined || clauses.length === 0) return undefined;
    const text = readText(project, found.file);
    return clauses.map(({ span }) => text.slice(span.start, span.end)).join("\n\n");
  };
}
