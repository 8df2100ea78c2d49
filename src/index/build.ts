import type { FileAbout, ModuleIndex } from "../parser/index.ts";
import { resolveCalls, tableOf, type CallTable } from "./calls.ts";
import { allTemplates, findRenders, type PlacedTemplate, type Render } from "./components.ts";
import { templateEvents } from "./events.ts";
import { supersededModules } from "./doubled.ts";
import { findHandlers, type Handler } from "./handlers.ts";
import { attachedHooks, moduleHooks, type AttachedHook, type MountHook } from "./hooks.ts";
import { attachedToTelemetry, isView, kindsOf, type Kind } from "./kinds.ts";
import { MessageRouter, type Message } from "./messages.ts";
import { MountFinder, type Mount } from "./mounts.ts";
import { OwnProcess } from "./own-process.ts";
import { withReceivers } from "./receivers.ts";
import { RegisteredNames } from "./registered.ts";
import { ValueResolver } from "./resolve-value.ts";
import { returnedMessages } from "./returned.ts";
import { routesOf, type Route } from "./routes.ts";
import { readSends } from "./sends.ts";
import { joinSubjects, type Subject, type Subjects, type Templates } from "./subjects.ts";
import { findSubscriptions, type Subscription } from "./subscriptions.ts";
import { findSupervision, type Supervision } from "./supervision.ts";

/** Everything that is known of a project; built once, then only asked. */
export interface Knowledge {
  readonly subjects: Subjects;
  readonly kinds: ReadonlyMap<string, readonly Kind[]>;
  /** The same by each definition: a module that is defined twice has two. */
  readonly own: ReadonlyMap<Subject, readonly Kind[]>;
  readonly calls: CallTable;
  readonly handlers: readonly Handler[];
  readonly messages: readonly Message[];
  readonly subscriptions: readonly Subscription[];
  readonly attached: readonly AttachedHook[];
  readonly mounted: ReadonlyMap<Subject, readonly MountHook[]>;
  readonly templates: readonly PlacedTemplate[];
  readonly renders: readonly Render[];
  /** Of every live view and live component what it mounts. */
  readonly mounts: ReadonlyMap<Subject, readonly Mount[]>;
  readonly routes: readonly Route[];
  readonly supervision: readonly Supervision[];
}

/** Joins what was read of all files, and follows names, messages and renders from one to the other. */
export function knowProject(index: ModuleIndex, abouts: readonly FileAbout[], files: Templates): Knowledge {
  const subjects = joinSubjects(index, abouts, files);
  const own = kindsOfAll(subjects);
  const kinds = new Map([...subjects.byName].map(([name, subject]) => [name, own.get(subject) ?? []]));
  const written = resolveCalls(subjects);
  const calls = tableOf(withReceivers(written, new ValueResolver(tableOf(written)), subjects));
  const values = new ValueResolver(calls);
  const names = new RegisteredNames(subjects, calls, values);
  const attached = attachedHooks(subjects, calls);
  const hooks = once(attached.flatMap((hook) => hook.handlers));
  const handlers = [...allHandlers(subjects, own), ...hooks];
  const templates = allTemplates(subjects);
  const states = handlers.filter(({ sort }) => sort === "statem").map((handler) => handler.function);
  const processes = new OwnProcess(subjects, calls, kinds, states);
  const subscriptions = findSubscriptions(calls, values, kinds, processes);
  const sends = [
    ...readSends({ calls, values, names, kinds, processes }),
    ...returnedMessages(subjects, kinds),
    ...templateEvents(templates, kinds),
  ];
  const renders = findRenders(subjects, templates, calls, values);
  const finder = new MountFinder(subjects, calls, renders);
  const views = subjects.all.filter((subject) => own.get(subject)?.some(isView));
  return {
    subjects,
    kinds,
    own,
    calls,
    handlers,
    messages: new MessageRouter(handlers, new Set(hooks), subscriptions).route(sends),
    subscriptions,
    attached,
    mounted: new Map(subjects.all.map((subject) => [subject, moduleHooks(subject)])),
    templates,
    renders,
    mounts: new Map(views.map((view) => [view, finder.of(view)])),
    routes: subjects.all
      .filter(({ name }) => kinds.get(name)?.includes("router"))
      .flatMap((router) => routesOf(router, subjects)),
    supervision: findSupervision(calls, values),
  };
}

function kindsOfAll({ all }: Subjects): Map<Subject, Kind[]> {
  const telemetry = attachedToTelemetry(all);
  return new Map(all.map((subject) => [subject, kindsOf(subject, telemetry)]));
}

/** Of a module that is defined twice, the one that is lost takes nothing. */
function allHandlers(subjects: Subjects, own: Knowledge["own"]): Handler[] {
  const lost = new Set(supersededModules(subjects));
  return subjects.all
    .filter((subject) => !lost.has(subject))
    .flatMap((subject) => findHandlers(subject, own.get(subject) ?? []));
}

/** One function may be attached several times. */
function once(handlers: readonly Handler[]): Handler[] {
  return [
    ...new Map(
      handlers.map((each) => [`${each.function.id} ${each.sort} ${each.line} ${each.shape}`, each]),
    ).values(),
  ];
}
