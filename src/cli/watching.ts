import { isAbsolute, join } from "node:path";
import { EscopeError, formatError } from "../errors.ts";
import {
  Memory,
  planTree,
  renderTree,
  writeRendered,
  type Planned,
  type Rendered,
  type Request,
  type Written,
} from "../instrument.ts";
import { saveSource } from "../saving.ts";
import { watchProject, type Watch } from "../watch.ts";
import type { Io } from "./io.ts";

export interface WatchRequest extends Request {
  readonly verify: boolean;
  /** Whether each save is told: not on a terminal that belongs to somebody else. */
  readonly tellsSaves: boolean;
}

/** Takes every whole run that is worth a word. */
export type Tell = (rendered: Rendered, written: Written) => void;

export interface Followed {
  /** The first run's. */
  readonly rendered: Rendered;
  readonly watch: Watch;
}

/** Follows the project after a first run; tells `done` of that, and of every whole run that changed the tree. */
export async function followProject(request: WatchRequest, io: Io, done: Tell): Promise<Followed> {
  const session = new Session(request, io, done);
  const rendered = await session.first();
  const { planned } = rendered;
  const { project, out } = planned;
  const watch = await watchProject({ root: project.root, out, also: outsideOf(planned) }, session);
  // What changed before the watch began.
  await session.settle();
  return { rendered, watch };
}

/** What the tree depends on and lies beside the project: rules, and dependencies with probes, of which the tree has copies. */
function outsideOf({ project: { root }, dependencies, looked }: Planned): string[] {
  const beside = dependencies.map(({ original }) => join(root, original));
  return [...looked().filter((path) => isAbsolute(path)), ...beside].filter(
    (path) => !path.startsWith(`${root}/`),
  );
}

class Session {
  readonly #request: WatchRequest;
  readonly #io: Io;
  readonly #done: Tell;
  readonly #memory = new Memory();
  readonly #told = new Set<string>();
  #planned: Planned | undefined;
  #lastError = "";

  constructor(request: WatchRequest, io: Io, done: Tell) {
    this.#request = request;
    this.#io = io;
    this.#done = done;
  }

  async first(): Promise<Rendered> {
    return this.#instrument(true);
  }

  /** A save is in the tree before anything else is looked at. Only the whole run speaks of what is wrong. */
  save(path: string): void {
    const began = performance.now();
    if (this.#planned === undefined || this.#request.verify) return;
    const planned = orNothing(() => saveSource(this.#planned as Planned, path));
    if (planned === undefined) return;
    this.#planned = planned;
    if (this.#request.tellsSaves)
      this.#io.stderr(`${path}: in the tree after ${Math.ceil(performance.now() - began)} ms\n`);
  }

  async settle(): Promise<void> {
    try {
      await this.#instrument(false);
      this.#lastError = "";
    } catch (error) {
      // The tree is as it was; the next save may mend what is wrong.
      if (!(error instanceof EscopeError)) throw error;
      const text = formatError(error);
      if (text !== this.#lastError) this.#io.stderr(`${text}\n`);
      this.#lastError = text;
    }
  }

  async #instrument(isFirst: boolean): Promise<Rendered> {
    const rendered = await renderTree(await planTree(this.#request, undefined, this.#memory), this.#request);
    const written = writeRendered(rendered);
    this.#planned = rendered.planned;
    this.#tellBroken();
    if (isFirst || written.written + written.removed > 0) this.#done(rendered, written);
    return rendered;
  }

  #tellBroken(): void {
    const { broken } = this.#memory;
    for (const path of this.#told) if (!broken.has(path)) this.#told.delete(path);
    for (const [path, { line, column }] of broken) {
      if (this.#told.has(path)) continue;
      this.#told.add(path);
      this.#io.stderr(
        `${path}:${line}:${column}: does not parse as Elixir; the tree keeps what it was before\n`,
      );
    }
  }
}

/** What is wrong is for the whole run to say. */
function orNothing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof EscopeError) return undefined;
    throw error;
  }
}
