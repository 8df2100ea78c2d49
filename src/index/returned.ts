import type { HandlerSort } from "./handlers.ts";
import { withBodies } from "./handlers.ts";
import { isProcess, type Kind } from "./kinds.ts";
import type { Send } from "./sends.ts";
import { shapeOf } from "./shapes.ts";
import type { Subjects } from "./subjects.ts";

const TAKEN: Readonly<Record<string, readonly HandlerSort[]>> = {
  continue: ["continue"],
  next_event: ["statem"],
  state_timeout: ["statem"],
};

/** What processes send themselves by what their callbacks return. */
export function returnedMessages({ all }: Subjects, kinds: ReadonlyMap<string, readonly Kind[]>): Send[] {
  return all
    .filter(({ name }) => isProcess(kinds.get(name) ?? []))
    .flatMap(({ functions, file, name }) =>
      functions.flatMap((from) =>
        withBodies(from).flatMap(({ returned }) =>
          returned.map(({ how, line, event, message }): Send => {
            const destination = { text: "self()", modules: [name], topic: undefined, maybe: false };
            const shape = shapeOf(message);
            return {
              from,
              origin: from,
              file,
              line,
              how,
              by: "returned",
              taken: TAKEN[how] ?? [],
              event,
              message,
              shape,
              destination,
            };
          }),
        ),
      ),
    );
}
