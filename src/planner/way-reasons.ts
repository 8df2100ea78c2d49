import type { ModuleIndex, OpenCall } from "../parser/index.ts";
import type { Vertex } from "./vertices.ts";

/** Why a call whose target only run time knows may reach `vertex`, for people: it follows "…, which". */
export function whyReached(call: OpenCall, vertex: Vertex, index: ModuleIndex): string {
  switch (call.kind) {
    case "function":
      return `\`fun.(…)\` may call${capturedAt(vertex, index)}`;
    case "name":
      if (call.name !== undefined) return `\`module.${call.name}(…)\` may mean`;
      if (call.parts !== undefined) return `\`apply(module, :"${call.parts.join("#{…}")}", args)\` may mean`;
      if (call.module !== undefined) return `\`apply(${call.module}, name, args)\` may mean`;
      return `\`apply(module, name, args)\` may mean${namedAt(vertex, index)}`;
    case "code":
      return "computed code may call";
  }
}

function capturedAt({ keys }: Vertex, { files }: ModuleIndex): string {
  for (const { path, escapes } of files)
    for (const { name, arity, line } of escapes.captures)
      if (keys.includes(`${name}/${arity}`)) return `: it is captured in ${path}:${line}`;
  return "";
}

function namedAt({ keys }: Vertex, { files }: ModuleIndex): string {
  const names = new Set(keys.map((key) => key.slice(0, key.lastIndexOf("/"))));
  const file = files.find(({ escapes }) => escapes.atoms.some((atom) => names.has(atom)));
  return file === undefined ? "" : `: its name is an atom in ${file.path}`;
}
