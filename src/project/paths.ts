import { isAbsolute, posix } from "node:path";

/** Paths inside a project or tree are relative, with `/`, and already normal: joining them cannot leave the folder. */
export function isInnerPath(path: string): boolean {
  return (
    path !== "" &&
    path !== "." &&
    !isAbsolute(path) &&
    !leaves(path) &&
    posix.normalize(path) === path &&
    !path.includes("\0")
  );
}

/** Whether a relative path, read step by step, is ever outside the folder it starts from. */
export function leaves(path: string): boolean {
  let depth = 0;
  for (const part of path.split("/")) {
    if (part === "..") depth -= 1;
    else if (part !== "" && part !== ".") depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

/** Whether the absolute `path` is `folder` or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

/** `lib/` and `./lib` are `lib`; the root itself is the empty path. */
export function normalFolder(path: string): string {
  const normal = posix.normalize(path).replace(/\/+$/, "");
  return normal === "." ? "" : normal;
}

/** The folder of an inner path; the empty path for what lies at the top. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? "" : path.slice(0, slash);
}

export function joinInner(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
